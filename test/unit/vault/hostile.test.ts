import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readHeader } from '../../../src-main/vault/crypto/header.ts';
import { deriveFromPassphrase, findKdfFault, STANDARD_KDF } from '../../../src-main/vault/crypto/kdf.ts';
import { MAX_PASSPHRASE_BYTES, normalizedPassphrase } from '../../../src-main/vault/crypto/passphrase.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import {
  addKey,
  keychainSecret,
  PASSPHRASE,
  passphrase,
  readText,
  VaultBench,
} from '../../support/vault/vault-bench.ts';

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const byPassphrase = (secret = passphrase()) => ({ with: 'passphrase', secret }) as const;

let template: VaultBench;
let bench: VaultBench;
beforeAll(async () => {
  template = new VaultBench();
  addKey(await template.create(), 'one');
  template.closeAll();
});
afterAll(() => {
  template.dispose();
});
beforeEach(() => {
  bench = new VaultBench().copyFrom(template);
});
afterEach(() => {
  bench.dispose();
});

const SLOT_AT = 8 + 2 + 16 + 1;
/** Changes the header as an attacker would: with a checksum that fits. */
const forgeHeader = (change: (body: Buffer) => void): void => {
  bench.meddle((database) => {
    const { bytes } = database.prepare('SELECT bytes FROM header').get() as { bytes: Buffer };
    const body = Buffer.from(bytes.subarray(0, -32));
    change(body);
    const checksum = createHash('sha256').update(body).digest();
    database.prepare('UPDATE header SET bytes = ?').run(Buffer.concat([body, checksum]));
  });
};
const expectRefused = async (state: string, errorCode: string, why: RegExp): Promise<void> => {
  const before = readFileSync(bench.path);
  const file = bench.open();
  expect([file.state, file.opened]).toEqual([state, undefined]);
  expect(file.stateDetail).toMatch(why);
  for (const proof of [byPassphrase(), { with: 'keychain', secret: keychainSecret() } as const]) {
    await expect(file.unlock(proof)).rejects.toThrow(code(errorCode));
  }
  await expect(file.create(passphrase())).rejects.toThrow(code('VAULT_EXISTS'));
  bench.closeAll();
  expect(readFileSync(bench.path)).toEqual(before);
  // The way out: a backup takes its place.
  const again = bench.open();
  expect(await again.restore(template.path, true)).not.toBeNull();
  expect((await bench.reopen()).records('key')).toHaveLength(1);
};

describe('row 1: key derivation made cheap', () => {
  test.each([
    ['8 MiB, one pass', 8 * 1024, 1, /memory 8192 is below the floor/],
    ['enough memory, one pass', 65_536, 1, /passes 1 is below the floor/],
  ])('%s is refused, though the checksum fits', async (_, memory, passes, why) => {
    forgeHeader((body) => {
      body.writeUInt32BE(memory, SLOT_AT + 2);
      body.writeUInt32BE(passes, SLOT_AT + 6);
    });
    await expectRefused('damaged', 'VAULT_DAMAGED', why);
  });

  test.each([
    ['memory', 2, 65_537],
    ['passes', 6, 3],
    ['lanes', 10, 2],
  ])('other %s within the limits open nothing: they are bound to the wrapped key', async (_, at, value) => {
    forgeHeader((body) => {
      body.writeUInt32BE(value, SLOT_AT + at);
    });
    await expect(bench.open().unlock(byPassphrase())).rejects.toThrow(code('WRONG_PASSWORD'));
  });
});

describe('row 2: key derivation made endless', () => {
  test.each([
    ['64 GiB', { memoryKib: 64 * 2 ** 20, passes: 3, lanes: 4 }],
    ['2^31 passes', { memoryKib: 131_072, passes: 2 ** 31, lanes: 4 }],
    ['no lanes', { memoryKib: 131_072, passes: 3, lanes: 0 }],
    ['255 lanes', { memoryKib: 131_072, passes: 3, lanes: 255 }],
    ['1 GiB in 16 passes', { memoryKib: 2 ** 20, passes: 16, lanes: 4 }],
  ])('%s is refused when the header is read, before memory is taken', async (_, parameters) => {
    expect(findKdfFault(parameters)).toMatch(/key derivation/);
    await expect(deriveFromPassphrase(passphrase(), Buffer.alloc(16), parameters)).rejects.toThrow(
      code('VAULT_DAMAGED'),
    );
    forgeHeader((body) => {
      body.writeUInt32BE(parameters.memoryKib, SLOT_AT + 2);
      body.writeUInt32BE(parameters.passes, SLOT_AT + 6);
      body.writeUInt32BE(parameters.lanes, SLOT_AT + 10);
    });
    await expectRefused('damaged', 'VAULT_DAMAGED', /key derivation/);
  });

  test('what is written by default lies within the limits', () => {
    expect(findKdfFault(STANDARD_KDF)).toBeUndefined();
    expect(STANDARD_KDF).toEqual({ memoryKib: 131_072, passes: 3, lanes: 4 });
  });
});

