import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import type { StoreBatch, StoredAuditEntry, VaultStore } from '../vault/store-port.ts';
import {
  applySettings,
  assertStructure,
  checkpointOf,
  closeConnection,
  type Connection,
  createSchema,
  inTransaction,
  openConnection,
} from './connection.ts';
import {
  linkOrCopy,
  publishFile,
  removeIfThere,
  replaceFile,
  syncFile,
  syncFolder,
} from './durable-files.ts';
import { createOwnFile, ProcessLock } from './process-lock.ts';
import { checkCandidate, copyCandidate } from './restore-candidate.ts';
import { checkOwnFile, safeVaultPath } from './safe-location.ts';
import { guarded } from './sqlite-errors.ts';
import { readBlob, type SqliteBlob, toBuffer, writeBatch } from './vault-rows.ts';

/** Vault rows in one SQLite file. @param options.path of `vault.db`; its folder is made on `acquire` */
export function createSqliteVaultStore(options: {
  readonly path: string;
  readonly now?: () => number;
}): VaultStore {
  return new SqliteVaultStore(options.path, options.now ?? Date.now);
}

class SqliteVaultStore implements VaultStore {
  readonly #wantedPath: string;
  readonly #now: () => number;
  #path: string;
  #lock: ProcessLock | undefined;
  #connection: Connection | undefined;

  constructor(path: string, now: () => number) {
    this.#wantedPath = path;
    this.#path = resolve(path);
    this.#now = now;
  }

