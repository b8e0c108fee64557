import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILTIN_DEFINITIONS } from '../../../../src-main/platforms/definitions/index.ts';
import { denAgent } from '../../../../src-main/platforms/definitions/den-agent.ts';
import { denHosting } from '../../../../src-main/platforms/definitions/den-hosting.ts';
import { moltbook } from '../../../../src-main/platforms/definitions/moltbook.ts';
import { moltbot } from '../../../../src-main/platforms/definitions/moltbot.ts';
import {
  detectPlatforms,
  inspectKeyText,
  publicPrefix,
} from '../../../../src-shared/domain/keys/key-format.ts';
import type { PlatformDefinition } from '../../../../src-shared/domain/platform-definition.ts';

const HEX = '0123456789abcdef0123456789abcdef';
const BODY = 'Ab3dEf6hIj9kLmNoPqRsTuVwXyZ01234';
const inspect = (text: string, definition: PlatformDefinition) =>
  inspectKeyText(text, definition, BUILTIN_DEFINITIONS);
const codes = (text: string, definition: PlatformDefinition) =>
  inspect(text, definition).findings.map(({ code }) => code);

describe('inspectKeyText', () => {
  it.each([
    [`mbd_live_${BODY}`, denHosting, 'live'],
    [`mbd_test_${BODY}`, denHosting, 'test'],
    [`moltbotden_sk_${HEX}`, denAgent, 'unknown'],
    [HEX, moltbot, 'unknown'],
    [HEX + HEX, moltbot, 'unknown'],
    ['anything-at_all!', moltbook, 'unknown'],
  ] as const)('finds nothing wrong with %s', (text, definition, mode) => {
    expect(inspect(text, definition)).toEqual({ mode, findings: [] });
  });

  it.each([
    ['a blank in front', ` mbd_test_${BODY}`, denHosting, 'key.whitespace', 0, 'U+0020'],
    ['a blank behind', `mbd_test_${BODY} `, denHosting, 'key.whitespace', 41, 'U+0020'],
    ['a blank inside', `mbd_test_ ${BODY}`, denHosting, 'key.whitespace', 9, 'U+0020'],
    ['a tab', `mbd_test_${BODY}\t`, denHosting, 'key.whitespace', 41, 'U+0009'],
    ['a carriage return', `mbd_test_${BODY}\r`, denHosting, 'key.whitespace', 41, 'U+000D'],
    ['a no-break space', `mbd_test_${BODY}\u00a0`, denHosting, 'key.whitespace', 41, 'U+00A0'],
    ['a zero-width space', `mbd_\u200btest_${BODY}`, denHosting, 'key.whitespace', 4, 'U+200B'],
    ['a byte order mark', `\ufeffmbd_test_${BODY}`, denHosting, 'key.whitespace', 0, 'U+FEFF'],
    ['quotes', `"mbd_test_${BODY}"`, denHosting, 'key.quoted', 0, 'U+0022'],
    ['curly quotes', `“mbd_test_${BODY}”`, denHosting, 'key.quoted', 0, 'U+201C'],
    ['a Cyrillic letter', `mbd_t\u0435st_${BODY}`, denHosting, 'key.lookalike', 5, 'U+0435'],
    ['a full-width digit', `mbd_test_\uff11${BODY.slice(1)}`, denHosting, 'key.lookalike', 9, 'U+FF11'],
    ['a wrong case in front', `Mbd_test_${BODY}`, denHosting, 'key.wrong_case', 0, null],
    ['capitals in a hexadecimal key', HEX.toUpperCase(), moltbot, 'key.wrong_case', 10, null],
    ['capitals in an agent key', `moltbotden_sk_${HEX.toUpperCase()}`, denAgent, 'key.wrong_case', 24, null],
    ['a letter beyond f', `moltbotden_sk_${HEX.slice(1)}g`, denAgent, 'key.bad_alphabet', 45, 'U+0067'],
    ['an exclamation mark', `mbd_test_${BODY.slice(1)}!`, denHosting, 'key.bad_alphabet', 40, 'U+0021'],
    ['one character too few', `mbd_test_${BODY.slice(1)}`, denHosting, 'key.bad_length', null, null],
    ['one character too many', `${HEX}0`, moltbot, 'key.bad_length', null, null],
    ['nothing but the prefix', 'mbd_test_', denHosting, 'key.bad_length', null, null],
    ['a mistyped prefix', `mdb_test_${BODY}`, denHosting, 'key.wrong_prefix', 0, null],
    ['a key of the Agent API', `moltbotden_sk_${HEX}`, denHosting, 'key.other_platform', null, null],
    ['a key of Hosting', `mbd_live_${BODY}`, denAgent, 'key.other_platform', null, null],
    ['a key of Hosting, short', 'mbd_live_abc', moltbot, 'key.other_platform', null, null],
    ['a key of Moltbot', HEX, denHosting, 'key.other_platform', null, null],
    [
      'a session token',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
      denHosting,
      'key.jwt_in_key_slot',
      null,
      null,
    ],
  ] as const)('tells %s', (_what, text, definition, code, position, codePoint) => {
    expect(inspect(text, definition).findings).toMatchObject([{ code, position, codePoint }]);
  });

  it('tells all that is wrong, odd characters first', () => {
    expect(codes(`"mbd_test_${BODY.slice(1)}" `, denHosting)).toEqual([
      'key.whitespace',
      'key.quoted',
      'key.bad_length',
    ]);
  });

  it('still knows the mode of a key that is wrapped in something', () => {
    expect(inspect(` "mbd_live_${BODY}"\r`, denHosting).mode).toBe('live');
    expect(inspect(`mbd_liv\u0435_${BODY}`, denHosting).mode).toBe('live');
  });

  it('says where and what, and never repeats the text', () => {
    const { findings } = inspect(`mbd_test_${BODY.slice(0, -1)}\u200b4`, denHosting);
    expect(findings[0]?.message).toBe('The key has a zero-width space inside (character 41, U+200B).');
    const canary = fc.string({
      unit: fc.constantFrom(...Array.from('QWZqwz789')),
      minLength: 8,
      maxLength: 60,
    });
    const wrapping = fc.constantFrom(
      '',
      ' ',
      '"',
      '\u200b',
      'mbd_test_',
      'MBD_TEST_',
      'moltbotden_sk_',
      'eyJ',
      '.',
    );
    fc.assert(
      fc.property(
        wrapping,
        canary,
        wrapping,
        fc.constantFrom(...BUILTIN_DEFINITIONS),
        (before, secret, after, definition) => {
          const report = JSON.stringify(inspect(before + secret + after, definition));
          expect(report).not.toContain(secret);
          expect(report).not.toContain(secret.slice(0, 8));
        },
      ),
    );
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...BUILTIN_DEFINITIONS),
        (text, definition) => {
          expect(inspect(text, definition).findings.length).toBeLessThan(10);
        },
      ),
    );
  });
});

