import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { checkOwnFile } from './safe-location.ts';
import { guarded } from './sqlite-errors.ts';

/**
 * One process at a time: an exclusive SQLite transaction on a file beside the vault, because Node has no flock.
 * The system gives it up when the process ends, however it ends.
 */
export class ProcessLock {
  readonly #path: string;
  #connection: Database.Database | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {AppError} VAULT_IN_USE, READ_ONLY, UNSAFE_LOCATION */
  acquire(): void {
    if (this.#connection !== undefined) return;
    guarded('lock', () => {
      if (!checkOwnFile(this.#path)) createOwnFile(this.#path);
      const connection = new Database(this.#path, { timeout: 0 });
      try {
        connection.exec('PRAGMA journal_mode = MEMORY');
        connection.exec('PRAGMA locking_mode = EXCLUSIVE');
        connection.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        connection.close();
        throw error;
      }
      this.#connection = connection;
    });
  }

  release(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

/** A new empty file that only we may read, whatever the umask is. SQLite gives its log the same rights. */
export function createOwnFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
}
