import { describe, expect, it } from 'vitest';
import { candidatesFor, joinBashWords } from '../../../src-main/cli/completion/candidates.ts';
import { SHELLS } from '../../../src-main/cli/completion/scripts.ts';

const KEYS = [
  { name: 'agent', env: 'dev' },
  { name: 'admin', env: 'dev' },
  { name: 'deploy', env: 'prod' },
];
const sources = {
  defaultEnvironment: () => Promise.resolve('dev'),
  environments: () => Promise.resolve(['dev', 'staging', 'prod']),
  keys: (env: string | undefined) =>
    Promise.resolve(KEYS.filter((key) => env === undefined || key.env === env)),
  platforms: () => Promise.resolve(['den-hosting', 'sandbox-hosting']),
};
const after = async (line: string): Promise<string[]> =>
  (await candidatesFor(line.split(' '), sources)).map(({ word }) => word);

describe('what may come next', () => {
  it.each([
    ['sta', ['status']],
    ['ke', ['keychain', 'key']],
    ['key s', ['show']],
    ['-e prod key s', ['show']],
    ['key show a', ['agent', 'admin']],
    ['key show ', ['agent', 'admin', 'prod/deploy']],
    ['key show prod/', ['prod/deploy']],
    ['key show -e prod ', ['deploy']],
    ['key show --env=prod d', ['deploy']],
    ['run -e ', ['dev', 'staging', 'prod']],
    ['run --env=s', ['--env=staging']],
    ['run --only ', ['agent', 'admin']],
    ['run --only agent,ad', ['agent,admin']],
    ['run --map X=', ['X=molt://dev/agent', 'X=molt://dev/admin', 'X=molt://prod/deploy']],
    ['run --map X=molt://p', ['X=molt://prod/deploy']],
    ['run --mask ', ['auto', 'always', 'never']],
    ['run --kill', ['--kill-after']],
    ['run --preserve-env --wat', ['--watch']],
    ['read molt://prod', ['molt://prod/deploy']],
    ['key add --platform s', ['sandbox-hosting']],
    ['platform show d', ['den-hosting']],
    ['env set p', ['prod']],
    ['keychain o', ['on', 'off']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['help key sh', ['show']],
    ['unlock --grant ', ['tree', 'user']],
  ])('after `keymolt %s`', async (line, words) => {
    expect(await after(line)).toEqual(words);
  });

  it('is a bare name in the environment that the project file chooses', async () => {
    const inProd = { ...sources, defaultEnvironment: () => Promise.resolve('prod') };
    const words = async (line: string): Promise<string[]> =>
      (await candidatesFor(line.split(' '), inProd)).map(({ word }) => word);
    expect(await words('key show ')).toEqual(['dev/agent', 'dev/admin', 'deploy']);
    expect(await words('run --only ')).toEqual(['deploy']);
    expect(await words('key show -e dev ')).toEqual(['agent', 'admin']);
  });

  it.each([
    'run -- a',
    'run -e dev -- node -',
    'key add x',
    'key add a',
    'run --env-file ',
    'nonsense x',
    'backup ',
  ])('is for the shell to say after `keymolt %s`', async (line) => {
    expect(await after(line)).toEqual([]);
  });

  it('is a flag of the command or of every command, and no command of a later version', async () => {
    expect(await after('key list --')).toEqual(expect.arrayContaining(['--due', '--json', '--env']));
    expect(await after('key list --')).not.toContain('--only');
    expect(await after('')).not.toContain('');
  });
});

describe('bash', () => {
  it('takes words apart at = and :, and gets the rest of them', () => {
    expect(joinBashWords(['run', '--env', '=', 'pr'])).toEqual({ words: ['run', '--env=pr'], isDone: 6 });
    expect(joinBashWords(['run', '--env', '='])).toEqual({ words: ['run', '--env='], isDone: 6 });
    expect(joinBashWords(['read', 'molt', ':', '//dev/a'])).toEqual({
      words: ['read', 'molt://dev/a'],
      isDone: 5,
    });
    expect(joinBashWords(['run', '--map', 'X', '=', 'molt', ':', '//'])).toEqual({
      words: ['run', '--map', 'X=molt://'],
      isDone: 7,
    });
    expect(joinBashWords(['key', ''])).toEqual({ words: ['key', ''], isDone: 0 });
  });
});

it('there is a script for each shell that CLI.md names', () => {
  expect(SHELLS).toEqual(['bash', 'zsh', 'fish']);
});
