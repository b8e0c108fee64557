import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/codes.ts';
import { checkBaseUrl, checkEndpointUrl } from './addresses/base-url.ts';
import { CAUSES } from './cause.ts';
import { findJsonFault } from './json-fault.ts';
import { PLATFORM_ID } from './names.ts';
import { printable } from './printable.ts';

/**
 * A platform as data: everything the client, the diagnosis and the rotation need to know of it, so that a person
 * can add a platform by importing a file. `null` and an empty list mean that the platform does not document it.
 * Everything has a cap, and nothing is a regular expression: the file may come from a stranger.
 */

const MAX_DAY_MS = 86_400_000;
const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), 'has control or invisible characters');
const milliseconds = z
  .number()
  .int()
  .min(0)
  .max(31 * MAX_DAY_MS);

// SECURITY: headers that steer the connection would let a definition smuggle a second request.
const UNUSABLE_HEADERS =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|cookie)$/i;
const headerName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/)
  .refine((name) => !UNUSABLE_HEADERS.test(name), 'cannot carry a key');

const path = z
  .string()
  .max(200)
  .regex(/^(?:\/(?:[A-Za-z0-9._~:@-]+|\{key_id\}))+$/, 'must be a plain path that begins with /')
  .refine(
    (text) => !text.split('/').some((segment) => segment === '.' || segment === '..'),
    'has “.” or “..” in it',
  );

/** Where a fact stands in an answer: paths of property names with dots, the first that is there wins. */
const fieldPaths = z
  .array(
    z
      .string()
      .max(120)
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,4}$/),
  )
  .max(8);

const keyFields = z.strictObject({
  keyId: fieldPaths.min(1),
  name: fieldPaths.default([]),
  status: fieldPaths.default([]),
  createdAt: fieldPaths.default([]),
  lastUsedAt: fieldPaths.default([]),
  /** When the key ends by itself. Left out where keys have no end, or the platform does not tell it. */
  expiresAt: fieldPaths.optional(),
});

export const KEY_ALPHABETS = ['hex_lower', 'hex', 'alphanumeric', 'base64url', 'printable'] as const;

export const keyFormatSchema = z.strictObject({
  /** The public part in front; empty where keys have none. */
  prefix: z
    .string()
    .max(32)
    .regex(/^[A-Za-z0-9_-]*$/),
  alphabet: z.enum(KEY_ALPHABETS),
  /** How many characters follow the prefix. Empty: any number. */
  lengths: z.array(z.number().int().min(1).max(4096)).max(8),
  mode: z.enum(['live', 'test', 'unknown']),
});
export type KeyFormat = z.infer<typeof keyFormatSchema>;

const rateWindow = z.strictObject({
  id: z.enum(['burst', 'minute', 'hour', 'day', 'window']),
  /** null: unlimited. */
  limit: z.number().int().min(0).max(1e9).nullable(),
  spanMs: milliseconds.min(1),
});
export type RateWindow = z.infer<typeof rateWindow>;

const errorRule = z.strictObject({
  status: z.number().int().min(400).max(599),
  /** Compared with the platform's text without regard to case. null: any text. */
  text: z.strictObject({ how: z.enum(['equals', 'begins', 'contains']), what: plainText(200) }).nullable(),
  code: z.string().refine((code): code is ErrorCode => Object.hasOwn(ERROR_CODES, code), 'is no error code'),
  reason: z.enum(CAUSES).nullable(),
});
export type ErrorRule = z.infer<typeof errorRule>;