describe('detectPlatforms', () => {
  it('names every platform whose format fits', () => {
    const ids = (text: string) =>
      detectPlatforms(text, BUILTIN_DEFINITIONS).map(({ definition, mode }) => [definition.id, mode]);
    expect(ids(`mbd_live_${BODY}`)).toEqual([
      ['den-hosting', 'live'],
      ['sandbox-hosting', 'live'],
    ]);
    expect(ids(`moltbotden_sk_${HEX}`)).toEqual([
      ['den-agent', 'unknown'],
      ['sandbox-agent', 'unknown'],
    ]);
    expect(ids(HEX)).toEqual([['moltbot', 'unknown']]);
    expect(ids('hunter22')).toEqual([]);
  });
});

describe('publicPrefix', () => {
  it.each([
    [`mbd_live_${BODY}`, 'mbd_live_Ab3'],
    [`moltbotden_sk_${HEX}`, 'moltbotden_s'],
    [HEX, '0123'],
    ['some-other-kind-of-key', 'some'],
    ['mbd_live_abcd', 'mbd_live_a'],
    ['mbd_live_', 'mbd_live_'],
    ['hunter22', 'hu'],
    ['abc', ''],
    ['', ''],
    ['\u202eabcdefghijklmnop', ''],
    ['ab cdefghijklmnop', 'ab'],
  ])('of %s is %s', (text, shown) => {
    expect(publicPrefix(text, BUILTIN_DEFINITIONS)).toBe(shown);
  });

  it('is 12 characters at most, and at most 4 of the secret part', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'mbd_live_', 'moltbotden_sk_'),
        fc.string({ unit: 'binary' }),
        (prefix, body) => {
          const shown = publicPrefix(prefix + body, BUILTIN_DEFINITIONS);
          expect(shown.length).toBeLessThanOrEqual(
            Math.min(12, prefix.length + 4 + (prefix === '' ? 14 : 0)),
          );
          expect((prefix + body).startsWith(shown)).toBe(true);
        },
      ),
    );
  });
});
