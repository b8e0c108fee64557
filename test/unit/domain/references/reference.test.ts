import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReservedVariable } from '../../../../src-shared/domain/names.ts';
import { parseKeyAddress, parseReference } from '../../../../src-shared/domain/references/reference.ts';

describe('key addresses', () => {
  it.each([
    ['name', undefined, { env: undefined, name: 'name' }],
    ['prod/name', undefined, { env: 'prod', name: 'name' }],
    ['production/name', undefined, { env: 'prod', name: 'name' }],
    ['name', 'staging', { env: 'staging', name: 'name' }],
    ['prod/name', 'dev', { env: 'dev', name: 'name' }],
    ['a.b_c-9', undefined, { env: undefined, name: 'a.b_c-9' }],
  ])('%s with -e %s', (text, env, expected) => {
    expect(parseKeyAddress(text, env)).toEqual(expected);
  });

  it.each([
    '',
    '/',
    'dev/',
    '/x',
    '../x',
    'a/b/c',
    '.hidden',
    '-flag',
    'a b',
    'a\u0000',
    'a\u202eb',
    'x'.repeat(201),
    'DEV/x',
    'é',
  ])('refuses %j', (text) =>
    expect(() => parseKeyAddress(text)).toThrow(expect.objectContaining({ code: 'BAD_NAME' }) as Error),
  );

  it('takes every name it should, and nothing with a slash, a blank or a control character', () => {
    const first = fc.constantFrom('a', 'b', 'X', 'Z', '0', '9');
    const rest = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '.', '_', '-'), maxLength: 199 });
    fc.assert(fc.property(first, rest, (head, tail) => parseKeyAddress(head + tail).name === head + tail));
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('/', ' ', '\n', '\0', '\u202e'), fc.string(), (a, odd, b) => {
        try {
          const { env, name } = parseKeyAddress(`${a}${odd}${b}`);
          return odd === '/' && /^[A-Za-z0-9._-]+$/.test(name) && /^[a-z0-9-]+$/.test(env ?? '');
        } catch {
          return true;
        }
      }),
    );
  });
});

describe('references', () => {
  it.each([
    ['molt://dev/name', { env: 'dev', name: 'name', field: 'value' }],
    ['molt://production/name/key_id', { env: 'prod', name: 'name', field: 'key_id' }],
    ['molt://dev/name/fingerprint', { env: 'dev', name: 'name', field: 'fingerprint' }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    'molt:/dev/x',
    'molt://dev',
    'molt://dev/',
    'molt:///x',
    'molt://dev/x/secret',
    'molt://dev/x/value/',
    ' molt://dev/x',
    'molt://${env}/x',
    'http://dev/x',
  ])('refuses %j', (text) =>
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'BAD_REFERENCE' }) as Error),
  );
});

describe('reserved variables', () => {
  it.each([
    'PATH',
    'path',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'NODE_OPTIONS',
    'BASH_ENV',
    'GIT_SSH_COMMAND',
    'KEYMOLT_HOME',
    'ENV',
  ])('%s', (name) => {
    expect(isReservedVariable(name)).toBe(true);
  });
  it.each(['MOLTBOTDEN_API_KEY', 'PATHS', 'MY_PATH', 'LDAP', 'GITHUB_TOKEN'])('not %s', (name) => {
    expect(isReservedVariable(name)).toBe(false);
  });
});