describe('row 7: files that are not, or no longer, a vault', () => {
  const whole = (): Buffer => readFileSync(bench.path);
  const sql = (statement: string): void => {
    bench.meddle((database) => database.exec(statement));
  };
  test.each<[string, () => void, RegExp]>([
    ['empty', () => writeFileSync(bench.path, ''), /it is empty/],
    ['text', () => writeFileSync(bench.path, 'dear diary, '.repeat(20)), /it is not a database/],
    ['random', () => writeFileSync(bench.path, Buffer.alloc(4096, 0xa7)), /it is not a database/],
    ['cut inside its first bytes', () => writeFileSync(bench.path, whole().subarray(0, 60)), /it is cut off/],
    [
      'cut in half',
      () => writeFileSync(bench.path, whole().subarray(0, whole().byteLength / 2)),
      /it is cut off/,
    ],
    ['cut by one byte', () => writeFileSync(bench.path, whole().subarray(0, -1)), /it is cut off/],
    ['another database', () => sql('PRAGMA application_id = 7'), /another program/],
    ['without a header', () => sql('DELETE FROM header'), /header is missing/],
    ['with an empty header', () => sql("UPDATE header SET bytes = x''"), /does not start like one/],
    [
      'with a flipped header',
      () => sql("UPDATE header SET bytes = CAST(replace(bytes, 'KEYMOLT', 'KEYMELT') AS BLOB)"),
      /does not start like one/,
    ],
    ['without a table', () => sql('DROP TABLE audit'), /tables are not those/],
    [
      'with a planted trigger',
      () => sql('CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM audit; END'),
      /tables are not those/,
    ],
    ['with a planted view', () => sql('CREATE VIEW v AS SELECT 1'), /tables are not those/],
    ['of no version', () => sql('PRAGMA user_version = 0'), /no format version 0/],
  ])('%s: damaged, with its own words, untouched, and a backup can take its place', async (_, spoil, why) => {
    spoil();
    await expectRefused('damaged', 'VAULT_DAMAGED', why);
  });

  test('every flipped bit of the header is damage, without a passphrase', () => {
    const database = new Database(template.path, { readonly: true });
    const { bytes } = database.prepare('SELECT bytes FROM header').get() as { bytes: Buffer };
    database.close();
    for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
      expect(readHeader(flipped).is).toBe('damaged');
    }
  });

  test('a newer version is named as such; a version that only one of two places has is damage', async () => {
    forgeHeader((body) => body.writeUInt16BE(3, 8));
    await expectRefused('newer', 'VAULT_NEWER', /format version 3/);
    forgeHeader((body) => body.writeUInt16BE(3, 8));
    sql('PRAGMA user_version = 3');
    await expectRefused('newer', 'VAULT_NEWER', /format version 3/);
    sql('PRAGMA user_version = 3');
    await expectRefused('damaged', 'VAULT_DAMAGED', /no format version 3/);
    sql('PRAGMA user_version = 99');
    await expectRefused('newer', 'VAULT_NEWER', /format version 99/);
    sql('PRAGMA user_version = 254');
    await expectRefused('damaged', 'VAULT_DAMAGED', /no format version 254/);
  });
});

test('row 13: a second opening of the same vault is refused, and the first goes on', async () => {
  const vault = await bench.reopen();
  expect(() => bench.open()).toThrow(code('VAULT_IN_USE'));
  expect(addKey(vault, 'two')).toMatch(/^[0-9a-f]{32}$/);
  bench.closeAll();
  bench.open();
});

