import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import type { OpenVault, RecordId, VaultFile } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';

export const PASSPHRASE = 'correct horse battery staple';
/** The keychain slot opens without the key derivation, which tests that are not about it skip. */
const KEYCHAIN_BYTES = Buffer.alloc(32, 0x5a);
export const keychainSecret = (): Secret => Secret.adopt(Buffer.from(KEYCHAIN_BYTES));
export const passphrase = (text = PASSPHRASE): Secret => Secret.fromText(text);

/** A folder with a vault in it, and ways to open it and to meddle with it. */
export class VaultBench {
  readonly folder: string;
  readonly path: string;
  /** Opened, and not closed yet. */
  readonly files = new Set<VaultFile>();
  nowMs = Date.UTC(2026, 0, 2);

  constructor(folder = mkdtempSync(join(tmpdir(), 'keymolt-vault-'))) {
    this.folder = folder;
    this.path = join(folder, 'vault.db');
  }

  /** Over a folder that is there already. */
  static over(folder: string): VaultBench {
    return new VaultBench(folder);
  }

  /** The file as the next process would find it. */
  open(): VaultFile {
    const store = createSqliteVaultStore({ path: this.path, now: () => this.nowMs });
    const file = openVaultFile({ store, now: () => this.nowMs, randomBytes, kdf: KDF_FLOOR });
    this.files.add(file);
    return file;
  }

  /** Closed and opened again, by the keychain slot. */
  async reopen(anchor?: { generation: number }): Promise<OpenVault> {
    this.closeAll();
    return this.open().unlock({ with: 'keychain', secret: keychainSecret() }, anchor);
  }

  /** A new vault with a keychain slot. */
  async create(): Promise<OpenVault> {
    const file = this.open();
    await file.create(passphrase());
    await file.putKeychainSlot(keychainSecret());
    return file.opened!;
  }

  /** Starts from a vault made before. */
  copyFrom(other: VaultBench): this {
    cpSync(other.path, this.path);
    return this;
  }

  /** Changes the closed file behind the vault's back. */
  meddle(work: (database: Database.Database) => void): void {
    this.closeAll();
    const database = new Database(this.path);
    work(database);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  }

  closeAll(): void {
    for (const file of this.files) file.close();
    this.files.clear();
  }

  dispose(): void {
    this.closeAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const idBytes = (id: RecordId): Buffer => Buffer.from(id, 'hex');

export const addKey = (
  vault: OpenVault,
  name: string,
  value = `canary-${name}`,
  environmentId: RecordId | null = null,
): RecordId =>
  vault.transact((tx) => {
    tx.audit({ actor: 'test', action: 'key.add', subject: name, detail: '' });
    return tx.put({ kind: 'key', environmentId, meta: { name }, value: Secret.fromText(value) });
  });

export const readText = (vault: OpenVault, id: RecordId): string => vault.openValue(id).expose().toString();