  acquire(): void {
    if (this.#lock !== undefined) return;
    this.#path = guarded('open', () => safeVaultPath(this.#wantedPath));
    const lock = new ProcessLock(join(dirname(this.#path), 'lock.db'));
    lock.acquire();
    this.#lock = lock;
  }

  release(): void {
    this.close();
    this.#lock?.release();
    this.#lock = undefined;
  }

  exists(): boolean {
    return guarded('open', () => lstatSync(this.#path, { throwIfNoEntry: false }) !== undefined);
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  create(initial: { readonly header: Buffer; readonly state: Buffer }): void {
    this.#assertClosed();
    if (this.exists()) throw new AppError('VAULT_EXISTS', 'There is a vault already.', 'Unlock it.');
    guarded('write', () => {
      this.#removeLeftovers();
      // Made beside its place and moved there when it is whole: a crash leaves a vault or none, never half of one.
      const unfinished = this.#beside('new');
      createOwnFile(unfinished);
      const connection = new Database(unfinished);
      try {
        applySettings(connection);
        inTransaction(connection, () => {
          createSchema(connection);
          writeBatch(connection, initial);
        });
      } finally {
        closeConnection(connection);
      }
      syncFile(unfinished);
      publishFile(unfinished, this.#path);
    });
    this.open();
  }

  open(): void {
    this.#assertClosed();
    if (this.#lock === undefined) throw new BugError('the store was opened without its lock');
    guarded('open', () => {
      if (!checkOwnFile(this.#path))
        throw new AppError('VAULT_MISSING', 'There is no vault yet.', 'Make one with `keymolt init`.');
      this.#connection = openConnection(this.#path);
    });
  }

  checkStructure(): void {
    guarded('read', () => {
      assertStructure(this.#open, "('record')");
    });
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) guarded('checkpoint', () => closeConnection(connection));
  }

  readHeader(): Buffer | undefined {
    return this.#readBlob('SELECT bytes AS blob FROM header WHERE id = 1');
  }

  readState(): Buffer | undefined {
    return this.#readBlob('SELECT sealed AS blob FROM state WHERE id = 1');
  }

  readValue(id: Buffer): Buffer | undefined {
    return this.#readBlob('SELECT value AS blob FROM record WHERE id = ?', id);
  }

  #readBlob(sql: string, ...parameters: Buffer[]): Buffer | undefined {
    return guarded('read', () => readBlob(this.#open, sql, parameters));
  }

  readRecords(): { readonly blobs: readonly Buffer[]; readonly misfiledIds: readonly Buffer[] } {
    return guarded('read', () => {
      // One column a row: making a buffer is what costs, and ten thousand records are read at every unlock.
      const blobs = this.#open
        .prepare('SELECT meta FROM record WHERE substr(meta, 1, 16) IS id')
        .pluck()
        .all() as SqliteBlob[];
      const { count } = this.#open.prepare('SELECT count(*) AS count FROM record').get() as { count: number };
      const misfiled =
        count === blobs.length
          ? []
          : (this.#open
              .prepare('SELECT id FROM record WHERE substr(meta, 1, 16) IS NOT id')
              .pluck()
              .all() as SqliteBlob[]);
      return { blobs: blobs.map(toBuffer), misfiledIds: misfiled.map(toBuffer) };
    });
  }

  readAudit(range: { readonly limit: number; readonly beforeSeq?: number }): StoredAuditEntry[] {
    return guarded('read', () => {
      const rows = this.#open
        .prepare('SELECT seq, sealed, mac FROM audit WHERE seq > 0 AND seq < ? ORDER BY seq DESC LIMIT ?')
        .all([range.beforeSeq ?? Number.MAX_SAFE_INTEGER, range.limit]) as {
        seq: number;
        sealed: SqliteBlob;
        mac: SqliteBlob;
      }[];
      return rows.map(({ seq, sealed, mac }) => ({ seq, sealed: toBuffer(sealed), mac: toBuffer(mac) }));
    });
  }

  write(batch: StoreBatch): void {
    const connection = this.#open;
    guarded('write', () => {
      inTransaction(connection, () => {
        writeBatch(connection, batch);
      });
    });
  }

  checkpoint(): void {
    const connection = this.#open;
    guarded('checkpoint', () => {
      checkpointOf(connection);
    });
  }

  backup(path: string): number {
    const connection = this.#open;
    const target = resolve(path);
    return guarded('back up', () => {
      if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw fileExists(target);
      const unfinished = `${target}.${process.pid}-${this.#now()}.partial`;
      createOwnFile(unfinished);
      try {
        connection.prepare('VACUUM INTO ?').run([unfinished]);
        syncFile(unfinished);
        publishFile(unfinished, target);
      } catch (error) {
        removeIfThere(unfinished);
        throw error instanceof Error && 'code' in error && error.code === 'EEXIST'
          ? fileExists(target)
          : error;
      }
      return statSync(target).size;
    });
  }

  restore(path: string, check: (header: Buffer | undefined) => void): string | null {
    return guarded('restore', () => {
      this.#removeLeftovers();
      const unfinished = this.#beside('restore');
      copyCandidate(resolve(path), unfinished);
      try {
        checkCandidate(path, unfinished, check);
        syncFile(unfinished);
      } catch (error) {
        for (const end of ['', '-wal', '-shm']) removeIfThere(unfinished + end);
        throw error;
      }
      this.#assertClosed();
      const kept = this.#keepPresent();
      replaceFile(unfinished, this.#path);
      return kept;
    });
  }

  /** Gives the present vault a dated second name, log included; the rename that follows takes its first one. */
  #keepPresent(): string | null {
    if (!this.exists()) return null;
    const stamp = new Date(this.#now()).toISOString().replaceAll(/[-:]/g, '').replace(/\..*/, 'Z');
    let kept = join(dirname(this.#path), `vault-replaced-${stamp}.db`);
    for (let n = 2; lstatSync(kept, { throwIfNoEntry: false }) !== undefined; n += 1) {
      kept = join(dirname(this.#path), `vault-replaced-${stamp}-${n}.db`);
    }
    try {
      // Folds a log that a crash left into the file.
      closeConnection(openConnection(this.#path));
    } catch {
      // Too damaged to be opened: it is kept as it is, with its log under the same new name.
    }
    // SECURITY: a log left in place would be replayed into the restored file.
    for (const end of ['-wal', '-shm']) {
      if (lstatSync(this.#path + end, { throwIfNoEntry: false }) !== undefined)
        replaceFile(this.#path + end, kept + end);
    }
    linkOrCopy(this.#path, kept);
    syncFolder(dirname(kept));
    return kept;
  }

  get #open(): Connection {
    if (this.#connection === undefined) throw new BugError('the store is closed');
    return this.#connection;
  }

  #assertClosed(): void {
    if (this.#connection !== undefined) throw new BugError('the store is open already');
  }

  #beside(purpose: 'new' | 'restore'): string {
    return `${this.#path}.${purpose}`;
  }

  /** Files of a creation or restore that a crash interrupted. The process lock is held, so nobody is at them. */
  #removeLeftovers(): void {
    const folder = dirname(this.#path);
    const starts = [basename(this.#beside('new')), basename(this.#beside('restore'))];
    for (const name of readdirSync(folder)) {
      if (starts.some((start) => name === start || name === `${start}-wal` || name === `${start}-shm`))
        removeIfThere(join(folder, name));
    }
    // A vault's log without its vault: SQLite would replay it into the next file of that name.
    if (!this.exists()) for (const end of ['-wal', '-shm']) removeIfThere(this.#path + end);
  }
}

const fileExists = (path: string): AppError =>
  new AppError(
    'FILE_EXISTS',
    `There is a file ${path} already.`,
    'Choose another name; nothing is overwritten.',
  );
