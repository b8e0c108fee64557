import { copyFileSync, statSync } from 'node:fs';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { ErrorCode } from '../../src-shared/errors/codes.ts';
import { assertStructure, assertVaultFile, closeConnection, openConnection } from './connection.ts';
import { createOwnFile } from './process-lock.ts';
import { checkOwnFile } from './safe-location.ts';
import { guarded } from './sqlite-errors.ts';
import { readBlob } from './vault-rows.ts';

/**
 * A copy of our own: the candidate may lie on a medium that cannot be written, and is never touched.
 * @throws {AppError} FILE_NOT_FOUND, BAD_FILE
 */
export function copyCandidate(from: string, to: string): void {
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new AppError('FILE_NOT_FOUND', `There is no file ${from}.`, 'Check the path.');
  if (!stats.isFile()) throw new AppError('BAD_FILE', `${from} is not a file.`, 'Give the path of a backup.');
  createOwnFile(to);
  copyFileSync(from, to);
  checkOwnFile(to);
}

/** @throws {AppError} BAD_FILE when it is no vault file at all, VAULT_DAMAGED, and what `check` throws */
export function checkCandidate(
  path: string,
  copy: string,
  check: (header: Buffer | undefined) => void,
): void {
  renamed('BAD_FILE', `${path} is not a backup of a vault`, () => {
    assertVaultFile(copy);
  });
  renamed('VAULT_DAMAGED', `The backup ${path} is damaged`, () => {
    guarded('restore', () => {
      const connection = openConnection(copy);
      try {
        assertStructure(connection);
        check(readBlob(connection, 'SELECT bytes AS blob FROM header WHERE id = 1'));
      } finally {
        closeConnection(connection);
      }
    });
  });
}

/** What is said of a damaged vault is not true of the vault in place, but of a candidate for it. */
function renamed(code: ErrorCode, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'VAULT_DAMAGED') throw error;
    throw new AppError(
      code,
      `${what}: ${error.message}`,
      'Use another file; the vault in place was not touched.',
      { cause: error },
    );
  }
}
