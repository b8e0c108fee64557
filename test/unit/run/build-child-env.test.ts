import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildChildEnv, checkSizes, type ChildEnvPlan } from '../../../src-main/run/build-child-env.ts';
import { codeThrownBy } from '../../support/refusals.ts';

const key = { variable: 'MOLTBOTDEN_API_KEY', key: 'dev/agent', fingerprint: 'f1', value: 'from-vault' };
const plan = (more: Partial<ChildEnvPlan>): ChildEnvPlan => ({
  inherited: { PATH: '/bin', HOME: '/h', EDITOR: 'vi' },
  fromFiles: {},
  injected: [],
  facts: {},
  isPristine: false,
  preserve: 'none',
  platform: 'linux',
  ...more,
});

describe('the environment of a child', () => {
  it('is the inherited one, less what is about keymolt itself', () => {
    const inherited = {
      PATH: '/bin',
      KEYMOLT_HOME: '/k',
      KEYMOLT_RUN_ID: 'outer',
      KEYMOLT_TOKEN: 't',
      EDITOR: 'vi',
    };
    expect(buildChildEnv(plan({ inherited })).env).toEqual({
      PATH: '/bin',
      KEYMOLT_HOME: '/k',
      EDITOR: 'vi',
    });
  });

  it('starts from a known few with --pristine', () => {
    const inherited = {
      ...{
        PATH: 'p',
        HOME: 'h',
        USER: 'u',
        SHELL: 's',
        TERM: 't',
        LANG: 'l',
        LC_ALL: 'c',
        LC_TIME: 'd',
        TMPDIR: 'm',
      },
      ...{ KEYMOLT_HOME: '/k', EDITOR: 'vi', AWS_SECRET: 'x', LCD: 'no' },
    };
    const { env } = buildChildEnv(plan({ inherited, isPristine: true, injected: [key] }));
    expect(Object.keys(env).sort()).toEqual([
      'HOME',
      'KEYMOLT_HOME',
      'LANG',
      'LC_ALL',
      'LC_TIME',
      'MOLTBOTDEN_API_KEY',
      'PATH',
      'SHELL',
      'TERM',
      'TMPDIR',
      'USER',
    ]);
  });

  it('lets the vault win over a file, and a file over what was inherited', () => {
    const { env } = buildChildEnv(
      plan({
        inherited: { A: 'inherited', B: 'inherited', MOLTBOTDEN_API_KEY: 'inherited' },
        fromFiles: { B: 'file', MOLTBOTDEN_API_KEY: 'file' },
        injected: [key],
      }),
    );
    expect(env).toEqual({ A: 'inherited', B: 'file', MOLTBOTDEN_API_KEY: 'from-vault' });
  });

  it('tells of inherited values that differ, and of no others', () => {
    const conflictsWith = (value: string) =>
      buildChildEnv(plan({ inherited: { MOLTBOTDEN_API_KEY: value }, injected: [key] })).conflicts;
    expect(conflictsWith('other')).toEqual([{ injected: key, inheritedValue: 'other', winner: 'vault' }]);
    expect(conflictsWith('from-vault')).toEqual([]);
    expect(conflictsWith('')).toEqual([]);
  });

  it.each([
    ['all', 'all', 'inherited'],
    ['this one', ['MOLTBOTDEN_API_KEY'], 'inherited'],
    ['another one', ['OTHER'], 'from-vault'],
    ['none', 'none', 'from-vault'],
  ] as const)('turns that round for %s with --preserve-env', (_name, preserve, value) => {
    const { env, conflicts } = buildChildEnv(
      plan({ inherited: { MOLTBOTDEN_API_KEY: 'inherited' }, injected: [key], preserve }),
    );
    expect(env['MOLTBOTDEN_API_KEY']).toBe(value);
    expect(conflicts[0]?.winner).toBe(value === 'inherited' ? 'inherited' : 'vault');
  });

  it('does not preserve an empty variable in the place of a key', () => {
    const { env } = buildChildEnv(
      plan({ inherited: { MOLTBOTDEN_API_KEY: '' }, injected: [key], preserve: 'all' }),
    );
    expect(env['MOLTBOTDEN_API_KEY']).toBe('from-vault');
  });

  it('sets its own facts whatever is preserved', () => {
    const { env } = buildChildEnv(
      plan({ facts: { KEYMOLT_RUN_ID: 'r', MOLTBOTDEN_ENV: 'dev' }, preserve: 'all' }),
    );
    expect(env).toMatchObject({ KEYMOLT_RUN_ID: 'r', MOLTBOTDEN_ENV: 'dev' });
  });

  it.each([
    ...'PATH HOME USER SHELL PWD TERM NODE_OPTIONS BASH_ENV ENV PYTHONPATH PYTHONSTARTUP PERL5OPT RUBYOPT'.split(
      ' ',
    ),
    ...[
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'DYLD_INSERT_LIBRARIES',
      'GIT_SSH_COMMAND',
      'KEYMOLT_HOME',
      'Path',
      'node_options',
    ],
  ])('never sets %s, from the vault or from a file', (variable) => {
    expect(codeThrownBy(() => buildChildEnv(plan({ injected: [{ ...key, variable }] })))).toBe(
      'VARIABLE_RESERVED',
    );
    expect(codeThrownBy(() => buildChildEnv(plan({ fromFiles: { [variable]: 'x' } })))).toBe(
      'VARIABLE_RESERVED',
    );
  });

  it.each(['', 'A=B', '1A', 'A B', 'A\0', 'Ä', 'A.B', 'A-B'])(
    'never sets a variable called %j',
    (variable) => {
      expect(codeThrownBy(() => buildChildEnv(plan({ injected: [{ ...key, variable }] })))).toBe('BAD_NAME');
    },
  );

  it('takes an empty value for a mistake', () => {
    expect(codeThrownBy(() => buildChildEnv(plan({ injected: [{ ...key, value: '' }] })))).toBe('BAD_VALUE');
  });

  it('takes Path and PATH for one variable on Windows alone', () => {
    const more = { inherited: { Molt_Key: 'a' }, injected: [{ ...key, variable: 'MOLT_KEY' }] };
    expect(buildChildEnv(plan({ ...more, platform: 'win32' })).env).toEqual({ MOLT_KEY: 'from-vault' });
    expect(buildChildEnv(plan(more)).env).toEqual({ Molt_Key: 'a', MOLT_KEY: 'from-vault' });
  });

  it('never hands down what is not asked for, and never loses what is', () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), fc.boolean(), (inherited, isPristine) => {
        const { env } = buildChildEnv(plan({ inherited, isPristine, injected: [key] }));
        for (const [variable, value] of Object.entries(env)) {
          expect(variable === key.variable ? key.value : inherited[variable]).toBe(value);
        }
        expect(env[key.variable]).toBe(key.value);
      }),
    );
  });
});

