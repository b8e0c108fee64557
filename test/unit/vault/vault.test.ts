import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordId } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { addKey, keychainSecret, passphrase, readText, VaultBench } from '../../support/vault/vault-bench.ts';

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const byPassphrase = (text?: string) => ({ with: 'passphrase', secret: passphrase(text) }) as const;
const byKeychain = () => ({ with: 'keychain', secret: keychainSecret() }) as const;

let bench: VaultBench;
beforeEach(() => {
  bench = new VaultBench();
});
afterEach(() => {
  bench.dispose();
});

describe('states and slots', () => {
  test('a new place is missing, then unlocked, then locked, and says which vault it is', async () => {
    const file = bench.open();
    expect([file.state, file.vaultId, file.opened]).toEqual(['missing', undefined, undefined]);
    await file.create(passphrase());
    expect(file.state).toBe('unlocked');
    const id = file.vaultId;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(file.opened?.vaultId).toBe(id);
    file.lock();
    expect([file.state, file.vaultId, file.opened]).toEqual(['locked', id, undefined]);
  });

  test('what has no vault yet says so', async () => {
    const file = bench.open();
    await expect(file.unlock(byPassphrase())).rejects.toThrow(code('VAULT_MISSING'));
    await expect(file.verify(byPassphrase())).rejects.toThrow(code('VAULT_MISSING'));
    await expect(file.backup(join(bench.folder, 'b'))).rejects.toThrow(code('VAULT_MISSING'));
    await expect(file.changePassphrase(byPassphrase(), passphrase('n'))).rejects.toThrow(
      code('VAULT_MISSING'),
    );
  });

  test('there is one vault: a second is refused and the first is untouched', async () => {
    await bench.create();
    bench.closeAll();
    const before = readFileSync(bench.path);
    await expect(bench.open().create(passphrase('other'))).rejects.toThrow(code('VAULT_EXISTS'));
    bench.closeAll();
    expect(readFileSync(bench.path)).toEqual(before);
  });

  test('all three slots open the same vault', async () => {
    const file = bench.open();
    const { recoveryCode } = await file.create(passphrase());
    expect(recoveryCode.expose().toString()).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$/);
    const id = addKey(file.opened!, 'a');
    await file.putKeychainSlot(keychainSecret());
    const spoken = Secret.fromText(recoveryCode.expose().toString().toLowerCase().replaceAll('-', ' '));
    for (const proof of [byPassphrase(), byKeychain(), { with: 'recovery', secret: spoken } as const]) {
      file.lock();
      expect(readText(await file.unlock(proof), id)).toBe('canary-a');
      expect(await file.verify(proof)).toBe(true);
    }
  });

  test('a wrong secret is WRONG_PASSWORD for each slot, and changes nothing', async () => {
    await bench.create();
    bench.closeAll();
    const before = readFileSync(bench.path);
    const file = bench.open();
    const wrong = [
      byPassphrase('wrong'),
      { with: 'keychain', secret: Secret.adopt(Buffer.alloc(32, 1)) },
      { with: 'keychain', secret: Secret.adopt(Buffer.alloc(5)) },
      { with: 'recovery', secret: Secret.fromText('00000-00000-00000-00000-00000-00000-00000-00000') },
      { with: 'recovery', secret: Secret.fromText('nonsense') },
    ] as const;
    for (const proof of wrong) {
      await expect(file.unlock(proof)).rejects.toThrow(code('WRONG_PASSWORD'));
      expect(await file.verify(proof)).toBe(false);
      expect(file.state).toBe('locked');
    }
    bench.closeAll();
    expect(readFileSync(bench.path)).toEqual(before);
  });

  test('the keychain slot comes, is replaced, and goes', async () => {
    const file = bench.open();
    await file.create(passphrase());
    expect(file.hasKeychainSlot).toBe(false);
    await expect(file.verify(byKeychain())).rejects.toThrow(code('KEYCHAIN_SLOT_MISSING'));
    await file.putKeychainSlot(keychainSecret());
    expect(file.hasKeychainSlot).toBe(true);
    await file.putKeychainSlot(Secret.adopt(Buffer.alloc(32, 9)));
    expect(await file.verify(byKeychain())).toBe(false);
    await expect(file.putKeychainSlot(Secret.adopt(Buffer.alloc(31)))).rejects.toThrow(code('BAD_VALUE'));
    file.removeKeychainSlot();
    file.removeKeychainSlot();
    expect(file.hasKeychainSlot).toBe(false);
    file.lock();
    expect(file.hasKeychainSlot).toBe(false);
    await expect(file.unlock(byKeychain())).rejects.toThrow(code('KEYCHAIN_SLOT_MISSING'));
    expect((await file.unlock(byPassphrase())).tamperFindings).toEqual([]);
  });

  test.each(['locked', 'unlocked'])(
    'the passphrase changes on a vault that is %s; the other slots stay',
    async (state) => {
      const file = bench.open();
      const { recoveryCode } = await file.create(passphrase());
      const id = addKey(file.opened!, 'a');
      if (state === 'locked') file.lock();
      await expect(file.changePassphrase(byPassphrase('wrong'), passphrase('new'))).rejects.toThrow(
        code('WRONG_PASSWORD'),
      );
      await file.changePassphrase(byPassphrase(), passphrase('new'));
      await file.changePassphrase({ with: 'recovery', secret: recoveryCode }, passphrase('newer'));
      expect(file.state).toBe(state);
      file.lock();
      for (const old of ['new', undefined])
        await expect(file.unlock(byPassphrase(old))).rejects.toThrow(code('WRONG_PASSWORD'));
      const vault = await file.unlock(byPassphrase('newer'));
      expect(vault.tamperFindings).toEqual([]);
      expect(readText(vault, id)).toBe('canary-a');
      expect(await file.verify({ with: 'recovery', secret: recoveryCode })).toBe(true);
    },
  );

  test.each(['locked', 'unlocked'])(
    'a new recovery code on a vault that is %s voids the old one',
    async (state) => {
      const file = bench.open();
      const { recoveryCode: old } = await file.create(passphrase());
      const id = addKey(file.opened!, 'a');
      await file.putKeychainSlot(keychainSecret());
      if (state === 'locked') file.lock();
      await expect(file.renewRecoveryCode(byPassphrase('wrong'))).rejects.toThrow(code('WRONG_PASSWORD'));
      expect(await file.verify({ with: 'recovery', secret: old })).toBe(true);
      const { recoveryCode } = await file.renewRecoveryCode(byPassphrase());
      expect(file.state).toBe(state);
      file.lock();
      await expect(file.unlock({ with: 'recovery', secret: old })).rejects.toThrow(code('WRONG_PASSWORD'));
      const vault = await file.unlock({ with: 'recovery', secret: recoveryCode });
      expect([vault.tamperFindings, readText(vault, id)]).toEqual([[], 'canary-a']);
      expect([await file.verify(byPassphrase()), await file.verify(byKeychain())]).toEqual([true, true]);
    },
  );

  test('a lock that comes while an unlock derives its key wins', async () => {
    await bench.create();
    bench.closeAll();
    const file = bench.open();
    const unlocking = file.unlock(byPassphrase());
    await Promise.resolve();
    file.lock();
    await expect(unlocking).rejects.toThrow(code('VAULT_LOCKED'));
    expect(file.state).toBe('locked');
    await file.unlock(byKeychain());
  });

  test('unlocking an unlocked vault checks the proof and gives the same vault', async () => {
    const vault = await bench.create();
    const [file] = bench.files;
    expect(await file!.unlock(byPassphrase())).toBe(vault);
    await expect(file!.unlock(byPassphrase('wrong'))).rejects.toThrow(code('WRONG_PASSWORD'));
    expect(file!.state).toBe('unlocked');
  });

  test('a locked vault answers nothing more', async () => {
    const vault = await bench.create();
    const id = addKey(vault, 'a');
    bench.closeAll();
    const calls: (() => unknown)[] = [
      () => vault.generation,
      () => vault.tamperFindings,
      () => vault.damagedIds,
      () => vault.records('key'),
      () => vault.find(id),
      () => vault.openValue(id),
      () => vault.fingerprint(Buffer.of(1)),
      () => vault.transact(() => undefined),
      () => vault.auditEntries({ limit: 1 }),
      () => vault.verifyAudit(),
      () => vault.acceptTamper('x'),
      () => vault.checkpoint(),
    ];
    for (const call of calls) expect(call).toThrow(code('VAULT_LOCKED'));
  });

  test('after close the file stands alone, with rights for its owner only', async () => {
    const vault = await bench.create();
    addKey(vault, 'a');
    expect(readdirSync(bench.folder)).toContain('vault.db-wal');
    for (const name of readdirSync(bench.folder))
      expect(statSync(join(bench.folder, name)).mode & 0o777).toBe(0o600);
    bench.closeAll();
    expect(readdirSync(bench.folder).sort()).toEqual(['lock.db', 'vault.db']);
    expect(statSync(bench.folder).mode & 0o777).toBe(0o700);
  });
});

