import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenVault, RecordId } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import {
  addKey,
  idBytes,
  keychainSecret,
  passphrase,
  readText,
  VaultBench,
} from '../../support/vault/vault-bench.ts';

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

/** Made once; each test starts from a copy. Two environments, three keys. */
let template: VaultBench;
let dev: RecordId;
let prod: RecordId;
let one: RecordId;
let two: RecordId;
let live: RecordId;
let bench: VaultBench;

beforeAll(async () => {
  template = new VaultBench();
  const vault = await template.create();
  [dev, prod] = ['dev', 'prod'].map((name) =>
    vault.transact((tx) => tx.put({ kind: 'environment', environmentId: null, meta: { name } })),
  ) as [RecordId, RecordId];
  one = addKey(vault, 'one', 'value-one', dev);
  two = addKey(vault, 'two', 'value-two', dev);
  live = addKey(vault, 'live', 'value-live', prod);
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

const flip = (bytes: Buffer, at: number, bit = 0): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ (1 << bit);
  return copy;
};
const column = (id: RecordId, name: 'meta' | 'value'): Buffer => {
  let found: Buffer = Buffer.alloc(0);
  bench.meddle((database) => {
    found = (
      database.prepare(`SELECT ${name} AS blob FROM record WHERE id = ?`).get(idBytes(id)) as { blob: Buffer }
    ).blob;
  });
  return found;
};
const setColumn = (id: RecordId, name: 'meta' | 'value', bytes: Buffer): void => {
  bench.meddle((database) =>
    database.prepare(`UPDATE record SET ${name} = ? WHERE id = ?`).run(bytes, idBytes(id)),
  );
};
const sql = (statement: string, ...parameters: unknown[]): void => {
  bench.meddle((database) => database.prepare(statement).run(...parameters));
};
const names = (vault: OpenVault): unknown[] =>
  vault.records('key').map(({ meta }) => (meta as { name: string }).name);
/** Reading works, writing does not, and the file is as it was. */
const expectReadOnly = (vault: OpenVault): void => {
  const generation = vault.generation;
  expect(vault.tamperFindings.length).toBeGreaterThan(0);
  expect(() => addKey(vault, 'new')).toThrow(code('VAULT_TAMPERED'));
  expect(vault.generation).toBe(generation);
  expect(names(vault)).not.toContain('new');
};
/** After acceptance everything works again, now and in the next opening. */
const expectAcceptable = async (vault: OpenVault, anchor?: { generation: number }): Promise<OpenVault> => {
  vault.acceptTamper('cli pid 1');
  expect(vault.tamperFindings).toEqual([]);
  addKey(vault, 'after');
  const generation = vault.generation;
  if (anchor) expect(generation).toBeGreaterThan(anchor.generation);
  expect(vault.verifyAudit().intact).toBe(true);
  expect(vault.auditEntries({ limit: 2 })[1]).toMatchObject({ actor: 'cli pid 1', action: 'tamper.accept' });
  const again = await bench.reopen({ generation });
  expect(again.tamperFindings).toEqual([]);
  expect(names(again)).toContain('after');
  expect(again.verifyAudit().intact).toBe(true);
  return again;
};

describe('row 3: one bit flipped in a sealed field', () => {
  test('of the metadata: that record is damaged and named, the others usable', async () => {
    const meta = column(one, 'meta');
    for (const at of [64, 100, meta.byteLength - 1]) {
      setColumn(one, 'meta', flip(meta, at));
      const vault = await bench.reopen();
      expect(vault.damagedIds).toEqual([one]);
      expect(names(vault)).toEqual(['two', 'live']);
      expect(() => vault.openValue(one)).toThrow(code('VAULT_DAMAGED'));
      expect([readText(vault, two), readText(vault, live)]).toEqual(['value-two', 'value-live']);
    }
  });

  test('of the plain part (environment, version) or the nonce: damaged, and tampered', async () => {
    const meta = column(one, 'meta');
    for (const at of [16, 31, 39, 40, 63]) {
      setColumn(one, 'meta', flip(meta, at, 3));
      const vault = await bench.reopen();
      expect(vault.damagedIds).toEqual([one]);
      expect(names(vault)).toEqual(['two', 'live']);
      expectReadOnly(vault);
    }
  });

  test('of the value: found when it is used, and never a part of it is given', async () => {
    const value = column(one, 'value');
    for (let at = 0; at < value.byteLength; at += 5) {
      setColumn(one, 'value', flip(value, at, at % 8));
      const vault = await bench.reopen();
      expect(names(vault)).toEqual(['one', 'two', 'live']);
      expect(() => vault.openValue(one)).toThrow(code('VAULT_DAMAGED'));
      expect(readText(vault, two)).toBe('value-two');
    }
  });

  test('a damaged record can be removed, or its metadata kept and its value given anew', async () => {
    setColumn(one, 'value', flip(column(one, 'value'), 30));
    setColumn(two, 'meta', flip(column(two, 'meta'), 70));
    const vault = await bench.reopen();
    vault.transact((tx) => {
      tx.put({
        id: one,
        kind: 'key',
        environmentId: dev,
        meta: { name: 'one' },
        value: Secret.fromText('again'),
      });
      tx.remove(two);
    });
    const again = await bench.reopen();
    expect([again.damagedIds, again.tamperFindings, names(again)]).toEqual([[], [], ['one', 'live']]);
    expect(readText(again, one)).toBe('again');
  });
});

describe('row 4: sealed bytes in another place', () => {
  test('values of two records swapped: neither is given', async () => {
    const [first, second] = [column(one, 'value'), column(two, 'value')];
    setColumn(one, 'value', second);
    setColumn(two, 'value', first);
    const vault = await bench.reopen();
    for (const id of [one, two]) expect(() => vault.openValue(id)).toThrow(code('VAULT_DAMAGED'));
    expect(readText(vault, live)).toBe('value-live');
  });

  test('metadata of two records swapped, bare or with its plain part: damaged', async () => {
    const [first, second] = [column(one, 'meta'), column(two, 'meta')];
    const swaps = [
      [second, first],
      [
        Buffer.concat([first.subarray(0, 40), second.subarray(40)]),
        Buffer.concat([second.subarray(0, 40), first.subarray(40)]),
      ],
    ];
    for (const [forOne, forTwo] of swaps) {
      setColumn(one, 'meta', forOne!);
      setColumn(two, 'meta', forTwo!);
      const vault = await bench.reopen();
      expect([...vault.damagedIds].sort()).toEqual([one, two].sort());
      expect(names(vault)).toEqual(['live']);
      expectReadOnly(vault);
    }
  });

  test('a dev record copied to prod: damaged, and the prod environment has only its own', async () => {
    const meta = column(one, 'meta');
    idBytes(prod).copy(meta, 16);
    setColumn(one, 'meta', meta);
    const vault = await bench.reopen();
    expect(vault.damagedIds).toEqual([one]);
    expect(vault.records('key').filter(({ environmentId }) => environmentId === prod)).toHaveLength(1);
    expectReadOnly(vault);
  });

  test('a record copied under a new id is damaged', async () => {
    sql(
      "INSERT INTO record SELECT x'000102030405060708090a0b0c0d0e0f', meta, value FROM record WHERE id = ?",
      idBytes(live),
    );
    const vault = await bench.reopen();
    expect(vault.damagedIds).toEqual(['000102030405060708090a0b0c0d0e0f']);
    expect(names(vault)).toEqual(['one', 'two', 'live']);
    expectReadOnly(vault);
    await expectAcceptable(vault);
  });

  test('metadata put in the place of a value, or the other way round, does not open', async () => {
    const meta = column(one, 'meta');
    setColumn(one, 'value', meta.subarray(40));
    const vault = await bench.reopen();
    expect(() => vault.openValue(one)).toThrow(code('VAULT_DAMAGED'));
  });
});

describe('row 5: records removed or put back by SQL', () => {
  test('a removed record shows, and how many', async () => {
    sql('DELETE FROM record WHERE id = ?', idBytes(two));
    const vault = await bench.reopen();
    expect(vault.tamperFindings).toEqual([expect.stringContaining('1 fewer than before')]);
    expect(readText(vault, one)).toBe('value-one');
    expectReadOnly(vault);
    await expectAcceptable(vault);
  });

  test('an older version of a record shows; its value is the older one and not given as new', async () => {
    const [meta, value] = [column(one, 'meta'), column(one, 'value')];
    const vault = await bench.reopen();
    vault.transact((tx) =>
      tx.put({
        id: one,
        kind: 'key',
        environmentId: dev,
        meta: { name: 'one-new' },
        value: Secret.fromText('new'),
      }),
    );
    setColumn(one, 'value', value);
    const withOldValue = await bench.reopen();
    expect(() => withOldValue.openValue(one)).toThrow(code('VAULT_DAMAGED'));
    setColumn(one, 'meta', meta);
    const rolledBack = await bench.reopen();
    expect(names(rolledBack)).toContain('one');
    expectReadOnly(rolledBack);
    await expectAcceptable(rolledBack);
  });

  test('an older state row does not hide what was changed after it', async () => {
    let state: Buffer = Buffer.alloc(0);
    bench.meddle((database) => {
      state = (database.prepare('SELECT sealed FROM state').get() as { sealed: Buffer }).sealed;
    });
    addKey(await bench.reopen(), 'later');
    sql('UPDATE state SET sealed = ?', state);
    const vault = await bench.reopen();
    expect(vault.tamperFindings).toEqual([
      expect.stringContaining('1 more than before'),
      expect.stringContaining('entry 4 is not written by this vault'),
    ]);
    expectReadOnly(vault);
    await expectAcceptable(vault);
  });

  test.each([
    'DELETE FROM state',
    "UPDATE state SET sealed = x'00'",
    'UPDATE state SET sealed = randomblob(300)',
  ])('a state that is gone or broken is tampering, not damage: %s', async (statement) => {
    sql(statement);
    const vault = await bench.reopen();
    expect(names(vault)).toEqual(['one', 'two', 'live']);
    expectReadOnly(vault);
    await expectAcceptable(vault);
  });
});

describe('row 6: the whole file put back to an older one', () => {
  test('shows by the generation kept elsewhere, until it is accepted', async () => {
    const vault = await bench.reopen();
    addKey(vault, 'later');
    const anchor = { generation: vault.generation };
    bench.closeAll();
    cpSync(template.path, bench.path);
    expect((await bench.reopen()).tamperFindings).toEqual([]);
    const older = await bench.reopen(anchor);
    expect(older.tamperFindings).toEqual([expect.stringContaining('older')]);
    expect(readText(older, one)).toBe('value-one');
    expectReadOnly(older);
    await expectAcceptable(older, anchor);
  });

  test('a file that is ahead of the anchor is normal', async () => {
    expect((await bench.reopen({ generation: 1 })).tamperFindings).toEqual([]);
  });
});

describe('slots put back', () => {
  test('an older header, with the old passphrase, shows', async () => {
    let header: Buffer = Buffer.alloc(0);
    bench.meddle((database) => {
      header = (database.prepare('SELECT bytes FROM header').get() as { bytes: Buffer }).bytes;
    });
    const file = bench.open();
    await file.changePassphrase({ with: 'keychain', secret: keychainSecret() }, passphrase('new one'));
    sql('UPDATE header SET bytes = ?', header);
    const vault = await bench.open().unlock({ with: 'passphrase', secret: passphrase() });
    expect(vault.tamperFindings).toEqual([expect.stringContaining('older passphrase')]);
    expectReadOnly(vault);
    bench.closeAll();
    const again = bench.open();
    await expect(
      again.changePassphrase({ with: 'keychain', secret: keychainSecret() }, passphrase('x')),
    ).rejects.toThrow(code('VAULT_TAMPERED'));
  });
});

describe('the audit log', () => {
  test.each([
    ['a cut tail', 'DELETE FROM audit WHERE seq = 3', 'entry 3 is missing at the end'],
    ['an emptied log', 'DELETE FROM audit', 'entries 1 to 3 are missing at the end'],
    [
      'a forged entry',
      'INSERT INTO audit VALUES (4, randomblob(90), randomblob(32))',
      'entry 4 is not written',
    ],
    [
      'another last entry',
      'UPDATE audit SET mac = randomblob(32) WHERE seq = 3',
      'entry 3 is not the one last written',
    ],
  ])('%s shows at unlock, and stays visible after it was accepted', async (_, statement, finding) => {
    sql(statement);
    const vault = await bench.reopen();
    expect(vault.tamperFindings).toEqual([expect.stringContaining(finding)]);
    expect(vault.verifyAudit().intact).toBe(false);
    expectReadOnly(vault);
    const again = await expectAcceptable(vault);
    const { intact, findings } = again.verifyAudit();
    expect(intact).toBe(true);
    expect(findings.join()).toContain('accepted by cli pid 1');
  });

  test.each([
    ['an entry removed from the middle', 'DELETE FROM audit WHERE seq = 2', 'entry 2 is missing'],
    [
      'an entry altered',
      'UPDATE audit SET sealed = randomblob(90) WHERE seq = 2',
      'entry 2 fails its authentication',
    ],
    ['a link altered', 'UPDATE audit SET mac = randomblob(32) WHERE seq = 1', 'entry 1 does not follow'],
    [
      'two entries swapped',
      'UPDATE audit SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq < 3; UPDATE audit SET seq = -seq WHERE seq < 0',
      'entry 1 fails',
    ],
  ])('%s shows in the check, and the rest of the log can be read', async (_, statements, finding) => {
    bench.meddle((database) => database.exec(statements));
    const vault = await bench.reopen();
    const { intact, findings } = vault.verifyAudit();
    expect(intact).toBe(false);
    expect(findings.join()).toContain(finding);
    expect(vault.auditEntries({ limit: 9 })[0]).toMatchObject({ seq: 3, subject: 'live' });
    await expectAcceptable(vault);
  });

  test('an acceptance covers what was found, and nothing that breaks later', async () => {
    sql('DELETE FROM audit WHERE seq = 1');
    const vault = await bench.reopen();
    vault.acceptTamper('cli');
    sql('DELETE FROM audit WHERE seq = 2');
    const again = await bench.reopen();
    const { intact, findings } = again.verifyAudit();
    expect(intact).toBe(false);
    expect(findings).toEqual(['entries 1 to 2 are missing.']);
  });

  test('lists pages, newest first', async () => {
    const vault = await bench.reopen();
    expect(vault.auditEntries({ limit: 2 }).map(({ subject }) => subject)).toEqual(['live', 'two']);
    expect(vault.auditEntries({ limit: 2, beforeSeq: 2 }).map(({ subject }) => subject)).toEqual(['one']);
    expect(vault.verifyAudit()).toEqual({ intact: true, entries: 3, findings: [] });
  });
});

test('looking at a meddled vault never rewrites it', async () => {
  sql('DELETE FROM record WHERE id = ?', idBytes(two));
  const before = readFileSync(join(bench.folder, 'vault.db'));
  const vault = await bench.reopen();
  vault.verifyAudit();
  expect(() => addKey(vault, 'x')).toThrow(code('VAULT_TAMPERED'));
  bench.closeAll();
  expect(readFileSync(join(bench.folder, 'vault.db'))).toEqual(before);
});
