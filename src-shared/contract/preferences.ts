import { z } from 'zod';
import { KEY_COLUMNS, KEY_GROUPS } from '../domain/key-table.ts';
import { absolutePath } from './fields.ts';

/** What the window remembers for a person. It lies in the vault, so it tells nobody anything while that is locked. */

export const keyTablePreferences = z.strictObject({
  /** In this order; the name always is the first. */
  columns: z.array(z.enum(KEY_COLUMNS)).min(1).max(KEY_COLUMNS.length),
  group: z.enum(KEY_GROUPS),
  sort: z.strictObject({ column: z.enum(KEY_COLUMNS), descending: z.boolean() }),
});
export type KeyTablePreferences = z.infer<typeof keyTablePreferences>;

export const dueFeedPreferences = z.strictObject({
  path: absolutePath.refine((path) => path.endsWith('.ics'), 'does not end with .ics'),
  with_names: z.boolean(),
});

/** Absent: as before. `due_feed` null: no calendar is kept. */
export const preferencesChange = z.strictObject({
  key_table: keyTablePreferences.optional(),
  due_feed: dueFeedPreferences.nullable().optional(),
});

export const preferencesAnswer = z.object({
  schema: z.literal(1),
  /** null: as it comes. */
  key_table: keyTablePreferences.nullable(),
  due_feed: dueFeedPreferences
    .extend({
      written_at: z.string().nullable(),
      /** Why the file could not be written the last time. */
      problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    })
    .nullable(),
  /** Where a calendar could lie. */
  suggested_due_feed_path: z.string(),
});
export type PreferencesView = z.infer<typeof preferencesAnswer>;
