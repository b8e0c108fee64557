import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';

const owner = nullableText;
const ofKey = { key: z.string(), owner };

/** `Matter` of the domain, and who has its key. */
export const matterView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('overlap_open'), ...ofKey, at: z.string() }),
  z.object({ kind: z.literal('rotation_stuck'), ...ofKey, code: z.string() }),
  z.object({ kind: z.literal('damaged'), ...ofKey }),
  z.object({ kind: z.literal('expired'), ...ofKey, at: z.string() }),
  z.object({ kind: z.literal('overdue'), ...ofKey, days: z.number() }),
  z.object({
    kind: z.literal('platform_silent'),
    platform: z.string(),
    keys: z.array(z.string()).readonly(),
    code: z.string(),
    at: z.string(),
    owner,
  }),
  z.object({ kind: z.literal('failing'), ...ofKey, code: z.string(), at: z.string() }),
  z.object({
    kind: z.literal('laggard'),
    run: z.object({
      run_id: z.string(),
      command: z.string(),
      pid: z.number(),
      env: z.string(),
      keys: z.array(z.string()).readonly(),
      laggard: z.boolean(),
    }),
    owner,
  }),
  z.object({ kind: z.literal('expiring'), ...ofKey, days: z.number(), at: z.string() }),
  z.object({ kind: z.literal('low_headroom'), ...ofKey, remaining: z.number(), limit: z.number() }),
  z.object({ kind: z.literal('due'), ...ofKey, days: z.number() }),
  z.object({ kind: z.literal('unused'), ...ofKey, days: z.number() }),
]);

/** `Overview` of the domain. */
export const overviewView = z.object({
  env: nullableText,
  keys: z.number(),
  matters: z.array(matterView),
  matter_count: z.number(),
  in_use: z.number(),
  overdue: z.number(),
  in_time_share: z.number().nullable(),
  median_age_days: z.number().nullable(),
  due_by_day: z.array(z.number()),
  by_environment: z.array(z.object({ env: z.string(), ages: z.array(z.number()) })),
});
export type OverviewView = z.infer<typeof overviewView>;

/** Of all environments together, then of each that has keys. */
export const overviewAnswer = z.object({
  schema,
  overviews: z.array(overviewView),
  /** Platforms that do not answer. */
  silent: z.array(z.string()),
});
