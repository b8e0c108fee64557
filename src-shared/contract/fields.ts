import { z } from 'zod';
import { ENVIRONMENT_NAME, KEY_NAME, PLATFORM_ID, VARIABLE_NAME } from '../domain/names.ts';

/** Field schemas shared by the contract's requests. Every text and list has a cap: requests are untrusted. */

export const environmentName = z.string().regex(ENVIRONMENT_NAME);
export const keyName = z.string().regex(KEY_NAME);
export const platformId = z.string().regex(PLATFORM_ID);
export const variableName = z.string().regex(VARIABLE_NAME);

/** `NAME` or `env/NAME`; `env` beside it in a request names the environment of a bare name. */
export const keyReference = z.string().min(1).max(240);

// Control characters and direction overrides could forge what a person reads in a terminal or table.
const UNSAFE_TEXT = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
export const shortText = z
  .string()
  .max(500)
  .refine((text) => !UNSAFE_TEXT.test(text), 'has control or direction characters');

export const filePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), 'has a NUL');

/** The core has no folder of its own that a relative path could begin at. */
export const absolutePath = filePath.refine(
  (text) => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(text),
  'is no absolute path',
);

export const durationMs = z
  .number()
  .int()
  .min(1000)
  .max(31 * 86_400_000);
export const days = z.number().int().min(1).max(3650);
export const instant = z.iso.datetime({ offset: true });

/** Secret bytes going inward. The dispatcher wraps them before a handler sees them. */
export const secretBytes = (maxBytes: number) =>
  z
    .instanceof(Uint8Array<ArrayBufferLike>)
    .refine((bytes) => bytes.byteLength <= maxBytes, `longer than ${maxBytes} bytes`);

/** In one request; a longer list is asked for in several, which a client sends without waiting for answers. */
export const MOST_REFERENCES = 512;

export const MAX_VALUE_BYTES = 32_768;
export const MAX_PASSPHRASE_BYTES = 4096;
export const passphrase = secretBytes(MAX_PASSPHRASE_BYTES);
export const keyValue = secretBytes(MAX_VALUE_BYTES);

export const keyMetadata = z.strictObject({
  owner: shortText.nullable().optional(),
  project: shortText.nullable().optional(),
  purpose: shortText.nullable().optional(),
  scopes: z.array(shortText).max(100).optional(),
  cidrs: z.array(z.string().max(64)).max(1000).optional(),
  expires_at: instant.nullable().optional(),
  rotate_every_days: days.nullable().optional(),
  var: variableName.optional(),
});
export type KeyMetadataInput = z.infer<typeof keyMetadata>;
