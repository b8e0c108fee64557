import { argon2Sync, createHmac, hkdfSync } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id as wasmArgon2id } from 'hash-wasm';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from '../../src-main/vault/crypto/aead.ts';
import { argon2id } from '../../src-main/vault/crypto/kdf.ts';
import { deriveKey } from '../../src-main/vault/crypto/subkeys.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('Argon2id (RFC 9106)', { timeout: 60_000 }, () => {
  test('the vector of section 5.3 holds for the reference that ours is compared with', () => {
    const tag = argon2Sync('argon2id', {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      memory: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    });
    expect(tag.toString('hex')).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
  });

  // Our library takes no associated data, so it cannot run that vector itself.
  test.each([
    ['', 32, 3, 4],
    ['password', 64, 1, 1],
    ['password', 1024, 2, 3],
    ['Größe 🔑', 4096, 3, 4],
    ['a\0b', 65_536, 2, 1],
    ['x'.repeat(100), 131_072, 3, 4],
  ])(
    'ours, the reference and a third one agree on %j at %i KiB, %i passes, %i lanes',
    async (text, memory, passes, lanes) => {
      const message = Buffer.from(text);
      const nonce = hex('000102030405060708090a0b0c0d0e0f');
      const ours = await argon2id(message, nonce, { memoryKib: memory, passes, lanes });
      const reference = argon2Sync('argon2id', {
        message,
        nonce,
        memory,
        passes,
        parallelism: lanes,
        tagLength: 32,
      });
      expect(ours.toString('hex')).toBe(reference.toString('hex'));
      if (text === '' || memory > 4096) return;
      const third = await wasmArgon2id({
        password: message,
        salt: nonce,
        memorySize: memory,
        iterations: passes,
        parallelism: lanes,
        hashLength: 32,
        outputType: 'hex',
      });
      expect(ours.toString('hex')).toBe(third);
    },
  );
});

describe('HKDF-SHA-256 (RFC 5869)', () => {
  const range = (from: number, to: number): Buffer =>
    Buffer.from(Array.from({ length: to - from + 1 }, (_, n) => from + n));
  test.each([
    [
      Buffer.alloc(22, 0x0b),
      range(0, 0x0c),
      range(0xf0, 0xf9),
      42,
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    [
      range(0, 0x4f),
      range(0x60, 0xaf),
      range(0xb0, 0xff),
      82,
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    ],
    [
      Buffer.alloc(22, 0x0b),
      Buffer.alloc(0),
      Buffer.alloc(0),
      42,
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
  ])('test case %#', (ikm, salt, info, size, okm) => {
    expect(Buffer.from(hkdfSync('sha256', ikm, salt, info, size)).toString('hex')).toBe(okm);
  });

  test('a subkey is extract and expand, spelled out', () => {
    const [secret, salt] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)];
    const extracted = createHmac('sha256', salt).update(secret).digest();
    const expanded = createHmac('sha256', extracted)
      .update('keymolt/v1/metadata')
      .update(Buffer.of(1))
      .digest();
    expect(deriveKey(secret, salt, 'metadata')).toEqual(expanded);
    expect(deriveKey(secret, salt, 'value')).not.toEqual(expanded);
  });
});

describe('XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, A.3.1)', () => {
  const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f');
  const nonce = hex('404142434445464748494a4b4c4d4e4f5051525354555657');
  const associatedData = hex('50515253c0c1c2c3c4c5c6c7');
  const plaintext = Buffer.from(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const ciphertext = hex(`
    bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb
    96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e
    c0875924c1c7987947deafd8780acf49`);

  test('seals to nonce, ciphertext and tag, and opens again', () => {
    const sealed = seal(key, plaintext, associatedData, () => nonce);
    expect(sealed).toEqual(Buffer.concat([nonce, ciphertext]));
    expect(unseal(key, sealed, associatedData)).toEqual(plaintext);
  });

  test('agrees with another implementation', () => {
    for (const size of [0, 1, 63, 64, 65, 1000]) {
      const text = Buffer.alloc(size, size);
      const sealed = seal(key, text, associatedData, () => nonce);
      expect(sealed.subarray(24)).toEqual(
        Buffer.from(xchacha20poly1305(key, nonce, associatedData).encrypt(text)),
      );
    }
  });
});
