import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { UnlockProof, VaultFile } from '../../vault/ports.ts';

/** Why somebody has not the open vault that they asked for. */

export function closedVault(state: VaultFile['state'], stateDetail: string): AppError {
  if (state === 'missing')
    return new AppError('VAULT_MISSING', 'There is no vault yet.', 'Create one with `keymolt init`.');
  if (state === 'damaged') {
    return new AppError(
      'VAULT_DAMAGED',
      `The vault file is damaged: ${stateDetail}.`,
      'Put a backup back with `keymolt restore FILE --replace`; the damaged file is kept.',
    );
  }
  if (state === 'newer') {
    return new AppError(
      'VAULT_NEWER',
      'The vault was written by a newer Keymolt.',
      'Update Keymolt; this version leaves the file as it is.',
    );
  }
  return lockedVault();
}

export const lockedVault = (): AppError =>
  new AppError('VAULT_LOCKED', 'The vault is locked.', 'Unlock it with `keymolt unlock`.');

export const wrongProof = (method: UnlockProof['with']): AppError =>
  method === 'recovery'
    ? new AppError(
        'WRONG_PASSWORD',
        'The recovery code is not right.',
        'Check it against the copy you wrote down.',
      )
    : new AppError(
        'WRONG_PASSWORD',
        'The passphrase is not right.',
        'Check the keyboard layout and Caps Lock, or use the recovery code.',
      );
