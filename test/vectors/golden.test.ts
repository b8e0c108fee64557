import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSqliteVaultStore } from '../../src-main/store/sqlite-vault-store.ts';
import type { OpenVault, VaultFile } from '../../src-main/vault/ports.ts';
import { Secret } from '../../src-main/vault/secret.ts';
import { openVaultFile } from '../../src-main/vault/vault.ts';
import {
  GOLDEN_AT,
  GOLDEN_AUDIT,
  GOLDEN_ENVIRONMENTS,
  GOLDEN_FINGERPRINT_OF,
  GOLDEN_KEYCHAIN_HEX,
  GOLDEN_KEYS,
  GOLDEN_PASSPHRASE,
} from './golden-content.ts';
import { readVault } from './second-reader.ts';

const golden = join(import.meta.dirname, 'golden');
const facts = JSON.parse(readFileSync(join(golden, 'v1.json'), 'utf8')) as {
  vault_id: string;
  generation: number;
  recovery_code: string;
  fingerprint: string;
};

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keymolt-golden-'));
  path = join(folder, 'vault.db');
  copyFileSync(join(golden, 'v1.db'), path);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const openFile = (): VaultFile =>
  openVaultFile({ store: createSqliteVaultStore({ path }), now: Date.now, randomBytes });
const expectGolden = (vault: OpenVault): void => {
  expect([vault.vaultId, vault.generation]).toEqual([facts.vault_id, facts.generation]);
  expect([vault.tamperFindings, vault.damagedIds]).toEqual([[], []]);
  const environments = vault.records('environment');
  expect(environments.map(({ meta }) => meta)).toEqual(GOLDEN_ENVIRONMENTS);
  const nameOf = new Map<string | null, string | null>(
    environments.map(({ id, meta }) => [id, (meta as { name: string }).name]),
  );
  const keys = vault.records('key').map(({ id, environmentId, version, meta, hasValue }) => ({
    name: (meta as { name: string }).name,
    environment: nameOf.get(environmentId) ?? null,
    version,
    value: hasValue ? vault.openValue(id).expose().toString() : null,
  }));
  expect(keys).toEqual(GOLDEN_KEYS);
  const entries = [...vault.auditEntries({ limit: 99 })].reverse();
  expect(entries.map(({ action, at, detail }) => [action, at, detail])).toEqual(
    GOLDEN_AUDIT.map((action) => [action, GOLDEN_AT, 'Größe']),
  );
  expect(vault.verifyAudit()).toEqual({ intact: true, entries: GOLDEN_AUDIT.length, findings: [] });
  expect(vault.fingerprint(Buffer.from(GOLDEN_FINGERPRINT_OF))).toBe(facts.fingerprint);
};

test('there is a golden vault for each format version', () => {
  expect(readdirSync(golden).filter((name) => name.endsWith('.db'))).toEqual(['v1.db']);
});

// The full key derivation, some of it in a slower implementation.
describe('the golden vault of format version 1', { timeout: 60_000 }, () => {
  test.each([
    ['passphrase', GOLDEN_PASSPHRASE],
    ['passphrase', GOLDEN_PASSPHRASE.normalize('NFD')],
    ['keychain', Buffer.from(GOLDEN_KEYCHAIN_HEX, 'hex')],
    ['recovery', facts.recovery_code],
  ] as const)('opens by %s with everything in it, and is not changed by that', async (slot, proof) => {
    const file = openFile();
    const vault = await file.unlock({ with: slot, secret: Secret.adopt(Buffer.from(proof)) });
    expectGolden(vault);
    file.close();
    expect(readFileSync(path)).toEqual(readFileSync(join(golden, 'v1.db')));
  });

  test.each([
    { passphrase: GOLDEN_PASSPHRASE },
    { keychain: Buffer.from(GOLDEN_KEYCHAIN_HEX, 'hex') },
    { recoveryCode: facts.recovery_code },
  ])('opens with the second reader, to the same content', async (way) => {
    const vault = await readVault(path, way);
    expect([vault.vaultId, vault.generation]).toEqual([facts.vault_id, facts.generation]);
    const keys = vault.records.filter(({ kind }) => kind === 2);
    expect(keys.map(({ meta }) => (meta as { name: string }).name)).toEqual(
      GOLDEN_KEYS.map(({ name }) => name),
    );
    expect(keys.map(({ version }) => version)).toEqual(GOLDEN_KEYS.map(({ version }) => version));
    expect(keys.map(({ value }) => value?.toString() ?? null)).toEqual(GOLDEN_KEYS.map(({ value }) => value));
    expect(vault.records.filter(({ kind }) => kind === 1).map(({ meta }) => meta)).toEqual(
      GOLDEN_ENVIRONMENTS,
    );
    expect(vault.audit.map(({ action, at }) => [action, at])).toEqual(
      GOLDEN_AUDIT.map((action) => [action, GOLDEN_AT]),
    );
    expect(vault.fingerprint(Buffer.from(GOLDEN_FINGERPRINT_OF))).toBe(facts.fingerprint);
  });

  test('and what is written to it today opens with the second reader', async () => {
    const file = openFile();
    const vault = await file.unlock({
      with: 'keychain',
      secret: Secret.adopt(Buffer.from(GOLDEN_KEYCHAIN_HEX, 'hex')),
    });
    vault.transact((tx) => {
      tx.put({
        kind: 'setting',
        environmentId: null,
        meta: { today: true },
        value: Secret.fromText('written today'),
      });
      tx.audit({ actor: 'test', action: 'today', subject: '', detail: '' });
    });
    await file.changePassphrase(
      { with: 'recovery', secret: Secret.fromText(facts.recovery_code) },
      Secret.fromText('new passphrase'),
    );
    file.close();
    const read = await readVault(path, { passphrase: 'new passphrase' });
    expect(read.generation).toBe(facts.generation + 2);
    expect(read.records.at(-1)).toMatchObject({
      kind: 7,
      meta: { today: true },
      value: Buffer.from('written today'),
    });
    expect(read.audit.at(-1)?.action).toBe('today');
  });

  test('the second reader refuses what it should', async () => {
    await expect(readVault(path, { passphrase: 'wrong' })).rejects.toThrow();
    await expect(readVault(path, { recoveryCode: facts.recovery_code.replace('V', 'W') })).rejects.toThrow(
      'recovery code',
    );
  });

  test('the second reader is short enough to be believed', () => {
    const lines = readFileSync(join(import.meta.dirname, 'second-reader.ts'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeLessThanOrEqual(150);
  });
});
