import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseProjectFile,
  projectEnvironment,
} from '../../../../src-shared/domain/references/project-file.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';

const parse = (file: object) => parseProjectFile(JSON.stringify({ schema: 1, ...file }));
const refusal = (text: string): string => {
  try {
    parseProjectFile(text);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'taken';
};
const refused = (file: object): string => refusal(JSON.stringify({ schema: 1, ...file }));

describe('a project file', () => {
  it('chooses an environment by branch, then by default', () => {
    const file = parse({ default_env: 'production', git_branch_env: { main: 'staging', __proto__x: 'dev' } });
    expect(projectEnvironment(file, 'main')).toBe('staging');
    expect(projectEnvironment(file, 'feature/x')).toBe('prod');
    expect(projectEnvironment(file, undefined)).toBe('prod');
    expect(projectEnvironment(file, 'toString')).toBe('prod');
    expect(projectEnvironment(parse({}), 'main')).toBeUndefined();
  });

  it('names references, the environment left open or not', () => {
    const inject = { A: 'molt://${env}/agent', B: 'molt://prod/agent/key_id' };
    expect(parse({ inject, project: 'demo' }).inject).toEqual([
      { variable: 'A', reference: 'molt://${env}/agent' },
      { variable: 'B', reference: 'molt://prod/agent/key_id' },
    ]);
    expect(parse({}).inject).toBeNull();
    expect(parse({ inject: {} }).inject).toEqual([]);
  });

  it.each(['mask', 'allow_live', 'allow-live', 'approve', 'grant', 'preserve_env', 'no_input'])(
    'relaxes no safety: %s',
    (field) => {
      expect(refused({ [field]: 'never' })).toContain(`sets "${field}": a project file can choose keys`);
    },
  );

  it.each(['PATH', 'NODE_OPTIONS', 'LD_PRELOAD', 'GIT_SSH_COMMAND', 'Path', 'KEYMOLT_HOME', 'BASH_ENV'])(
    'never sets %s',
    (variable) => {
      expect(refused({ inject: { [variable]: 'molt://dev/a' } })).toMatch(/^VARIABLE_RESERVED: .*sets/);
    },
  );

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['nothing', ''],
    ['another schema', '{"schema":2}'],
    ['no schema', '{}'],
    ['an unknown field', '{"schema":1,"command":"rm"}'],
    ['a prototype', '{"schema":1,"__proto__":{"inject":{}}}'],
    ['a project that is no text', '{"schema":1,"project":{}}'],
    ['a list of variables', '{"schema":1,"inject":["A"]}'],
    ['a variable with a blank', '{"schema":1,"inject":{"A B":"molt://dev/a"}}'],
    ['a value in the place of a reference', '{"schema":1,"inject":{"A":"plain"}}'],
    ['a reference to what it does not know', '{"schema":1,"inject":{"A":"molt://${HOME}/a"}}'],
    ['a mark in another place', '{"schema":1,"inject":{"A":"molt://dev/${env}"}}'],
    ['two marks', '{"schema":1,"inject":{"A":"molt://${env}${env}/a"}}'],
    ['a number', '{"schema":1,"inject":{"A":1}}'],
    ['an environment that cannot be one', '{"schema":1,"default_env":"Not One"}'],
    ['a branch without an environment', '{"schema":1,"git_branch_env":{"main":null}}'],
    ['a deep nest', `{"schema":1,"project":${'['.repeat(20_000)}`],
    [
      'too many',
      JSON.stringify({
        schema: 1,
        inject: Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`V${at}`, 'molt://dev/a'])),
      }),
    ],
  ])('is refused with %s', (_what, text) => {
    expect(refusal(text)).toMatch(/^BAD_FILE: \.keymolt\.json /);
  });

  it('is taken or refused with a reason, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"schema":1,"inject":${json}}`),
        ),
        (text) => {
          expect(refusal(text)).toMatch(/^(taken|BAD_FILE: .+|VARIABLE_RESERVED: .+)$/s);
        },
      ),
    );
  });
});
