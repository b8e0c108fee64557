import { AppError } from '../../src-shared/errors/app-error.ts';
import { type Header, readHeader } from './crypto/header.ts';
import type { ClosedVaultState } from './ports.ts';

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
