import { z } from 'zod';
import { KEY_COLUMNS, KEY_GROUPS } from '../../domain/keys/key-table.ts';
import { PLATFORM_KEY_ID, SCREENS } from '../../domain/place.ts';
import { absolutePath } from '../fields.ts';
import { failureView, schema } from './answer-parts.ts';

/** Where the window is asked to be (`Place` of the domain). */
export const placeView = z.discriminatedUnion('at', [
  z.object({ at: z.literal('screen'), screen: z.enum(SCREENS) }),
  z.object({ at: z.literal('approvals') }),
  z.object({ at: z.literal('key'), key: z.string().max(240) }),
  z.object({ at: z.literal('key_id'), id: z.string().regex(PLATFORM_KEY_ID) }),
]);
export const desktopPlaceAnswer = z.object({ schema, place: placeView.nullable() });
/** null: this host cannot, and the window does not offer it. */
export const desktopSettingsAnswer = z.object({
  schema,
  start_at_login: z.boolean().nullable(),
  notifications: z.boolean().nullable(),
  /** The app goes on in the tray when its window is closed. */
  stay_in_tray: z.boolean().nullable(),
});
export type DesktopSettingsView = z.infer<typeof desktopSettingsAnswer>;

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
  schema,
  /** null: as it comes. */
  key_table: keyTablePreferences.nullable(),
  due_feed: dueFeedPreferences
    .extend({
      written_at: z.string().nullable(),
      /** Why the file could not be written the last time. */
      problem: failureView.nullable(),
    })
    .nullable(),
  /** Where a calendar could lie. */
  suggested_due_feed_path: z.string(),
});
export type PreferencesView = z.infer<typeof preferencesAnswer>;
