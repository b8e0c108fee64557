import { z } from 'zod';
import { KEY_MODES } from './views.ts';

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
  schema: z.literal(1),
  import_id: z.string(),
  env: z.string(),
  items: z.array(importItemView),
});
export type ImportPreview = z.infer<typeof importPreviewAnswer>;

export const importTakenAnswer = z.object({
  schema: z.literal(1),
  added: z.array(z.object({ at: z.number(), key: z.string() })),
  failed: z.array(z.object({ at: z.number(), code: z.string(), message: z.string(), hint: z.string() })),
});
