import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';

/** What the person was waiting for when the disk failed. */
export type StorageTask = 'open' | 'read' | 'write' | 'checkpoint' | 'back up' | 'restore' | 'lock';

const RESTORE_HINT = 'Nothing was changed. Restore a backup with `keymolt restore FILE --replace`.';

const codeOf = (error: unknown): string => {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** Turns an error of SQLite or the file system into one of ours; ours and bugs pass through. */
export function toStorageError(error: unknown, task: StorageTask): AppError | BugError {
  if (error instanceof AppError || error instanceof BugError) return error;
  const code = codeOf(error);
  const more = { details: { cause: code }, cause: error };
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'DISK_FULL',
      `The disk is full: could not ${task} the vault.`,
      'Free some space and try again; what was saved before is untouched.',
      more,
    );
  }
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT|ERROR|MISMATCH|CONSTRAINT|TOOBIG|SCHEMA)/.test(code)) {
    return new AppError(
      'VAULT_DAMAGED',
      `The vault file is damaged: could not ${task} it.`,
      RESTORE_HINT,
      more,
    );
  }
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return vaultInUse(error);
  if (
    /^SQLITE_(READONLY|PERM|CANTOPEN|AUTH)/.test(code) ||
    code === 'EROFS' ||
    code === 'EACCES' ||
    code === 'EPERM'
  ) {
    return new AppError(
      'READ_ONLY',
      `The vault cannot be written: could not ${task} it.`,
      'Check the rights of its folder, and that the disk is not read-only.',
      more,
    );
  }
  if (code.startsWith('SQLITE_') || /^E[A-Z0-9]+$/.test(code)) {
    return new AppError(
      'STORAGE_FAILED',
      `The disk reported an error (${code}): could not ${task} the vault.`,
      'Check the disk; what was saved before is untouched.',
      more,
    );
  }
  return new BugError(`storage: could not ${task}`, { cause: error });
}

export const vaultInUse = (cause?: unknown): AppError =>
  new AppError(
    'VAULT_IN_USE',
    'Another keymolt process has this vault open.',
    'Stop it (`keymolt agent stop`), or use it instead.',
    { cause },
  );

export const damagedFile = (why: string): AppError =>
  new AppError('VAULT_DAMAGED', `The vault file is damaged: ${why}.`, RESTORE_HINT);

/** Runs `work`; whatever SQLite or the file system throws comes out as one of our errors. */
export function guarded<T>(task: StorageTask, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStorageError(error, task);
  }
}
