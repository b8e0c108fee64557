import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from '../../../src-main/vault/crypto/aead.ts';
import { associatedData, type SealContext } from '../../../src-main/vault/crypto/associated-data.ts';
import { encodeHeader, readHeader } from '../../../src-main/vault/crypto/header.ts';
import { createRecoveryCode, parseRecoveryCode } from '../../../src-main/vault/crypto/recovery-code.ts';
import { assertCryptoWorks } from '../../../src-main/vault/crypto/self-test.ts';
import { Secret } from '../../../src-main/vault/secret.ts';

const RUNS = { numRuns: 10_000 };
const bytes = (maxLength: number, minLength = 0): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
const exactly = (length: number): fc.Arbitrary<Buffer> => bytes(length, length);

const context: fc.Arbitrary<SealContext> = fc.record(
  {
    vaultId: exactly(16),
    table: fc.constantFrom('slot', 'record', 'state', 'audit'),
    field: fc.constantFrom('key', 'meta', 'value', 'state', 'entry'),
    recordId: exactly(16),
    environmentId: exactly(16),
    version: fc.maxSafeNat(),
    parameters: bytes(40),
  },
  { requiredKeys: ['vaultId', 'table', 'field'] },
);

test('the self-test passes on this build', () => {
  expect(assertCryptoWorks).not.toThrow();
});

describe('seals', () => {
  test('open to what was sealed', () => {
    fc.assert(
      fc.property(exactly(32), bytes(300), bytes(80), (key, text, aad) => {
        const sealed = seal(key, text, aad, randomBytes);
        expect(sealed.byteLength).toBe(text.byteLength + 40);
        expect(unseal(key, sealed, aad)).toEqual(text);
      }),
      RUNS,
    );
  });

  test('do not open after any one bit was flipped in them, in the key or in the associated data', () => {
    fc.assert(
      fc.property(
        exactly(32),
        bytes(60),
        bytes(40, 1),
        fc.nat(),
        fc.constantFrom(0, 1, 2),
        (key, text, aad, at, which) => {
          const parts = [key, seal(key, text, aad, randomBytes), aad] as const;
          const flipped = parts.map((part) => Buffer.from(part)) as [Buffer, Buffer, Buffer];
          const target = flipped[which];
          const bit = at % (target.byteLength * 8);
          target[bit >> 3] = target[bit >> 3]! ^ (1 << (bit & 7));
          expect(unseal(flipped[0], flipped[1], flipped[2])).toBeUndefined();
        },
      ),
      RUNS,
    );
  });

  test('do not open when cut or lengthened', () => {
    fc.assert(
      fc.property(bytes(60), fc.nat(), (text, at) => {
        const key = Buffer.alloc(32, 1);
        const sealed = seal(key, text, Buffer.alloc(0), randomBytes);
        expect(unseal(key, sealed.subarray(0, at % sealed.byteLength), Buffer.alloc(0))).toBeUndefined();
        expect(unseal(key, Buffer.concat([sealed, Buffer.of(at & 255)]), Buffer.alloc(0))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

test('different contexts never have the same associated data', () => {
  const normal = (value: SealContext): string =>
    JSON.stringify([
      value.vaultId,
      value.table,
      value.field,
      value.recordId ?? Buffer.alloc(0),
      value.environmentId ?? Buffer.alloc(0),
      value.version ?? 0,
      value.parameters ?? Buffer.alloc(0),
    ]);
  fc.assert(
    fc.property(context, context, (one, other) => {
      expect(associatedData(one).equals(associatedData(other))).toBe(normal(one) === normal(other));
    }),
    RUNS,
  );
});

describe('the header', () => {
  const slot = (kind: 'passphrase' | 'keychain' | 'recovery') =>
    fc.record({
      kind: fc.constant(kind),
      kdf:
        kind === 'passphrase'
          ? fc.record({
              memoryKib: fc.integer({ min: 65_536, max: 262_144 }),
              passes: fc.integer({ min: 2, max: 16 }),
              lanes: fc.integer({ min: 1, max: 16 }),
            })
          : fc.constant(null),
      salt: exactly(16),
      wrappedKey: exactly(72),
    });
  const header = fc.record({
    vaultId: exactly(16),
    slots: fc
      .tuple(slot('passphrase'), fc.option(slot('keychain')), slot('recovery'))
      .map((all) => all.filter((one) => one !== null)),
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(header, (written) => {
        expect(readHeader(encodeHeader(written))).toEqual({ is: 'header', header: written });
      }),
      { numRuns: 2000 },
    );
  });

  test('any other bytes are damage, never a throw', () => {
    fc.assert(
      fc.property(header, bytes(400), fc.nat(), (written, junk, at) => {
        const good = encodeHeader(written);
        const cut = at % good.byteLength;
        for (const bad of [
          junk,
          good.subarray(0, cut),
          Buffer.concat([good, junk.subarray(0, 1 + (at % 8))]),
          Buffer.concat([good.subarray(0, cut), junk, good.subarray(cut)]),
        ]) {
          if (bad.equals(good)) continue;
          expect(readHeader(bad).is).toBe('damaged');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('recovery codes', () => {
  test('come back however they are typed', () => {
    fc.assert(
      fc.property(exactly(20), fc.boolean(), fc.constantFrom('-', ' ', '', '\n'), (secret, isLower, gap) => {
        const { code } = createRecoveryCode(() => Buffer.from(secret));
        let text = code.expose().toString().replaceAll('-', gap);
        if (isLower) text = text.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
        expect(parseRecoveryCode(Secret.fromText(text))?.expose()).toEqual(secret);
      }),
      { numRuns: 3000 },
    );
  });

  test('with one wrong or swapped character are none', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    fc.assert(
      fc.property(exactly(20), fc.nat({ max: 39 }), fc.integer({ min: 1, max: 31 }), (secret, at, shift) => {
        const text = createRecoveryCode(() => Buffer.from(secret))
          .code.expose()
          .toString()
          .replaceAll('-', '');
        const other = alphabet[(alphabet.indexOf(text[at]!) + shift) % 32]!;
        const wrong = text.slice(0, at) + other + text.slice(at + 1);
        expect(parseRecoveryCode(Secret.fromText(wrong))).toBeUndefined();
        expect(parseRecoveryCode(Secret.fromText(text.slice(0, at) + text.slice(at + 1)))).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });
});
