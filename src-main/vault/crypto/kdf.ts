import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Secret } from '../secret.ts';
import { KEY_BYTES } from './aead.ts';
import { normalizedPassphrase } from './passphrase.ts';

/** Argon2id, version 0x13 (RFC 9106). */
export interface KdfParameters {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Of every passphrase slot written now; about 65 ms on a machine of 2026. */
export const STANDARD_KDF: KdfParameters = { memoryKib: 128 * 1024, passes: 3, lanes: 4 };

/**
 * What is accepted from a file. The floor is half of what we write: below it stands nobody but an attacker who wants a
 * passphrase stretched cheaply. The ceiling keeps a forged file from taking the machine's memory or minutes.
 */
export const KDF_FLOOR: KdfParameters = { memoryKib: 64 * 1024, passes: 2, lanes: 1 };
export const KDF_CEILING: KdfParameters = { memoryKib: 1024 * 1024, passes: 16, lanes: 16 };
/** Memory times passes, in KiB: 8 GiB of memory traffic, a few seconds. */
const MAX_KDF_WORK_KIB = 8 * 1024 * 1024;

/** Why the parameters are refused, or undefined. Looks at numbers only: nothing is allocated. */
export function findKdfFault({ memoryKib, passes, lanes }: KdfParameters): string | undefined {
  const named = [
    ['memory', memoryKib, KDF_FLOOR.memoryKib, KDF_CEILING.memoryKib],
    ['passes', passes, KDF_FLOOR.passes, KDF_CEILING.passes],
    ['lanes', lanes, KDF_FLOOR.lanes, KDF_CEILING.lanes],
  ] as const;
  for (const [name, value, floor, ceiling] of named) {
    if (!Number.isInteger(value)) return `key derivation: ${name} is not a whole number`;
    if (value < floor) return `key derivation: ${name} ${value} is below the floor of ${floor}`;
    if (value > ceiling) return `key derivation: ${name} ${value} is above the ceiling of ${ceiling}`;
  }
  if (memoryKib * passes > MAX_KDF_WORK_KIB)
    return `key derivation: ${memoryKib} KiB in ${passes} passes is above the ceiling`;
  return undefined;
}

/**
 * @returns 32 bytes; the caller wipes them
 * @throws {AppError} VAULT_DAMAGED for parameters outside the limits, BAD_VALUE for a passphrase that is not text
 */
export async function deriveFromPassphrase(
  passphrase: Secret,
  salt: Uint8Array,
  parameters: KdfParameters,
): Promise<Buffer> {
  // SECURITY: before any allocation; the parameters come from a file that anybody may have written.
  const fault = findKdfFault(parameters);
  if (fault !== undefined) throw new AppError('VAULT_DAMAGED', `The vault's ${fault}.`, 'Restore a backup.');
  const normalized = normalizedPassphrase(passphrase);
  try {
    return await argon2id(normalized.expose(), salt, parameters);
  } finally {
    normalized.wipe();
  }
}

/** The bare function, without limits; the known-answer tests use it with small parameters. */
export async function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: KdfParameters,
): Promise<Buffer> {
  // Loaded at the first passphrase: an agent that nobody has unlocked yet is smaller by it.
  const { hashRaw } = await import('@node-rs/argon2');
  // Argon2id and version 0x13 are the package's defaults; test/vectors holds it to them.
  return hashRaw(password, {
    salt,
    memoryCost: parameters.memoryKib,
    timeCost: parameters.passes,
    parallelism: parameters.lanes,
    outputLen: KEY_BYTES,
  });
}
