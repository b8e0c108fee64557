import { createHash } from 'node:crypto';
import type { KdfParameters } from './kdf.ts';
import { findKdfFault } from './kdf.ts';
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './aead.ts';

export const FORMAT_VERSION = 1;
export const ID_BYTES = 16;
export const SALT_BYTES = 16;

export const SLOT_KINDS = ['passphrase', 'keychain', 'recovery'] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];

/** One way to the vault key: the key, sealed under what a person, the keychain or a sheet of paper has. */
export interface Slot {
  readonly kind: SlotKind;
  /** Argon2id for a passphrase; null for secrets of full entropy, which HKDF turns into a key. */
  readonly kdf: KdfParameters | null;
  readonly salt: Buffer;
  /** nonce ‖ ciphertext ‖ tag of the 32-byte vault key. */
  readonly wrappedKey: Buffer;
}

export interface Header {
  readonly vaultId: Buffer;
  /** At most one of a kind, in the order of `SLOT_KINDS`. */
  readonly slots: readonly Slot[];
}

export type HeaderReading =
  | { readonly is: 'header'; readonly header: Header }
  | { readonly is: 'newer'; readonly version: number }
  | { readonly is: 'damaged'; readonly why: string };

const MAGIC = Buffer.from('KEYMOLT\0', 'latin1');
const CHECKSUM_BYTES = 32;
const PREFIX_BYTES = MAGIC.byteLength + 2;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const SLOT_PARAMETER_BYTES = 2 + 3 * 4 + SALT_BYTES;
const SLOT_BYTES = SLOT_PARAMETER_BYTES + WRAPPED_BYTES;
const FIXED_BYTES = PREFIX_BYTES + ID_BYTES + 1;
const KDF_ARGON2ID = 1;
const KDF_HKDF = 2;

/** The slot's bytes before its wrapped key; they are associated data of it, so that nobody can weaken them. */
export function slotParameters(slot: Omit<Slot, 'wrappedKey'>): Buffer {
  const bytes = Buffer.alloc(SLOT_PARAMETER_BYTES);
  bytes[0] = SLOT_KINDS.indexOf(slot.kind) + 1;
  bytes[1] = slot.kdf === null ? KDF_HKDF : KDF_ARGON2ID;
  bytes.writeUInt32BE(slot.kdf?.memoryKib ?? 0, 2);
  bytes.writeUInt32BE(slot.kdf?.passes ?? 0, 6);
  bytes.writeUInt32BE(slot.kdf?.lanes ?? 0, 10);
  slot.salt.copy(bytes, 14);
  return bytes;
}

export function encodeHeader(header: Header): Buffer {
  const slots = SLOT_KINDS.flatMap((kind) => header.slots.filter((slot) => slot.kind === kind));
  const version = Buffer.alloc(2);
  version.writeUInt16BE(FORMAT_VERSION);
  const body = Buffer.concat([
    MAGIC,
    version,
    header.vaultId,
    Buffer.of(slots.length),
    ...slots.flatMap((slot) => [slotParameters(slot), slot.wrappedKey]),
  ]);
  return Buffer.concat([body, checksum(body)]);
}

/**
 * Reads a header strictly: one byte sequence for one header, everything else is damage.
 * The checksum has no key, so that damage shows without the passphrase and is never mistaken for a wrong one.
 */
export function readHeader(bytes: Buffer): HeaderReading {
  if (
    bytes.byteLength < PREFIX_BYTES + CHECKSUM_BYTES ||
    !bytes.subarray(0, MAGIC.byteLength).equals(MAGIC)
  ) {
    return damaged('it does not start like one');
  }
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  if (!checksum(body).equals(bytes.subarray(-CHECKSUM_BYTES))) return damaged('its checksum does not fit');
  const version = bytes.readUInt16BE(MAGIC.byteLength);
  if (version > FORMAT_VERSION) return { is: 'newer', version };
  if (version !== FORMAT_VERSION) return damaged(`there is no format version ${version}`);
  const count = body[FIXED_BYTES - 1];
  if (count === undefined || count < 1 || body.byteLength !== FIXED_BYTES + count * SLOT_BYTES)
    return damaged('it has a wrong length');

  const slots: Slot[] = [];
  for (let at = FIXED_BYTES; at < body.byteLength; at += SLOT_BYTES) {
    const slot = readSlot(body.subarray(at, at + SLOT_BYTES));
    if (typeof slot === 'string') return damaged(slot);
    const previous = slots.at(-1);
    if (previous && SLOT_KINDS.indexOf(previous.kind) >= SLOT_KINDS.indexOf(slot.kind))
      return damaged('its slots are out of order');
    slots.push(slot);
  }
  return {
    is: 'header',
    header: { vaultId: Buffer.from(body.subarray(PREFIX_BYTES, PREFIX_BYTES + ID_BYTES)), slots },
  };
}

function readSlot(bytes: Buffer): Slot | string {
  const kind = SLOT_KINDS[bytes.readUInt8(0) - 1];
  if (kind === undefined) return 'a slot has an unknown kind';
  const parameters = {
    memoryKib: bytes.readUInt32BE(2),
    passes: bytes.readUInt32BE(6),
    lanes: bytes.readUInt32BE(10),
  };
  if (bytes[1] !== (kind === 'passphrase' ? KDF_ARGON2ID : KDF_HKDF))
    return 'a slot has an unknown key derivation';
  if (kind === 'passphrase') {
    const fault = findKdfFault(parameters);
    if (fault !== undefined) return fault;
  } else if (parameters.memoryKib !== 0 || parameters.passes !== 0 || parameters.lanes !== 0) {
    return 'a slot has parameters that its kind does not take';
  }
  return {
    kind,
    kdf: kind === 'passphrase' ? parameters : null,
    salt: Buffer.from(bytes.subarray(14, SLOT_PARAMETER_BYTES)),
    wrappedKey: Buffer.from(bytes.subarray(SLOT_PARAMETER_BYTES)),
  };
}

const checksum = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest();
const damaged = (why: string): HeaderReading => ({
  is: 'damaged',
  why: `The vault's header is damaged: ${why}.`,
});
