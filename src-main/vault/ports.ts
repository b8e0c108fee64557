import type { z } from 'zod';
import type { auditEntryView } from '../../src-shared/contract/views.ts';
import type { Secret } from './secret.ts';

/** What the vault keeps. Each kind's metadata has a schema of its own in src-shared/domain/vault-records.ts. */
export const RECORD_KINDS = [
  'environment',
  'key',
  'platform',
  'session',
  'rotation',
  'deployment',
  'setting',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** 16 random bytes as 32 hex characters. */
export type RecordId = string & { readonly __brand: 'RecordId' };

export interface VaultRecord<Meta = unknown> {
  readonly id: RecordId;
  readonly kind: RecordKind;
  /** The environment record this one belongs to; null for records of the whole vault. */
  readonly environmentId: RecordId | null;
  /** Starts at 1, grows with every change of this record. */
  readonly version: number;
  /** Decrypted metadata; JSON. Callers check it against the kind's schema. */
  readonly meta: Meta;
  readonly hasValue: boolean;
}

export type AuditEntry = z.infer<typeof auditEntryView>;

/** What is appended to the audit log; sequence, time and chain are the vault's. */
export interface AuditNote {
  /** Who asked: `window`, `cli pid 4711`, `schedule`, `agent`. */
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** In words, never a value. */
  readonly detail: string;
}

export interface RecordChange {
  /** Absent: a new record. */
  readonly id?: RecordId;
  readonly kind: RecordKind;
  readonly environmentId: RecordId | null;
  readonly meta: unknown;
  /** Absent: an existing value stays. null: removed. */
  readonly value?: Secret | null;
}

export interface VaultTransaction {
  /** @returns the record's id */
  put(change: RecordChange): RecordId;
  remove(id: RecordId): void;
  audit(note: AuditNote): void;
}

/** An unlocked vault. Every method throws `VAULT_LOCKED` once it is locked again. */
export interface OpenVault {
  readonly vaultId: string;
  /** Grows with every transaction. */
  readonly generation: number;
  /** What does not fit (a record removed, swapped or rolled back; a cut audit log; an older file), in words. Empty: untouched. */
  readonly tamperFindings: readonly string[];
  /** Records whose metadata could not be authenticated; they are in no list. */
  readonly damagedIds: readonly RecordId[];

  /** All records of a kind, from memory, in order of creation. */
  records(kind: RecordKind): readonly VaultRecord[];
  find(id: RecordId): VaultRecord | undefined;
  /**
   * Decrypts a value; the caller wipes it.
   * @throws {AppError} VAULT_DAMAGED when it fails its authentication, NOT_FOUND when there is none
   */
  openValue(id: RecordId): Secret;
  /** HMAC under the vault, the first 8 bytes as hex: equal values have equal fingerprints, in this vault only. */
  fingerprint(value: Uint8Array): string;

  /**
   * All of `work`'s changes or none, durable (fsync) when it returns. `work` is synchronous.
   * @throws {AppError} VAULT_TAMPERED while findings are open, DISK_FULL, STORAGE_FAILED, READ_ONLY
   */
  transact<T>(work: (tx: VaultTransaction) => T): T;

  /** Newest first. */
  auditEntries(range: { limit: number; beforeSeq?: number }): readonly AuditEntry[];
  /** Entries `afterSeq + 1` to `afterSeq + limit`, oldest first, each held against the one before; the last stretch against the head. */
  exportAudit(range: { readonly afterSeq: number; readonly limit: number }): {
    readonly entries: readonly AuditEntry[];
    readonly lastSeq: number;
    readonly findings: readonly string[];
  };
  /** Checks the whole chain and its anchored head. */
  verifyAudit(): { readonly intact: boolean; readonly entries: number; readonly findings: readonly string[] };
  /** Records that the findings were looked at, re-seals the record set as it is, and allows changes again. */
  acceptTamper(actor: string): void;

  /** Moves the log into the database file, so that deleted ciphertext is gone from both. */
  checkpoint(): void;
}

export type UnlockProof =
  | { readonly with: 'passphrase'; readonly secret: Secret }
  | { readonly with: 'recovery'; readonly secret: Secret }
  /** The 32 bytes that the OS keychain keeps for the keychain slot. */
  | { readonly with: 'keychain'; readonly secret: Secret };

export type ClosedVaultState = 'missing' | 'locked' | 'damaged' | 'newer';

/**
 * A vault file, locked or open. Holds the process lock from `VaultFile.open` to `close`.
 * Nothing here waits for a person, a network or a keychain.
 */
export interface VaultFile {
  readonly state: ClosedVaultState | 'unlocked';
  /** Why the state is `damaged` or `newer`. */
  readonly stateDetail: string;
  /** The opaque id from the header, readable while locked; undefined where there is no readable vault. */
  readonly vaultId: string | undefined;
  readonly opened: OpenVault | undefined;
  /** @throws {AppError} VAULT_EXISTS. @returns the recovery code, as a person writes it down; the vault is unlocked */
  create(passphrase: Secret): Promise<{ recoveryCode: Secret }>;
  /**
   * @param anchor generation remembered outside the file (OS keychain): an older file is a rollback, and a tamper finding
   * @throws {AppError} WRONG_PASSWORD, VAULT_MISSING, VAULT_DAMAGED, VAULT_NEWER, KEYCHAIN_SLOT_MISSING
   */
  unlock(proof: UnlockProof, anchor?: { readonly generation: number }): Promise<OpenVault>;
  /** Wipes keys from memory, checkpoints, and closes the database; `unlock` opens it again. */
  lock(): void;
  /** Whether the proof opens a slot, without changing the state. */
  verify(proof: UnlockProof): Promise<boolean>;
  /** Rewraps one slot. @throws {AppError} WRONG_PASSWORD */
  changePassphrase(current: UnlockProof, next: Secret): Promise<void>;
  /**
   * Replaces the recovery slot: the code before opens nothing any more.
   * @throws {AppError} WRONG_PASSWORD @returns the new code, as a person writes it down
   */
  renewRecoveryCode(current: UnlockProof): Promise<{ recoveryCode: Secret }>;
  /** Adds or replaces the keychain slot for these 32 bytes. Needs the vault unlocked. */
  putKeychainSlot(secret: Secret): Promise<void>;
  removeKeychainSlot(): void;
  readonly hasKeychainSlot: boolean;
  /** A consistent copy, sealed as the vault is. @throws {AppError} FILE_EXISTS @returns its size in bytes */
  backup(path: string): Promise<number>;
  /**
   * Puts a backup in the vault's place. Checks that it is a vault file first; one that is refused leaves the vault as it
   * is, open if it was.
   * @param beforeReplacing called when the backup was found good; the vault is locked then
   * @returns where the replaced vault was kept, or null where there was none
   * @throws {AppError} VAULT_EXISTS without `replace`; BAD_FILE, VAULT_DAMAGED, VAULT_NEWER
   */
  restore(path: string, replace: boolean, beforeReplacing?: () => void): Promise<string | null>;
  /** Locks, and gives up the process lock. vault.db stands alone afterwards (no -wal). */
  close(): void;
}