describe('records', () => {
  test('are there in the next opening, in order of creation, as they were', async () => {
    const vault = await bench.create();
    const environment = vault.transact((tx) =>
      tx.put({ kind: 'environment', environmentId: null, meta: { name: 'dev' } }),
    );
    const ids = ['c', 'a', 'b'].map((name) => addKey(vault, name, `canary-${name}`, environment));
    vault.transact((tx) =>
      tx.put({ id: ids[0]!, kind: 'key', environmentId: environment, meta: { name: 'c', due: null } }),
    );
    const expected = [
      {
        id: ids[0],
        kind: 'key',
        environmentId: environment,
        version: 2,
        meta: { name: 'c', due: null },
        hasValue: true,
      },
      {
        id: ids[1],
        kind: 'key',
        environmentId: environment,
        version: 1,
        meta: { name: 'a' },
        hasValue: true,
      },
      {
        id: ids[2],
        kind: 'key',
        environmentId: environment,
        version: 1,
        meta: { name: 'b' },
        hasValue: true,
      },
    ];
    expect(vault.records('key')).toEqual(expected);
    const generation = vault.generation;
    const again = await bench.reopen({ generation });
    expect(again.records('key')).toEqual(expected);
    expect(again.records('environment')).toHaveLength(1);
    expect(again.generation).toBe(generation);
    expect([again.tamperFindings, again.damagedIds]).toEqual([[], []]);
    expect(ids.map((id) => readText(again, id))).toEqual(['canary-c', 'canary-a', 'canary-b']);
    const later = addKey(again, 'later');
    expect(again.records('key').at(-1)?.id).toBe(later);
  });

  test('a value stays with a change of metadata, is replaced, moves with its record, and is removed', async () => {
    const vault = await bench.create();
    const [dev, prod] = ['dev', 'prod'].map((name) =>
      vault.transact((tx) => tx.put({ kind: 'environment', environmentId: null, meta: { name } })),
    );
    const id = addKey(vault, 'k', 'first', dev);
    const change = (more: { value?: Secret | null; environmentId?: RecordId }): void => {
      vault.transact((tx) =>
        tx.put({ id, kind: 'key', environmentId: dev!, meta: { n: vault.find(id)?.version }, ...more }),
      );
    };
    change({});
    expect(readText(await bench.reopen(), id)).toBe('first');
    const again = await bench.reopen();
    again.transact((tx) => tx.put({ id, kind: 'key', environmentId: prod!, meta: {} }));
    expect(readText(again, id)).toBe('first');
    again.transact((tx) =>
      tx.put({ id, kind: 'key', environmentId: prod!, meta: {}, value: Secret.fromText('second') }),
    );
    const third = await bench.reopen();
    expect(readText(third, id)).toBe('second');
    third.transact((tx) => tx.put({ id, kind: 'key', environmentId: prod!, meta: {}, value: null }));
    expect(third.find(id)?.hasValue).toBe(false);
    expect(() => third.openValue(id)).toThrow(code('NOT_FOUND'));
    third.transact((tx) => {
      tx.remove(id);
    });
    expect(third.find(id)).toBeUndefined();
    expect((await bench.reopen()).records('key')).toEqual([]);
  });

  test('one transaction may change a record twice, and remove what it made', async () => {
    const vault = await bench.create();
    const id = vault.transact((tx) => {
      const made = tx.put({ kind: 'key', environmentId: null, meta: { n: 1 }, value: Secret.fromText('v') });
      tx.put({ id: made, kind: 'key', environmentId: null, meta: { n: 2 } });
      tx.remove(tx.put({ kind: 'key', environmentId: null, meta: { n: 3 } }));
      return made;
    });
    const again = await bench.reopen();
    expect(again.records('key')).toMatchObject([{ id, version: 2, meta: { n: 2 }, hasValue: true }]);
    expect(readText(again, id)).toBe('v');
    expect(again.tamperFindings).toEqual([]);
  });

  test('work that throws leaves nothing, in memory or on the disk', async () => {
    const vault = await bench.create();
    const id = addKey(vault, 'a');
    const generation = vault.generation;
    expect(() =>
      vault.transact((tx) => {
        tx.put({ kind: 'key', environmentId: null, meta: {} });
        tx.remove(id);
        tx.audit({ actor: 'a', action: 'b', subject: 'c', detail: 'd' });
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
    expect([vault.generation, vault.records('key').length, vault.verifyAudit().entries]).toEqual([
      generation,
      1,
      1,
    ]);
    const again = await bench.reopen();
    expect([again.generation, again.records('key').length, again.verifyAudit().entries]).toEqual([
      generation,
      1,
      1,
    ]);
  });

  test('a transaction without changes writes nothing', async () => {
    const vault = await bench.create();
    const { generation } = vault;
    expect(vault.transact(() => 'answer')).toBe('answer');
    expect(vault.generation).toBe(generation);
  });

  test('misuse is a bug: inside another, after its end, with a promise, with another kind', async () => {
    const vault = await bench.create();
    const id = addKey(vault, 'a');
    expect(() => vault.transact(() => vault.transact(() => 1))).toThrow('transact inside transact');
    let kept: { remove(id: RecordId): void } | undefined;
    vault.transact((tx) => {
      kept = tx;
    });
    expect(() => kept?.remove(id)).toThrow('after its end');
    expect(() => vault.transact(() => Promise.resolve())).toThrow('synchronous');
    expect(() =>
      vault.transact((tx) => tx.put({ id, kind: 'setting', environmentId: null, meta: {} })),
    ).toThrow('cannot become');
    const unknown = '00'.repeat(16) as RecordId;
    expect(() =>
      vault.transact((tx) => tx.put({ id: unknown, kind: 'key', environmentId: null, meta: {} })),
    ).toThrow(code('NOT_FOUND'));
    expect(vault.records('key')).toHaveLength(1);
  });

  test('what is handed out cannot be changed, and is not what was handed in', async () => {
    const vault = await bench.create();
    const meta = { name: 'a', scopes: ['x'] };
    const id = vault.transact((tx) => tx.put({ kind: 'key', environmentId: null, meta }));
    meta.scopes.push('y');
    const record = vault.find(id) as unknown as { meta: { name: string; scopes: string[] } };
    expect(record.meta).toEqual({ name: 'a', scopes: ['x'] });
    expect(() => record.meta.scopes.push('z')).toThrow(TypeError);
    expect(() => (record.meta.name = 'b')).toThrow(TypeError);
  });

  test('equal values have equal fingerprints, in one vault only', async () => {
    const vault = await bench.create();
    const other = new VaultBench();
    try {
      const elsewhere = await other.create();
      const print = vault.fingerprint(Buffer.from('value'));
      expect(print).toMatch(/^[0-9a-f]{16}$/);
      expect(vault.fingerprint(Buffer.from('value'))).toBe(print);
      expect(vault.fingerprint(Buffer.from('valuf'))).not.toBe(print);
      expect(elsewhere.fingerprint(Buffer.from('value'))).not.toBe(print);
    } finally {
      other.dispose();
    }
  });

  test('nothing of names, values or notes stands in the files', async () => {
    const vault = await bench.create();
    const id = addKey(vault, 'canary-name', 'canary-value');
    vault.transact((tx) => {
      tx.put({
        id,
        kind: 'key',
        environmentId: null,
        meta: { owner: 'canary-owner' },
        value: Secret.fromText('canary-2'),
      });
      tx.audit({
        actor: 'canary-actor',
        action: 'canary-action',
        subject: 'canary-subject',
        detail: 'canary-detail',
      });
    });
    for (const name of readdirSync(bench.folder)) {
      const bytes = readFileSync(join(bench.folder, name));
      expect(bytes.includes('canary')).toBe(false);
    }
  });

  test('removed and replaced ciphertext is gone from file and log', async () => {
    const vault = await bench.create();
    const [replaced, removed] = ['a', 'b'].map((name) => addKey(vault, name));
    vault.checkpoint();
    const sealed = new Map<string, Buffer>();
    bench.meddle((database) => {
      for (const row of database.prepare('SELECT hex(id) AS id, value FROM record').all() as {
        id: string;
        value: Buffer;
      }[]) {
        sealed.set(row.id.toLowerCase(), row.value);
      }
    });
    const bytesOfFiles = (): Buffer =>
      Buffer.concat(readdirSync(bench.folder).map((name) => readFileSync(join(bench.folder, name))));
    expect(bytesOfFiles().includes(sealed.get(replaced!)!)).toBe(true);
    const again = await bench.reopen();
    again.transact((tx) => {
      tx.put({ id: replaced!, kind: 'key', environmentId: null, meta: {}, value: Secret.fromText('next') });
      tx.remove(removed!);
    });
    const files = bytesOfFiles();
    for (const bytes of sealed.values()) expect(files.includes(bytes.subarray(0, 24))).toBe(false);
  });
});

describe('backup and restore', () => {
  test('a backup opens with the vault’s own slots, is private, and is never overwritten', async () => {
    const vault = await bench.create();
    const id = addKey(vault, 'a');
    bench.closeAll();
    const file = bench.open();
    const copy = join(bench.folder, 'copy.db');
    expect(await file.backup(copy)).toBe(statSync(copy).size);
    expect(file.state).toBe('locked');
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await expect(file.backup(copy)).rejects.toThrow(code('FILE_EXISTS'));

    const other = new VaultBench();
    try {
      expect(await other.open().restore(copy, false)).toBeNull();
      const restored = await other.reopen();
      expect(readText(restored, id)).toBe('canary-a');
      expect(restored.tamperFindings).toEqual([]);
    } finally {
      other.dispose();
    }
  });

  test('a restore needs `replace`, keeps what it replaced, and shows as rolled back', async () => {
    const vault = await bench.create();
    addKey(vault, 'a');
    const file = [...bench.files][0]!;
    const copy = join(bench.folder, 'copy.db');
    await file.backup(copy);
    addKey(vault, 'b');
    const anchor = { generation: vault.generation };
    await expect(file.restore(copy, false)).rejects.toThrow(code('VAULT_EXISTS'));
    expect(file.state).toBe('unlocked');
    const kept = await file.restore(copy, true);
    expect(kept).toBe(join(bench.folder, 'vault-replaced-20260102T000000Z.db'));
    expect(file.state).toBe('locked');
    const restored = await file.unlock({ with: 'keychain', secret: keychainSecret() }, anchor);
    expect(restored.records('key')).toHaveLength(1);
    expect(restored.tamperFindings).toHaveLength(1);
    // And back again.
    await file.restore(kept!, true);
    expect(
      (await file.unlock({ with: 'keychain', secret: keychainSecret() }, anchor)).records('key'),
    ).toHaveLength(2);
  });

  test('junk, another database and a damaged backup are refused, and nothing is touched', async () => {
    await bench.create();
    bench.closeAll();
    const before = readFileSync(bench.path);
    const file = bench.open();
    const path = join(bench.folder, 'candidate.db');
    const header = before.indexOf('KEYMOLT');
    const damaged = Buffer.from(before);
    damaged[header + 20] = damaged[header + 20]! ^ 1;
    const candidates: [Buffer, string][] = [
      [Buffer.alloc(0), 'BAD_FILE'],
      [Buffer.from('text'), 'BAD_FILE'],
      [before.subarray(0, 5000), 'VAULT_DAMAGED'],
      [damaged, 'VAULT_DAMAGED'],
    ];
    for (const [bytes, expected] of candidates) {
      writeFileSync(path, bytes);
      await expect(file.restore(path, true)).rejects.toThrow(code(expected));
      expect(file.state).toBe('locked');
    }
    await expect(file.restore(join(bench.folder, 'none'), true)).rejects.toThrow(code('FILE_NOT_FOUND'));
    bench.closeAll();
    expect(readFileSync(bench.path)).toEqual(before);
    expect(readdirSync(bench.folder).sort()).toEqual(['candidate.db', 'lock.db', 'vault.db']);
  });
});
