/**
 * Where sealed rows are kept. Knows no key and opens nothing: every blob comes sealed and goes sealed.
 * One process at a time, between `acquire` and `release`. All methods are synchronous.
 * Failures: DISK_FULL, STORAGE_FAILED, READ_ONLY, UNSAFE_LOCATION, VAULT_IN_USE, VAULT_DAMAGED, VAULT_NEWER.
 */
export interface VaultStore {
  /** Takes the process lock. @throws {AppError} VAULT_IN_USE, UNSAFE_LOCATION, READ_ONLY */
  acquire(): void;
  release(): void;
  /** Whether there is anything in the vault's place, a vault or not. */
  exists(): boolean;
  readonly isOpen: boolean;
  /** Makes the vault with these first rows, completely or not at all, and leaves it open. Never overwrites. */
  create(initial: { readonly header: Buffer; readonly state: Buffer }): void;
  /** Checks settings and tables first; nothing is written. @throws {AppError} VAULT_MISSING, VAULT_DAMAGED, VAULT_NEWER */
  open(): void;
  /** Checks that the records can be reached. Reads all of them. @throws {AppError} VAULT_DAMAGED */
  checkStructure(): void;
  /** Moves the log into the file and closes it. Closing twice is fine. */
  close(): void;

  /** Undefined where the row is gone. */
  readHeader(): Buffer | undefined;
  readState(): Buffer | undefined;
  /** Every record's metadata blob. A row whose id is not the one its blob starts with is only named. */
  readRecords(): { readonly blobs: readonly Buffer[]; readonly misfiledIds: readonly Buffer[] };
  readValue(id: Buffer): Buffer | undefined;
  /** Newest first, below `beforeSeq`. */
  readAudit(range: { readonly limit: number; readonly beforeSeq?: number }): StoredAuditEntry[];

  /** All of it or nothing, durable when it returns. */
  write(batch: StoreBatch): void;
  /** Leaves no trace of replaced or removed rows in file and log. */
  checkpoint(): void;

  /** A consistent copy in a new file. The store is open. @throws {AppError} FILE_EXISTS @returns its size in bytes */
  backup(path: string): number;
  /**
   * Puts the file at `path` in the vault's place; the store is closed afterwards.
   * @param check called with the candidate's header before anything is changed; it throws to refuse, and closes the
   *   store where it is open
   * @returns where the replaced file is kept, null where there was none
   */
  restore(path: string, check: (header: Buffer | undefined) => void): string | null;
}

export interface StoredRecord {
  readonly id: Buffer;
  readonly meta: Buffer;
  /** Absent: the stored one stays. null: none. */
  readonly value?: Buffer | null;
}

export interface StoredAuditEntry {
  readonly seq: number;
  readonly sealed: Buffer;
  readonly mac: Buffer;
}

export interface StoreBatch {
  readonly put?: readonly StoredRecord[];
  readonly remove?: readonly Buffer[];
  readonly audit?: readonly StoredAuditEntry[];
  readonly state?: Buffer;
  readonly header?: Buffer;
}
