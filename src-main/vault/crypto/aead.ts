import sodium from 'sodium-native';
import { secretMemory } from './secret-memory.ts';
import { BugError } from '../../../src-shared/errors/bug-error.ts';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

/** Cryptographically secure random bytes; a parameter everywhere, so that a golden file can be made again. */
export type RandomBytes = (size: number) => Buffer;

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). A 192-bit nonce may be random for any number of seals under one key.
 * @returns nonce ‖ ciphertext ‖ tag
 */
export function seal(
  key: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
  randomBytes: RandomBytes,
): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  if (key.byteLength !== KEY_BYTES || nonce.byteLength !== NONCE_BYTES)
    throw new BugError('seal: key or nonce has a wrong length');
  const sealed = Buffer.alloc(NONCE_BYTES + plaintext.byteLength + TAG_BYTES);
  sealed.set(nonce, 0);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    sealed.subarray(NONCE_BYTES),
    plaintext,
    associatedData,
    null,
    nonce,
    key,
  );
  return sealed;
}

/** @returns the plaintext, or undefined where key, associated data or bytes do not fit together */
export function unseal(key: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array): Buffer | undefined {
  const size = sealed.byteLength - NONCE_BYTES - TAG_BYTES;
  if (size < 0) return undefined;
  const plaintext = secretMemory(size);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  return unsealInto(plaintext, key, nonce, sealed.subarray(NONCE_BYTES), associatedData)
    ? plaintext
    : undefined;
}

/** As `unseal`, into memory of the caller's; `plaintext` is exactly as long as the text. @returns whether it fits */
export function unsealInto(
  plaintext: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  associatedData: Uint8Array,
): boolean {
  try {
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      plaintext,
      null,
      ciphertext,
      associatedData,
      nonce,
      key,
    );
    return true;
  } catch {
    // libsodium's one reason to fail here is the tag, which it checks before it decrypts.
    return false;
  }
}
