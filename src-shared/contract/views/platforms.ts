import { z } from 'zod';
import { platformDefinitionSchema } from '../../domain/platform-definition.ts';
import { failureView, nullableText, schema } from './answer-parts.ts';
import { KEY_MODES } from './keys.ts';

export const platformView = z.object({
  id: z.string(),
  name: z.string(),
  base_url: nullableText,
  /** The address the platform documents; differs from `base_url` where a person set another. */
  documented_base_url: nullableText,
  builtin: z.boolean(),
  rotation: z.enum(['overlap', 'cutover', 'none']),
  /** Which calls the definition has a path for, and whether people sign in. */
  can: z.object({
    who_am_i: z.boolean(),
    create: z.boolean(),
    list: z.boolean(),
    revoke: z.boolean(),
    sign_in: z.boolean(),
  }),
  tier: nullableText,
  tiers: z.array(z.string()),
  /** Parts of the definition that the platform does not document. */
  undocumented: z.array(z.string()),
  /** Base URLs set for single environments. */
  per_environment: z.array(z.object({ env: z.string(), base_url: z.string() })),
  settings: z.record(z.string(), z.string()),
  /** What its keys look like, to recognise one; empty where it documents no format. */
  key_formats: z.array(
    z.object({
      prefix: z.string(),
      alphabet: z.enum(['hex_lower', 'hex', 'alphanumeric', 'base64url', 'printable']),
      lengths: z.array(z.number()),
      mode: z.enum(KEY_MODES),
    }),
  ),
});
export type PlatformView = z.infer<typeof platformView>;
export const platformsAnswer = z.object({ schema, platforms: z.array(platformView) });
export const platformAnswer = z.object({ schema, platform: platformView });
/** With the whole definition, to start a definition file of one's own from. */
export const platformShowAnswer = platformAnswer.extend({ definition: platformDefinitionSchema });
/** What would come of importing a definition. */
const definitionPreview = z.object({
  /** What the choice is called. */
  id: z.string(),
  path: z.string(),
  platform: platformView,
  /** The header that carries a key. */
  header: z.string(),
  /** What is there under its id now, and would be replaced. */
  replaces: z.object({ name: z.string(), base_url: nullableText }).nullable(),
  /** The id of another platform of the same name. */
  same_name: nullableText,
});
export type DefinitionPreview = z.infer<typeof definitionPreview>;
export const definitionChosenAnswer = z.object({ schema, chosen: definitionPreview.nullable() });
export const platformCheckAnswer = z.object({
  schema,
  platform: z.string(),
  assumptions: z.array(
    z.object({
      id: z.string(),
      assumption: z.string(),
      verdict: z.enum(['confirmed', 'contradicted', 'not_documented', 'not_checked']),
      evidence: z.string(),
    }),
  ),
});
export type PlatformCheckView = z.infer<typeof platformCheckAnswer>;

const keyMention = z.object({ key_id: z.string(), name: z.string() });
export const syncAnswer = z.object({
  schema,
  platforms: z.array(
    z.object({
      platform: z.string(),
      account: nullableText,
      updated: z.array(z.string()),
      unknown: z.array(keyMention),
      revoked_elsewhere: z.array(z.string()),
      unused: z.array(z.string()),
      /** Groups of `env/name` whose values are equal. */
      duplicates: z.array(z.array(z.string())),
      /** Keys without a key id, and the listed key that moved when we called with their value. */
      proposed: z.array(z.object({ key: z.string(), key_id: z.string(), name: z.string() })),
      /** `env/name` of keys whose rotation has left two values alive. */
      open_overlaps: z.array(z.string()),
      error: failureView.nullable(),
    }),
  ),
});
export type SyncView = z.infer<typeof syncAnswer>;

export const sessionView = z.object({
  platform: z.string(),
  /** null: of all environments. */
  env: nullableText,
  email: z.string(),
  account: nullableText,
  signed_in_at: z.string(),
  /** Of the short-lived token, which is refreshed before. */
  expires_at: z.string(),
});
export type SessionView = z.infer<typeof sessionView>;
export const sessionAnswer = z.object({ schema, session: sessionView });
export const sessionsAnswer = z.object({ schema, sessions: z.array(sessionView) });

export const sandboxAnswer = z.object({
  schema,
  base_url: z.string(),
  control_url: z.string(),
  pid: z.number(),
});
