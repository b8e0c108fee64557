import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactAll } from '../../../src-shared/domain/redact.ts';

const HEX = '0123456789abcdef0123456789abcdef';
const BODY = 'Ab3dEf6hIj9kLmNoPqRsTuVwXyZ01234';

describe('redactAll', () => {
  it.each([
    ['a live key', `key mbd_live_${BODY}, refused`, BODY],
    ['a test key', `mbd_test_${BODY}`, BODY],
    ['a key in capitals', `MBD_LIVE_${BODY}`, BODY],
    ['a key that is too short', 'mbd_live_Ab3dEf6hIj', 'Ab3dEf6hIj'],
    ['a key that is too long', `mbd_live_${BODY}${BODY}`, BODY],
    ['an agent key', `moltbotden_sk_${HEX}`, HEX],
    ['a hexadecimal key', `value=${HEX}`, HEX],
    ['a long one in capitals', `${HEX}${HEX}`.toUpperCase(), HEX.toUpperCase()],
    ['a bearer token', 'Authorization: Bearer abcdef.ghijkl', 'abcdef.ghijkl'],
    ['a bearer token in prose', 'sent bearer abcdefghijkl to it', 'abcdefghijkl'],
    ['a key header', 'X-API-Key: short-and-odd', 'short-and-odd'],
    ['a JSON Web Token', 'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJzdWIiOiIxIn0'],
    ['a Firebase refresh token', 'AMf-vBxAbCdEfGhIjKlMnOp', 'vBxAbCdEfGhIjKlMnOp'],
    ['a password field', '{"password":"hunter22"}', 'hunter22'],
    ['a form field', 'grant_type=refresh_token&refresh_token=zzz-top', 'zzz-top'],
    ['credentials in an address', 'https://me:hunter22@example.org/', 'hunter22'],
    ['a long token of no known kind', `x ${BODY}${BODY}`, BODY],
  ])('takes out %s', (_what, text, secret) => {
    expect(redactAll(text)).not.toContain(secret);
    expect(redactAll(text)).toContain('[redacted');
  });

  it('leaves what a log may show', () => {
    for (const text of [
      'mbd_live_Ab3',
      'moltbotden_s',
      'status 401 at https://api.moltbotden.com/v1/hosting/accounts/me',
      'fingerprint 0123456789abcdef',
    ]) {
      expect(redactAll(text)).toBe(text);
    }
  });

  it('takes out a key wherever it stands', () => {
    const alphanumeric = fc.string({
      unit: fc.constantFrom(...Array.from(BODY)),
      minLength: 32,
      maxLength: 32,
    });
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('mbd_live_', 'mbd_test_', 'moltbotden_sk_'),
        alphanumeric,
        fc.string(),
        (before, prefix, body, after) => {
          expect(redactAll(`${before}${prefix}${body}${after}`)).not.toContain(body);
        },
      ),
    );
  });

  it('is quick on hostile text', () => {
    const hostile = [
      'eyJ'.repeat(30_000),
      '"password'.repeat(20_000),
      'bearer '.repeat(20_000),
      '://:'.repeat(20_000),
      'a'.repeat(200_000),
    ];
    for (const text of hostile) expect(redactAll(text).length).toBeLessThanOrEqual(65_600 * 2);
  });
});

describe('createRedactor', () => {
  it('knows the formats of an imported platform too', () => {
    const redact = createRedactor([
      { prefix: 'fifth_', alphabet: 'base64url', lengths: [], mode: 'unknown' },
    ]);
    expect(redact('fifth_very-secret')).toBe('fifth_[redacted]');
    expect(redactAll('fifth_very-secret')).toBe('fifth_very-secret');
  });
});