export const platformDefinitionSchema = z
  .strictObject({
    format: z.literal(1),
    id: z.string().regex(PLATFORM_ID),
    name: plainText(80),
    /** The documented address. null: not documented, or known only at run time (the sandbox). */
    baseUrl: z
      .string()
      .refine(
        (text) => checkBaseUrl(text).ok,
        'must be https, or http to loopback, without credentials, query or fragment',
      )
      .nullable(),
    /** Empty: not documented; then a key's text is not judged. */
    keyFormats: z.array(keyFormatSchema).max(16),
    auth: z.strictObject({
      apiKeyHeader: headerName,
      /** Human sessions. null: none. */
      session: z
        .strictObject({
          kind: z.literal('firebase'),
          header: headerName,
          /** Written before the token, with one blank. */
          scheme: z.string().regex(/^[A-Za-z]{1,32}$/),
          /** When both headers are sent, the session's decides. */
          decidesFirst: z.boolean(),
          lifetimeMs: milliseconds,
          /** Without the web API key, which belongs to the query `key`. */
          signInUrl: z
            .string()
            .refine((text) => checkEndpointUrl(text).ok, 'must be https, or http to loopback')
            .nullable(),
          tokenUrl: z
            .string()
            .refine((text) => checkEndpointUrl(text).ok, 'must be https, or http to loopback')
            .nullable(),
        })
        .nullable(),
    }),
    /** A call that is null is not documented. Paths are relative to the base URL. */
    calls: z.strictObject({
      whoAmI: z
        .strictObject({
          method: z.literal('GET'),
          path,
          fields: z.strictObject({
            id: fieldPaths,
            name: fieldPaths.default([]),
            tier: fieldPaths.default([]),
            status: fieldPaths.default([]),
          }),
          /** An answer without these is not the platform's. */
          required: z.array(z.enum(['id', 'name', 'tier', 'status'])).max(4),
        })
        .nullable(),
      create: z
        .strictObject({
          method: z.enum(['POST', 'PUT']),
          path,
          body: z.strictObject({
            name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
            description: z
              .string()
              .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)
              .nullable(),
          }),
          fields: keyFields.extend({ value: fieldPaths.min(1) }),
        })
        .nullable(),
      list: z
        .strictObject({
          method: z.literal('GET'),
          path,
          /** Where the array stands. Empty: the answer itself is the array. */
          items: fieldPaths,
          fields: keyFields,
        })
        .nullable(),
      /**
       * Of a cut-over platform: makes another key in the place of the one that asks, which ends at once. Left out where only
       * the platform's own page does it.
       */
      regenerate: z
        .strictObject({
          method: z.enum(['POST', 'PUT']),
          path,
          fields: z.strictObject({ value: fieldPaths.min(1), expiresAt: fieldPaths.optional() }),
        })
        .nullable()
        .optional(),
      revoke: z
        .strictObject({
          method: z.enum(['DELETE', 'POST']),
          path: path.refine((text) => text.split('{key_id}').length === 2, 'must have {key_id} in it once'),
        })
        .nullable(),
    }),
    /** The platform's word for a key's status → ours. Words not named here are shown as they are. */
    keyStatuses: z.record(
      plainText(40),
      z.enum(['active', 'pending', 'retiring', 'disabled', 'revoked', 'lost']),
    ),
    /** The platform's word for an account's status → what it stops, null for one that stops nothing. */
    accountStatuses: z.record(plainText(40), z.enum(CAUSES).nullable()),
    rotation: z.strictObject({
      /** `overlap`: two keys may be active; `cutover`: a new key ends the old one; `none`: not possible. */
      strategy: z.enum(['overlap', 'cutover', 'none']),
      overlapMaxMs: milliseconds,
      periodDays: z.number().int().min(1).max(3650),
      isMandatory: z.boolean(),
      /** How long a revoked key may still work. */
      revocationEffectMs: milliseconds,
    }),
    /** Limits that hold whatever the tier. */
    windows: z.array(rateWindow).max(8),
    tiers: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/),
          windows: z.array(rateWindow).max(8),
        }),
      )
      .max(16),
    /** What the platform advises a user to stay below, where it differs from its own limit. */
    advisedWindows: z.array(rateWindow).max(8),
    /** Limits of single actions. */
    actionLimits: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
          label: plainText(120),
          window: rateWindow,
          per: plainText(80),
          /** The call that is counted; `{place}` in its path is where, each counted for itself. */
          call: z
            .strictObject({
              method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
              path: z.string().max(200).startsWith('/'),
            })
            .optional(),
        }),
      )
      .max(32),
    rateHeaders: z.strictObject({
      limit: z.string().max(64),
      remaining: z.string().max(64),
      /** Seconds until the window resets. */
      reset: z.string().max(64),
      /** Which window the headers describe. */
      describes: z.enum(['burst', 'minute', 'hour', 'day', 'window']),
    }),
    /** Field of a 429's body with the wait in seconds; used where the Retry-After header is missing. */
    retryAfterFields: fieldPaths,
    retry: z.strictObject({
      maxRetries: z.number().int().min(0).max(10),
      /** After a 429 that does not say how long. */
      unsaidWaitMs: milliseconds.max(3_600_000),
      firstWaitMs: milliseconds.max(3_600_000),
      maxWaitMs: milliseconds.max(3_600_000),
    }),
    /** Where an error's body has its text. */
    errorTextFields: fieldPaths,
    /** The first rule that fits wins; then the general ones of every platform. */
    errors: z.array(errorRule).max(64),
    capabilities: z.strictObject({
      scopes: z.boolean(),
      ipAllowList: z.boolean(),
      expiry: z.boolean(),
      batchCreate: z.boolean(),
      subKeys: z.boolean(),
      auditLog: z.boolean(),
      /** One key may serve several agents at the same time. */
      sharedKeys: z.boolean(),
    }),
    /** Settings above that the platform does not document, by their path: shown as such, and a person may change them. */
    undocumented: z
      .array(
        z
          .string()
          .max(80)
          .regex(/^[A-Za-z][A-Za-z0-9_.]*$/),
      )
      .max(64),
  })
  .refine((definition) => new Set(definition.tiers.map((tier) => tier.id)).size === definition.tiers.length, {
    path: ['tiers'],
    message: 'names a tier twice',
  });

