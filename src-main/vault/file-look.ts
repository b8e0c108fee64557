import { AppError } from '../../src-shared/errors/app-error.ts';
import { type Header, readHeader } from './crypto/header.ts';
import type { ClosedVaultState } from './ports.ts';
import type { VaultStore } from './store-port.ts';

/** What a closed vault file says of itself, before any secret. */
export interface Look {
  readonly state: ClosedVaultState;
  readonly detail: string;
  readonly header?: Header;
}

/** @param bytes of the header's row; undefined where it is gone */
export function lookAt(bytes: Buffer | undefined): Look {
  if (bytes === undefined) return { state: 'damaged', detail: "The vault's header is missing." };
  const reading = readHeader(bytes);
  switch (reading.is) {
    case 'header':
      return { state: 'locked', detail: '', header: reading.header };
    case 'newer':
      return {
        state: 'newer',
        detail: `The vault has format version ${reading.version}; this program knows version 1.`,
      };
    case 'damaged':
      return { state: 'damaged', detail: reading.why };
  }
}

/** What the file says of itself. Nothing of it is held afterwards, unless it is a vault and `keepOpen`. */
export function lookAtStore(store: VaultStore, { keepOpen = false } = {}): Look {
  if (!store.exists()) return { state: 'missing', detail: '' };
  let look: Look;
  try {
    store.open();
    // A file that is about to be read is checked then.
    if (!keepOpen) store.checkStructure();
    look = lookAt(store.readHeader());
  } catch (error) {
    store.close();
    if (error instanceof AppError && error.code === 'VAULT_DAMAGED')
      return { state: 'damaged', detail: error.message };
    if (error instanceof AppError && error.code === 'VAULT_NEWER')
      return { state: 'newer', detail: error.message };
    throw error;
  }
  if (!keepOpen || look.header === undefined) store.close();
  return look;
}

/** Opens it, unless its records cannot be reached. */
export function openChecked(store: VaultStore): void {
  store.open();
  try {
    store.checkStructure();
  } catch (error) {
    store.close();
    throw error;
  }
}

/** @throws {AppError} VAULT_MISSING, VAULT_NEWER, VAULT_DAMAGED */
export function headerOrThrow(look: Look): Header {
  if (look.header !== undefined) return look.header;
  switch (look.state) {
    case 'missing':
      throw new AppError('VAULT_MISSING', 'There is no vault yet.', 'Make one with `keymolt init`.');
    case 'newer':
      throw new AppError('VAULT_NEWER', look.detail, 'Install the newest keymolt.');
    default:
      throw new AppError(
        'VAULT_DAMAGED',
        look.detail,
        'Nothing was changed. Restore a backup with `keymolt restore FILE --replace`.',
      );
  }
}
