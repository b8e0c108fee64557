import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { applySettings, openConnection, readPragma } from '../../../src-main/store/connection.ts';
import { toStorageError } from '../../../src-main/store/sqlite-errors.ts';
import { BugError } from '../../../src-shared/errors/bug-error.ts';
import { VaultBench } from '../../support/vault/vault-bench.ts';

test('every opening runs with the settings that durability and erasure need', async () => {
  const bench = new VaultBench();
  onTestFinished(() => {
    bench.dispose();
  });
  await bench.create();
  bench.closeAll();
  const connection = openConnection(bench.path);
  const names = [
    'journal_mode',
    'synchronous',
    'secure_delete',
    'foreign_keys',
    'trusted_schema',
    'cell_size_check',
  ];
  expect(names.map((name) => readPragma(connection, name))).toEqual(['wal', 2, 1, 1, 0, 1]);
  expect(readPragma(connection, 'application_id')).toBe(0x4b65794d);
  expect(readPragma(connection, 'user_version')).toBe(1);
  connection.close();
});

test('a setting that does not take is refused: this database has no log', () => {
  const connection = new Database(':memory:');
  expect(() => {
    applySettings(connection);
  }).toThrow(
    expect.objectContaining({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('journal_mode') as string,
    }) as Error,
  );
  connection.close();
});

test.each([
  ['SQLITE_FULL', 'DISK_FULL'],
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['SQLITE_IOERR_FSYNC', 'STORAGE_FAILED'],
  ['SQLITE_IOERR', 'STORAGE_FAILED'],
  ['EIO', 'STORAGE_FAILED'],
  ['SQLITE_NOMEM', 'STORAGE_FAILED'],
  ['SQLITE_READONLY_DBMOVED', 'READ_ONLY'],
  ['SQLITE_CANTOPEN', 'READ_ONLY'],
  ['EROFS', 'READ_ONLY'],
  ['EACCES', 'READ_ONLY'],
  ['SQLITE_CORRUPT_INDEX', 'VAULT_DAMAGED'],
  ['SQLITE_NOTADB', 'VAULT_DAMAGED'],
  ['SQLITE_BUSY', 'VAULT_IN_USE'],
])('%s comes out as %s, with a hint', (raw, expected) => {
  const error = toStorageError(Object.assign(new Error('raw text'), { code: raw }), 'write');
  expect(error).toMatchObject({ code: expected });
  expect((error as { hint?: string }).hint).not.toBe('');
  expect(error.message).not.toContain('raw text');
});

test('what is no storage error is a bug, and ours pass through', () => {
  expect(toStorageError(new TypeError('x'), 'read')).toBeInstanceOf(BugError);
  const own = new BugError('own');
  expect(toStorageError(own, 'read')).toBe(own);
});
