import type { Secret } from '../secret.ts';
import { KEY_BYTES, type RandomBytes, seal, unseal } from './aead.ts';
import { associatedData } from './associated-data.ts';
import { SALT_BYTES, type Slot, type SlotKind, slotParameters } from './header.ts';
import { deriveFromPassphrase, type KdfParameters } from './kdf.ts';
import { parseRecoveryCode } from './recovery-code.ts';
import { deriveKey } from './subkeys.ts';

interface SlotSecret {
  readonly kind: SlotKind;
  readonly secret: Secret;
}

const context = (vaultId: Buffer, slot: Omit<Slot, 'wrappedKey'>): Buffer =>
  associatedData({ vaultId, table: 'slot', field: 'key', parameters: slotParameters(slot) });

/** The key that a slot's wrapped key is sealed under; undefined where the secret cannot be one (a mistyped recovery code). */
async function slotKey(
  { kind, secret }: SlotSecret,
  salt: Buffer,
  kdf: KdfParameters | null,
): Promise<Buffer | undefined> {
  if (kdf !== null) return deriveFromPassphrase(secret, salt, kdf);
  if (kind === 'keychain') {
    return secret.byteLength === KEY_BYTES ? deriveKey(secret.expose(), salt, 'slot/keychain') : undefined;
  }
  const code = parseRecoveryCode(secret);
  if (code === undefined) return undefined;
  try {
    return deriveKey(code.expose(), salt, 'slot/recovery');
  } finally {
    code.wipe();
  }
}

/** Seals the vault key for one more secret. `kdf` is null for secrets of full entropy. */
export async function wrapVaultKey(
  vaultId: Buffer,
  vaultKey: Uint8Array,
  proof: SlotSecret,
  kdf: KdfParameters | null,
  randomBytes: RandomBytes,
): Promise<Slot | undefined> {
  const parameters = { kind: proof.kind, kdf, salt: randomBytes(SALT_BYTES) };
  const key = await slotKey(proof, parameters.salt, kdf);
  if (key === undefined) return undefined;
  try {
    return { ...parameters, wrappedKey: seal(key, vaultKey, context(vaultId, parameters), randomBytes) };
  } finally {
    key.fill(0);
  }
}

/** @returns the vault key, or undefined where the secret is not this slot's */
export async function unwrapVaultKey(
  vaultId: Buffer,
  slot: Slot,
  secret: Secret,
): Promise<Buffer | undefined> {
  const key = await slotKey({ kind: slot.kind, secret }, slot.salt, slot.kdf);
  if (key === undefined) return undefined;
  try {
    return unseal(key, slot.wrappedKey, context(vaultId, slot));
  } finally {
    key.fill(0);
  }
}
