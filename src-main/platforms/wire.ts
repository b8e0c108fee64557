import { z } from 'zod';

/** What platforms send, untrusted. Which field is meant is the definition's business; what may stand in it is said here. */

const MAX_ID = 200;
const printable = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // SECURITY: a name with control or direction characters could forge what a person reads in a terminal.
    .refine((text) => !/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text));

export const keyIdWire = z.union([printable(MAX_ID), z.number().int().transform(String)]);
export const textWire = printable(500);
export const idWire = z.union([printable(MAX_ID), z.number().int().transform(String)]);

// As services print them: with or without a fraction, with Z, an offset, or nothing (then UTC is meant).
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/i;

/** RFC 3339 in UTC, or null where the platform sends something else. */
export const instantWire = z.unknown().transform((value): string | null => {
  if (typeof value !== 'string') return null;
  const parts = INSTANT.exec(value.trim());
  if (!parts) return null;
  const at = Date.parse(value.trim().replace(' ', 'T') + (parts[1] === undefined ? 'Z' : ''));
  return Number.isNaN(at) ? null : new Date(at).toISOString();
});

/** A key's value as the platform hands it out this once. */
export const keyValueWire = z
  .string()
  .min(1)
  .max(32_768)
  .refine((text) => !/[\0\r\n]/.test(text) && text.trim() !== '');

export const firebaseSignInWire = z.object({
  idToken: z.string().min(1).max(8192),
  refreshToken: z.string().min(1).max(8192),
  expiresIn: z.union([z.string().regex(/^\d{1,9}$/), z.number().int().min(0)]),
});

export const firebaseRefreshWire = z.object({
  id_token: z.string().min(1).max(8192),
  refresh_token: z.string().min(1).max(8192),
  expires_in: z.union([z.string().regex(/^\d{1,9}$/), z.number().int().min(0)]),
});

export const firebaseErrorWire = z.object({ error: z.object({ message: z.string().max(1000) }) });
