import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';

export const WINDOW_IDS = ['burst', 'minute', 'hour', 'day', 'window'] as const;
export const limitWindowView = z.object({
  id: z.enum(WINDOW_IDS),
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  resets_in_s: z.number().nullable(),
  source: z.enum(['observed', 'estimated', 'documented']),
  exhausted_in_s: z.number().nullable(),
});
/** A limit of one action, such as messages in a den. */
export const actionLimitView = z.object({
  id: z.string(),
  label: z.string(),
  per: z.string(),
  /** The den, where each is counted for itself. */
  place: nullableText,
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  resets_in_s: z.number().nullable(),
  source: z.enum(['observed', 'estimated', 'documented']),
  exhausted_in_s: z.number().nullable(),
});
export const keyLimitsView = z.object({
  name: z.string(),
  env: z.string(),
  observed_at: nullableText,
  windows: z.array(limitWindowView),
  actions: z.array(actionLimitView),
});
export type KeyLimitsView = z.infer<typeof keyLimitsView>;
export const limitsAnswer = z.object({ schema, keys: z.array(keyLimitsView) });