describe('what the kernel takes', () => {
  const most = 131_071;
  it('is 131,071 bytes for a variable, name and = included', () => {
    const value = (bytes: number) => ({ KEY: 'x'.repeat(bytes - 'KEY='.length) });
    expect(codeThrownBy(() => checkSizes(['a'], value(most)))).toBe('none');
    expect(codeThrownBy(() => checkSizes(['a'], value(most + 1)))).toBe('ENVIRONMENT_TOO_LARGE');
    expect(codeThrownBy(() => checkSizes(['a'], { KEY: 'é'.repeat(most / 2) }))).toBe(
      'ENVIRONMENT_TOO_LARGE',
    );
  });

  it('is the same for an argument', () => {
    expect(codeThrownBy(() => checkSizes(['a', 'x'.repeat(most)], {}))).toBe('none');
    expect(codeThrownBy(() => checkSizes(['a', 'x'.repeat(most + 1)], {}))).toBe('ENVIRONMENT_TOO_LARGE');
  });

  it('is 2 MB in all', () => {
    const env = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`V${at}`, 'x'.repeat(100_000)]));
    expect(codeThrownBy(() => checkSizes(['a'], env(20)))).toBe('none');
    expect(codeThrownBy(() => checkSizes(['a'], env(21)))).toBe('ENVIRONMENT_TOO_LARGE');
  });
});
