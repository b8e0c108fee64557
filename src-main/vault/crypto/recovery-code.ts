import { createHash } from 'node:crypto';
import { Secret } from '../secret.ts';
import type { RandomBytes } from './aead.ts';

/** Crockford's base 32: no I, L, O, U; read back, O is 0 and I and L are 1. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BYTES = 20;
const CHECK_BYTES = 5;
const GROUP_CHARACTERS = 5;
const CODE_CHARACTERS = ((CODE_BYTES + CHECK_BYTES) * 8) / 5;

/**
 * 160 random bits and a 40-bit check, as 8 groups of 5 characters. The check tells a slip of the pen
 * (this is not a code) from a code of another vault (wrong).
 */
export function createRecoveryCode(randomBytes: RandomBytes): {
  readonly code: Secret;
  readonly bytes: Secret;
} {
  const bytes = randomBytes(CODE_BYTES);
  const all = Buffer.concat([bytes, check(bytes)]);
  const code = Buffer.alloc(CODE_CHARACTERS + CODE_CHARACTERS / GROUP_CHARACTERS - 1, '-');
  let bits = 0;
  let held = 0;
  let written = 0;
  for (const byte of all) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      code[written + Math.floor(written / GROUP_CHARACTERS)] = ALPHABET.charCodeAt((held >>> bits) & 31);
      written += 1;
    }
    held &= (1 << bits) - 1;
  }
  all.fill(0);
  return { code: Secret.adopt(code), bytes: Secret.adopt(bytes) };
}

/** @returns the 20 bytes of a code as a person typed it (case, blanks and dashes do not matter), or undefined if it is none */
export function parseRecoveryCode(code: Secret): Secret | undefined {
  const all = Buffer.alloc(CODE_BYTES + CHECK_BYTES);
  let bits = 0;
  let held = 0;
  let characters = 0;
  let written = 0;
  for (const byte of code.expose()) {
    if (byte === 0x2d || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
    const value = digitOf(byte);
    if (value === -1 || characters === CODE_CHARACTERS) return undefined;
    characters += 1;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      all[written] = (held >>> bits) & 0xff;
      written += 1;
    }
  }
  if (characters !== CODE_CHARACTERS) return undefined;
  const bytes = all.subarray(0, CODE_BYTES);
  return check(bytes).equals(all.subarray(CODE_BYTES)) ? Secret.adopt(bytes) : undefined;
}

function digitOf(byte: number): number {
  const upper = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
  if (upper === 0x4f) return 0; // O
  if (upper === 0x49 || upper === 0x4c) return 1; // I, L
  return ALPHABET.indexOf(String.fromCharCode(upper));
}

const check = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update('keymolt/v1/recovery-check').update(bytes).digest().subarray(0, CHECK_BYTES);
