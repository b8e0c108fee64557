import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Call, Core } from '../context.ts';

/** @throws {AppError} FILE_EXISTS, DISK_FULL, READ_ONLY */
export async function backupVault(core: Core, call: Call, path: string): Promise<ResponseOf<'vault.backup'>> {
  const bytes = await core.vault.file.backup(path);
  noteBackup(core, call, path, bytes);
  return { schema: 1, path, bytes };
}

/**
 * As `backupVault`, where the person says in the host's dialog. A file of that name which they agreed to replace is whole
 * until the new one is.
 * @throws {AppError} BAD_FILE, FILE_EXISTS, DISK_FULL, READ_ONLY, STORAGE_FAILED
 */
export async function saveBackup(core: Core, call: Call): Promise<ResponseOf<'vault.saveBackup'>> {
  const today = new Date(core.now()).toISOString().slice(0, 10);
  const place = await core.documents.choosePlace(`keymolt-backup-${today}.db`);
  if (place === undefined) return { schema: 1, saved: null };
  // The dialog may have been open for long, and the vault locked meanwhile.
  core.vault.requireForCaller();
  const bytes = await core.documents.make(place, (draft) => core.vault.file.backup(draft));
  noteBackup(core, call, place.path, bytes);
  core.emit('dataChanged', { what: 'audit' });
  return { schema: 1, saved: { path: place.path, bytes } };
}

function noteBackup(core: Core, call: Call, path: string, bytes: number): void {
  const { opened } = core.vault.file;
  // A vault that was changed from outside takes no entries; a copy of it is wanted all the more.
  if (opened === undefined || opened.tamperFindings.length > 0) return;
  opened.transact((tx) =>
    tx.audit({
      actor: call.actor,
      action: 'vault.backup',
      subject: path,
      detail: `${bytes} bytes, sealed as the vault is`,
    }),
  );
}

/**
 * Puts a backup in the vault's place; the vault is locked afterwards.
 * @throws {AppError} VAULT_EXISTS without `replace`, BAD_FILE, VAULT_DAMAGED, VAULT_NEWER
 */
export async function restoreVault(
  core: Core,
  request: RequestOf<'vault.restore'>,
): Promise<ResponseOf<'vault.restore'>> {
  const kept = await core.vault.file.restore(request.path, request.replace, () => {
    core.vault.lock('by_user');
  });
  // An older state is what the person asked for: it is no rollback by a stranger.
  await core.vault.forgetAnchor();
  core.emit('dataChanged', { what: 'keys' });
  return { schema: 1, kept };
}

/** Asks the person for the file, and keeps it until `restoreChosen`. @throws {AppError} WINDOW_UNAVAILABLE, FILE_NOT_FOUND, BAD_FILE */
export async function chooseBackup(core: Core): Promise<ResponseOf<'vault.chooseBackup'>> {
  const file = await core.documents.chooseFile();
  if (file === undefined) return { schema: 1, chosen: null };
  const { path, bytes, changedAt } = file;
  return {
    schema: 1,
    chosen: {
      id: core.chosenBackup.hold(path),
      path,
      bytes,
      changed_at: new Date(changedAt).toISOString(),
    },
  };
}

/** @throws {AppError} as `restoreVault`; INPUT_REQUIRED where no backup was chosen */
export async function restoreChosen(
  core: Core,
  { id, replace }: RequestOf<'vault.restoreChosen'>,
): Promise<ResponseOf<'vault.restoreChosen'>> {
  const path = core.chosenBackup.find(id);
  if (path === undefined)
    throw new AppError('INPUT_REQUIRED', 'No backup is chosen any more.', 'Choose the file once more.');
  const answer = await restoreVault(core, { path, replace });
  core.chosenBackup.clear();
  return answer;
}
