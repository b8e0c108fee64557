import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';

export const KEY_STATUSES = ['active', 'pending', 'retiring', 'disabled', 'revoked', 'lost'] as const;
export const KEY_MODES = ['live', 'test', 'unknown'] as const;

export const lastCheckView = z.object({
  at: z.string(),
  /** `ok`, or the error code that the call ended with. */
  outcome: z.string(),
});

export const keyView = z.object({
  name: z.string(),
  env: z.string(),
  mode: z.enum(KEY_MODES),
  platform: z.string(),
  account: nullableText,
  key_id: nullableText,
  status: z.enum(KEY_STATUSES),
  prefix: z.string(),
  fingerprint: z.string(),
  var: z.string(),
  created_at: z.string(),
  last_used_at: nullableText,
  rotated_at: nullableText,
  rotate_every_days: z.number(),
  due_at: z.string(),
  /** Whole days until `due_at`, negative when overdue. */
  days_left: z.number(),
  expires_at: nullableText,
  owner: nullableText,
  project: nullableText,
  purpose: nullableText,
  scopes: z.array(z.string()),
  cidrs: z.array(z.string()),
  last_check: lastCheckView.nullable(),
  /** True when the sealed value or metadata fails its authentication. */
  damaged: z.boolean(),
});
export type KeyView = z.infer<typeof keyView>;

export const keyAnswer = z.object({ schema, key: keyView, warnings: z.array(z.string()) });
export const keysAnswer = z.object({ schema, keys: z.array(keyView) });
/** All keys of a batch that are there now, those of an earlier run included, and what became of the others. */
export const keysCreatedAnswer = keysAnswer.extend({
  failed: z.array(z.object({ name: z.string(), code: z.string(), message: z.string(), hint: z.string() })),
});
export const keysRevokedAnswer = z.object({
  schema,
  /** `env/name` of each key that is refused by its platform now. */
  revoked: z.array(z.string()),
  alive: z.array(z.object({ key: z.string(), why: z.string() })),
});

/** What is told of a file of variables before keys are taken from it: no value, and no part of one but a public prefix. */

export const IMPORT_STATES = ['ready', 'unsure', 'stored', 'refused'] as const;

export const importItemView = z.object({
  /** Names the variable in `imports.take`. */
  at: z.number(),
  variable: z.string(),
  /** `ready`: a key of a known platform. `unsure`: may be one; a person has to say of which. `stored`: the vault has this value. */
  state: z.enum(IMPORT_STATES),
  /** Why not, or what to look at first; null where there is nothing to say. */
  note: z.string().nullable(),
  platform: z.string().nullable(),
  mode: z.enum(KEY_MODES),
  /** Under which name it would be stored; free in the environment. */
  name: z.string(),
  /** null where nothing of the value is public. */
  prefix: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** `env/name` of keys with this very value. */
  stored_as: z.array(z.string()),
  /** Whether it is proposed to be taken. */
  proposed: z.boolean(),
});
export type ImportItemView = z.infer<typeof importItemView>;

export const importPreviewAnswer = z.object({
  schema,
  import_id: z.string(),
  env: z.string(),
  items: z.array(importItemView),
});
export type ImportPreview = z.infer<typeof importPreviewAnswer>;

export const importTakenAnswer = z.object({
  schema,
  added: z.array(z.object({ at: z.number(), key: z.string() })),
  failed: z.array(z.object({ at: z.number(), code: z.string(), message: z.string(), hint: z.string() })),
});