describe('row 15: guessing', () => {
  test('a thousand wrong tries, and all are answered alike; the right one still opens', async () => {
    const file = bench.open();
    const answers = new Set<string>();
    const attempt = async (secret: Secret, slot: 'recovery' | 'passphrase'): Promise<void> => {
      const error = await file.unlock({ with: slot, secret }).catch((refusal: unknown) => refusal as Error);
      answers.add(`${slot}: ${'code' in error ? String(error.code) : ''} ${error.constructor.name}`);
    };
    for (let n = 0; n < 100; n += 1) await attempt(Secret.fromText(`${n}`.padStart(40, '0')), 'recovery');
    for (let n = 0; n < 885; n += 1) {
      expect(await file.verify({ with: 'recovery', secret: Secret.fromText(`${n}`.padStart(40, 'A')) })).toBe(
        false,
      );
    }
    for (let n = 0; n < 15; n += 1) await attempt(passphrase(`guess ${n}`), 'passphrase');
    expect([...answers]).toEqual([
      'recovery: WRONG_PASSWORD AppError',
      'passphrase: WRONG_PASSWORD AppError',
    ]);
    await file.unlock(byPassphrase());
  }, 30_000);

  test('a wrapped key that was damaged, with a checksum that fits, is answered like a wrong passphrase', async () => {
    forgeHeader((body) => {
      body[SLOT_AT + 60] = body[SLOT_AT + 60]! ^ 1;
    });
    await expect(bench.open().unlock(byPassphrase())).rejects.toThrow('The passphrase is wrong.');
  });
});

describe('row 16: passphrases', () => {
  test('composed and decomposed forms are one passphrase', async () => {
    const composed = 'caf\u00e9 \ufb01n \u212b';
    const file = new VaultBench();
    try {
      const vault = file.open();
      await vault.create(passphrase(composed));
      vault.lock();
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
        expect(await vault.verify(byPassphrase(passphrase(composed.normalize(form))))).toBe(true);
      }
      expect(await vault.verify(byPassphrase(passphrase('cafe fin \u212b')))).toBe(false);
    } finally {
      file.dispose();
    }
  });

  test('a NUL, blanks and an ending newline count', () => {
    const bytes = (text: string): string => normalizedPassphrase(passphrase(text)).expose().toString();
    for (const text of ['a\0b', ' a ', 'a\n', '\ufeffa']) expect(bytes(text)).toBe(text);
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['invalid UTF-8', Buffer.from([0x61, 0xff])],
    ['a lone surrogate as bytes', Buffer.from([0xed, 0xa0, 0x80])],
    ['a lone surrogate from a string', Buffer.from('a\ud800')],
    ['overlong UTF-8', Buffer.from([0xc0, 0x80])],
    ['one byte too long', Buffer.alloc(MAX_PASSPHRASE_BYTES + 1, 0x61)],
    ['1 MiB', Buffer.alloc(2 ** 20, 0x61)],
  ])('%s is refused in words', async (_, bytes) => {
    const file = bench.open();
    for (const attempt of [
      () => file.unlock(byPassphrase(Secret.adopt(Buffer.from(bytes)))),
      () => file.changePassphrase(byPassphrase(), Secret.adopt(Buffer.from(bytes))),
    ]) {
      await expect(attempt()).rejects.toThrow(code('BAD_VALUE'));
    }
  });

  test('the longest one works, and grows under NFKD without harm', () => {
    expect(normalizedPassphrase(Secret.adopt(Buffer.alloc(MAX_PASSPHRASE_BYTES, 0x61))).byteLength).toBe(
      MAX_PASSPHRASE_BYTES,
    );
    const long = '\ufdfa'.repeat(Math.floor(MAX_PASSPHRASE_BYTES / 3));
    expect(normalizedPassphrase(passphrase(long)).byteLength).toBeLessThan(MAX_PASSPHRASE_BYTES * 12);
  });

  test('the passphrase handed in is left as it was, for its owner to wipe', async () => {
    const secret = passphrase();
    await bench.open().unlock(byPassphrase(secret));
    expect(secret.expose().toString()).toBe(PASSPHRASE);
  });
});

test('a value is given as a copy: wiping it does not touch the next one', async () => {
  const vault = await bench.reopen();
  const { id } = vault.records('key')[0]!;
  vault.openValue(id).wipe();
  expect(readText(vault, id)).toBe('canary-one');
  expect(join(bench.folder, 'vault.db')).toBe(bench.path);
});