export type PlatformDefinition = z.infer<typeof platformDefinitionSchema>;

export const MAX_DEFINITION_LENGTH = 60_000;
const MAX_FINDINGS = 5;
const MAX_FINDING_LENGTH = 200;

/**
 * Reads a definition file's text.
 * @throws {AppError} BAD_PLATFORM saying what does not fit and where
 */
export function parsePlatformDefinition(text: string): PlatformDefinition {
  const hint = 'Start from a built-in one: `keymolt platform show ID --json` prints its definition.';
  if (text.length > MAX_DEFINITION_LENGTH) {
    throw new AppError(
      'BAD_PLATFORM',
      `The definition is longer than ${MAX_DEFINITION_LENGTH} characters.`,
      hint,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // SECURITY: the engine’s words have a piece of the text in them, and a cause is logged; a wrong file may hold keys
    // (test/contract/window-requests.test.ts).
    const fault = findJsonFault(text);
    const where = fault === undefined ? '' : `: line ${fault.line}, column ${fault.column} ${fault.what}`;
    throw new AppError('BAD_PLATFORM', `The definition is not JSON${where}.`, hint);
  }
  const parsed = platformDefinitionSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const more = issues.length > MAX_FINDINGS ? `; and ${issues.length - MAX_FINDINGS} more` : '';
  const findings = issues.slice(0, MAX_FINDINGS).map(toFinding).join('; ');
  throw new AppError('BAD_PLATFORM', `The definition does not fit: ${findings}${more}.`, hint);
}

/** A field by its path, and what is wrong with it, in our words where the schema's say how it was found. */
function toFinding({ path: field, message }: z.core.$ZodIssue): string {
  const where = field.join('.') || 'the file';
  const finding = message.endsWith('received undefined')
    ? `${where} is missing`
    : `${where}: ${message.replace(/^Invalid (?:input|option): /, '')}`;
  // A name that does not belong there is said, and a stranger chose it.
  return printable(finding).slice(0, MAX_FINDING_LENGTH);
}
