import { AppError } from '../../src-shared/errors/app-error.ts';
import type { RandomBytes } from './crypto/aead.ts';
import type { Header, Slot, SlotKind } from './crypto/header.ts';
import type { KdfParameters } from './crypto/kdf.ts';
import { unwrapVaultKey, wrapVaultKey } from './crypto/slots.ts';
import type { UnlockProof } from './ports.ts';

/** The slots of a header: each keeps the vault key, wrapped for one way to unlock. */

/**
 * @param kdf for a passphrase; the other secrets need none
 * @throws {AppError} BAD_VALUE for a keychain secret that is none
 */
export async function makeSlot(
  vaultId: Buffer,
  vaultKey: Buffer,
  proof: UnlockProof,
  { kdf, randomBytes }: { readonly kdf: KdfParameters; readonly randomBytes: RandomBytes },
): Promise<Slot> {
  const slot = await wrapVaultKey(
    vaultId,
    vaultKey,
    { kind: proof.with, secret: proof.secret },
    proof.with === 'passphrase' ? kdf : null,
    randomBytes,
  );
  if (slot === undefined) throw new AppError('BAD_VALUE', 'The keychain secret of a vault is 32 bytes.');
  return slot;
}

/**
 * @returns the vault key, which the caller wipes; undefined where the proof is wrong
 * @throws {AppError} KEYCHAIN_SLOT_MISSING, WRONG_PASSWORD where there is no such slot
 */
export async function openSlot(header: Header, proof: UnlockProof): Promise<Buffer | undefined> {
  const slot = header.slots.find(({ kind }) => kind === proof.with);
  if (slot === undefined) {
    throw proof.with === 'keychain'
      ? new AppError(
          'KEYCHAIN_SLOT_MISSING',
          'This vault is not set up for the keychain.',
          'Unlock it with the passphrase, then run `keymolt keychain on`.',
        )
      : new AppError(
          'WRONG_PASSWORD',
          `This vault has no ${proof.with} slot.`,
          'Use another way to unlock it.',
        );
  }
  return unwrapVaultKey(header.vaultId, slot, proof.secret);
}

/** As `openSlot`. @throws {AppError} WRONG_PASSWORD also where the proof is wrong */
export async function openSlotOrThrow(header: Header, proof: UnlockProof): Promise<Buffer> {
  const vaultKey = await openSlot(header, proof);
  if (vaultKey === undefined) throw wrong(proof);
  return vaultKey;
}

export const withoutSlot = (header: Header, without: SlotKind): Header => ({
  ...header,
  slots: header.slots.filter(({ kind }) => kind !== without),
});

/** In the place of the one of its kind. */
export const withSlot = (header: Header, slot: Slot): Header => ({
  ...header,
  slots: [...withoutSlot(header, slot.kind).slots, slot],
});

function wrong(proof: UnlockProof): AppError {
  const what = { passphrase: 'passphrase', keychain: 'secret in the keychain', recovery: 'recovery code' }[
    proof.with
  ];
  const hint =
    proof.with === 'keychain'
      ? 'Unlock with the passphrase, then run `keymolt keychain on` again.'
      : 'Try again; after a lost passphrase the recovery code opens the vault.';
  return new AppError('WRONG_PASSWORD', `The ${what} is wrong.`, hint);
}
