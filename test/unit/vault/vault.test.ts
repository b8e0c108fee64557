import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import type { VaultFile } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';

let folder: string;
const files: VaultFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keymolt-vault-'));
});
afterEach(() => {
  for (const file of files.splice(0)) file.close();
  rmSync(folder, { recursive: true });
});

const open = (): VaultFile => {
  const store = createSqliteVaultStore({ path: join(folder, 'vault.db') });
  const file = openVaultFile({ store, now: () => Date.UTC(2026, 0, 2), randomBytes, kdf: KDF_FLOOR });
  files.push(file);
  return file;
};
const passphrase = (text = 'correct horse'): Secret => Secret.fromText(text);

test('a record written in one opening is there in the next', async () => {
  const first = open();
  expect(first.state).toBe('missing');
  await first.create(passphrase());
  expect(first.state).toBe('unlocked');
  const id = first.opened!.transact((tx) => {
    tx.audit({ actor: 'test', action: 'key.add', subject: 'dev/a', detail: '' });
    return tx.put({
      kind: 'key',
      environmentId: null,
      meta: { name: 'a' },
      value: Secret.fromText('canary-value'),
    });
  });
  first.close();
  expect(readdirSync(folder).sort()).toEqual(['lock.db', 'vault.db']);

  const second = open();
  expect(second.state).toBe('locked');
  const vault = await second.unlock({ with: 'passphrase', secret: passphrase() });
  expect(vault.tamperFindings).toEqual([]);
  expect(vault.find(id)).toMatchObject({ kind: 'key', version: 1, meta: { name: 'a' }, hasValue: true });
  expect(vault.openValue(id).expose().toString()).toBe('canary-value');
  expect(vault.auditEntries({ limit: 10 })).toEqual([
    {
      seq: 1,
      at: '2026-01-02T00:00:00.000Z',
      actor: 'test',
      action: 'key.add',
      subject: 'dev/a',
      detail: '',
    },
  ]);
  expect(vault.verifyAudit()).toEqual({ intact: true, entries: 1, findings: [] });
  second.lock();
  expect(() => vault.records('key')).toThrow(expect.objectContaining({ code: 'VAULT_LOCKED' }));
  expect(readdirSync(folder).sort()).toEqual(['lock.db', 'vault.db']);
});
