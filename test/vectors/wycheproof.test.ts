import { createHmac, hkdfSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seal, unseal } from '../../src-main/vault/crypto/aead.ts';

/**
 * The sweep over the vectors of C2SP/wycheproof. They are no part of this repository: where the folder is not found
 * beside the project, this says so. The vectors that must run everywhere are in known-answers.test.ts.
 */
const folder = [
  process.env['KEYMOLT_WYCHEPROOF'],
  join(import.meta.dirname, '../../../shared/vectors/wycheproof'),
].find((place) => place !== undefined && existsSync(place));
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

interface Group {
  readonly ivSize?: number;
  readonly tagSize: number;
  readonly tests: readonly (Record<string, string> & {
    tcId: number;
    size: number;
    result: 'valid' | 'invalid' | 'acceptable';
  })[];
}
const groupsOf = (name: string): readonly Group[] =>
  (JSON.parse(readFileSync(join(folder ?? '', name), 'utf8')) as { testGroups: Group[] }).testGroups;

if (folder === undefined) {
  test('the Wycheproof vectors are not beside the project, so only the ones written into the tests were run', () => {
    process.stderr.write(
      'wycheproof: no vectors beside the project; set KEYMOLT_WYCHEPROOF to their folder to run them\n',
    );
    expect(folder).toBeUndefined();
  });
} else {
  test('XChaCha20-Poly1305: valid ones open and seal alike, invalid ones do not open', () => {
    let count = 0;
    for (const group of groupsOf('xchacha20_poly1305_test.json')) {
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of group.tests) {
        count += 1;
        const sealed = Buffer.concat([hex(iv!), hex(ct!), hex(tag!)]);
        const opened = iv!.length === 48 ? unseal(hex(key!), sealed, hex(aad!)) : undefined;
        expect([tcId, opened?.toString('hex')]).toEqual([tcId, result === 'valid' ? msg : undefined]);
        if (result === 'valid') expect(seal(hex(key!), hex(msg!), hex(aad!), () => hex(iv!))).toEqual(sealed);
      }
    }
    expect(count).toBe(315);
  });

  test('HKDF-SHA-256', () => {
    let count = 0;
    for (const group of groupsOf('hkdf_sha256_test.json')) {
      for (const { tcId, ikm, salt, info, size, okm, result } of group.tests) {
        count += 1;
        const derive = (): string =>
          Buffer.from(hkdfSync('sha256', hex(ikm!), hex(salt!), hex(info!), size)).toString('hex');
        if (result === 'invalid') expect(derive, `tcId ${tcId}`).toThrow();
        else expect([tcId, derive()]).toEqual([tcId, okm]);
      }
    }
    expect(count).toBe(86);
  });

  test('HMAC-SHA-256', () => {
    let count = 0;
    for (const { tagSize, tests } of groupsOf('hmac_sha256_test.json')) {
      for (const { tcId, key, msg, tag, result } of tests) {
        count += 1;
        const ours = createHmac('sha256', hex(key!))
          .update(hex(msg!))
          .digest()
          .toString('hex', 0, tagSize / 8);
        expect([tcId, ours === tag]).toEqual([tcId, result === 'valid']);
      }
    }
    expect(count).toBe(174);
  });
}
