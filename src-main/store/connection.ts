import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { INITIAL_SCHEMA } from './migrations/0001-initial.ts';
import { damagedFile } from './sqlite-errors.ts';

export type Connection = Database.Database;

/** "KeyM", at offset 68 of the file; tells a vault from any other database. */
export const APPLICATION_ID = 0x4b65794d;
export const SCHEMA_VERSION = 1;
/** Somebody looks into the file with another program: the core must not stand still for long. */
const BUSY_TIMEOUT_MS = 500;

/**
 * SECURITY: set at every open and read back. The library's default in WAL mode is NORMAL, which loses acknowledged
 * writes at a power cut; without secure_delete removed ciphertext stays in the file (test/unit/store/connection.test.ts).
 */
const SETTINGS = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['secure_delete', 'ON', 1],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
] as const;

/** One pragma's value, by name: rows of the test build's library carry one property more. */
export function readPragma(connection: Connection, name: string): unknown {
  const row = connection.prepare(`PRAGMA ${name}`).get() as Record<string, unknown> | undefined;
  return row?.[name];
}

/** The first bytes of a database, which say what it is. */
const START_BYTES = 100;

/**
 * Looks at the first bytes before SQLite does: it would make a database of an empty file.
 * @returns the first bytes
 * @throws {AppError} VAULT_DAMAGED when it is no vault file at all
 */
export function assertVaultFile(path: string): Buffer {
  const start = Buffer.alloc(START_BYTES);
  const descriptor = openSync(path, 'r');
  let size: number;
  try {
    size = readSync(descriptor, start, 0, START_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  if (size === 0) throw damagedFile('it is empty');
  if (start.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw damagedFile('it is not a database');
  if (size < START_BYTES) throw damagedFile('it is cut off');
  if (start.readUInt32BE(68) !== APPLICATION_ID) throw damagedFile('it is a database of another program');
  return start;
}

/** While there is a log, a crash may have left the file shorter than its first page says: the log has the rest. */
function assertWhole(path: string, start: Buffer): void {
  const pageBytes = start.readUInt16BE(16);
  const pages = start.readUInt32BE(28);
  if (!existsSync(`${path}-wal`) && statSync(path).size !== pages * pageBytes)
    throw damagedFile('it is cut off');
}

/**
 * Opens an existing vault file: settings, schema. Writes nothing to it.
 * @throws whatever SQLite throws, and {AppError} VAULT_DAMAGED, VAULT_NEWER, STORAGE_FAILED
 */
export function openConnection(path: string): Connection {
  assertWhole(path, assertVaultFile(path));
  assertWritable(path);
  const connection = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    applySettings(connection);
    assertSchema(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

export function applySettings(connection: Connection): void {
  for (const [name, value] of SETTINGS) connection.exec(`PRAGMA ${name} = ${value}`);
  for (const [name, , expected] of SETTINGS) {
    const actual = readPragma(connection, name);
    if (actual === expected) continue;
    throw new AppError(
      'STORAGE_FAILED',
      `The database refuses the setting ${name} (${String(actual)} instead of ${expected}), so a write might be lost.`,
      'Keep the vault on a local disk.',
    );
  }
}

/**
 * SQLite opens a file that it may not write for reading only, and says so at the first change: here that would be after
 * the unlock. Asked before it has the file open, since closing a file lets go of the process's locks on it (fcntl(2)).
 */
function assertWritable(path: string): void {
  closeSync(openSync(path, 'r+'));
}

function assertSchema(connection: Connection): void {
  const version = readPragma(connection, 'user_version');
  if (version !== SCHEMA_VERSION) {
    // Both places where a version stands agree, or the one cannot come from a flip: else damage would send a person off
    // for an update.
    const isNewer =
      typeof version === 'number' &&
      version > SCHEMA_VERSION &&
      (!couldBeFlip(version) || version === headerVersion(connection));
    if (isNewer) {
      throw new AppError(
        'VAULT_NEWER',
        `The vault has format version ${version}; this program knows ${SCHEMA_VERSION}.`,
        'Install the newest keymolt.',
      );
    }
    throw damagedFile(`it has no format version ${String(version)}`);
  }
  const rows = connection.prepare('SELECT name, sql FROM sqlite_schema').all() as {
    name: string;
    sql: string | null;
  }[];
  const isKnown =
    rows.length === Object.keys(INITIAL_SCHEMA).length &&
    rows.every(({ name, sql }) => INITIAL_SCHEMA[name] === sql);
  if (!isKnown) throw damagedFile('its tables are not those of a vault');
}

/** Whether damage to one byte makes this version out of ours: a flipped bit, a turned or a foreign byte of the four. */
function couldBeFlip(version: number): boolean {
  const difference = version ^ SCHEMA_VERSION;
  const isOneBit = (difference & (difference - 1)) === 0;
  return isOneBit || difference === 0xff || version > 0xff;
}

/** The version in the header, which every format has at this place (FORMAT.md, "File"). */
function headerVersion(connection: Connection): number | undefined {
  const row = connection.prepare('SELECT hex(substr(bytes, 9, 2)) AS version FROM header').get() as
    { version: string } | undefined;
  return row && Number.parseInt(row.version, 16);
}

/** @param part of the database, in brackets; the log may be long, and is only checked with everything else */
export function assertStructure(connection: Connection, part = ''): void {
  const faults = connection.prepare(`PRAGMA quick_check${part}`).all() as { quick_check?: string }[];
  if (faults.length !== 1 || faults[0]?.quick_check !== 'ok') throw damagedFile('its structure is broken');
}

/** Makes the tables in a new, empty file. */
export function createSchema(connection: Connection): void {
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  for (const sql of Object.values(INITIAL_SCHEMA)) connection.exec(sql);
}

/** All of `work` or nothing. The libraries' own helper differs in how it treats a transaction that SQLite ended itself. */
export function inTransaction(connection: Connection, work: () => void): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    work();
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** @throws {AppError} STORAGE_FAILED */
export function checkpointOf(connection: Connection): void {
  const row = connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number } | undefined;
  if (row?.busy !== 0)
    throw new AppError('STORAGE_FAILED', "The vault's log could not be folded into its file.", 'Try again.');
}

/** Checkpoints, closes, and leaves the file standing alone. */
export function closeConnection(connection: Connection): void {
  try {
    checkpointOf(connection);
  } finally {
    connection.close();
  }
}
