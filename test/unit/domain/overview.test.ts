import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mattersOf } from '../../../src-shared/domain/attention.ts';
import { statisticsOf } from '../../../src-shared/domain/keys/key-statistics.ts';
import {
  DAYS_AHEAD,
  type OverviewKey,
  type OverviewOf,
  overviewsOf,
} from '../../../src-shared/domain/overview.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T00:00:00.000Z');
const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();

const envs = fc.constantFrom('dev', 'prod');
const someDay = fc.integer({ min: -40, max: 400 }).map(daysAgo);
const someKey = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  env: envs,
  platform: fc.constantFrom('one', 'other'),
  status: fc.constantFrom('active' as const, 'revoked' as const, 'retiring' as const),
  days_left: fc.integer({ min: -40, max: 90 }),
  created_at: someDay,
  rotated_at: fc.option(someDay),
  last_used_at: fc.option(someDay),
  expires_at: fc.option(someDay),
  last_check: fc.option(
    fc.record({ at: someDay, outcome: fc.constantFrom('ok', 'NETWORK', 'TIMEOUT', 'KEY_REJECTED') }),
  ),
  damaged: fc.boolean(),
  owner: fc.option(fc.constantFrom('team-a', 'team-b')),
});
const ofKey = fc.record({ name: fc.constantFrom('a', 'b', 'c'), env: envs });
const someOf: fc.Arbitrary<OverviewOf> = fc.record({
  keys: fc.uniqueArray(someKey, { selector: ({ env, name }) => `${env}/${name}`, maxLength: 12 }),
  limits: fc.array(
    ofKey.chain((key) =>
      fc.record({
        name: fc.constant(key.name),
        env: fc.constant(key.env),
        windows: fc.array(
          fc.record({
            id: fc.constantFrom('minute', 'day'),
            limit: fc.constant(100),
            remaining: fc.integer({ min: 0, max: 100 }),
            exhausted_in_s: fc.constant(null),
          }),
          { maxLength: 2 },
        ),
      }),
    ),
    { maxLength: 4 },
  ),
  runs: fc.array(
    fc.record({
      run_id: fc.uuid(),
      command: fc.constant('agent'),
      pid: fc.nat(),
      env: envs,
      keys: fc.constant([]),
      laggard: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  rotations: fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b'),
      env: envs,
      state: fc.constant('created'),
      deadline_at: fc.option(someDay),
      ended_at: fc.option(someDay),
      cause: fc.option(fc.record({ code: fc.constant('NETWORK') })),
    }),
    { maxLength: 3 },
  ),
});

it('says of each environment what would be said if there were no other', () => {
  fc.assert(
    fc.property(someOf, fc.integer({ min: 1, max: 8 }), (of, most) => {
      const overviews = overviewsOf(of, most, NOW);
      expect(overviews.map(({ env }) => env)).toEqual([null, ...new Set(of.keys.map(({ env }) => env))]);
      for (const overview of overviews) {
        const isHere = (entry: { readonly env: string }): boolean =>
          overview.env === null || entry.env === overview.env;
        const here = {
          keys: of.keys.filter(isHere),
          limits: of.limits.filter(isHere),
          runs: of.runs.filter(isHere),
          rotations: of.rotations.filter(isHere),
        };
        const matters = mattersOf(here, NOW);
        const { inUse, overdue, inTimeShare, medianAgeDays, dueByDay, byEnvironment } = statisticsOf(
          here.keys,
          NOW,
          DAYS_AHEAD,
        );
        expect(overview).toEqual({
          env: overview.env,
          keys: here.keys.length,
          matters: matters.slice(0, most).map((matter) => ({
            ...matter,
            owner: 'key' in matter ? (ownerIn(here.keys, matter.key) ?? null) : null,
          })),
          matter_count: matters.length,
          in_use: inUse,
          overdue,
          in_time_share: inTimeShare,
          median_age_days: medianAgeDays,
          due_by_day: dueByDay,
          by_environment: byEnvironment,
        });
      }
    }),
  );
});

const ownerIn = (keys: readonly OverviewKey[], at: string): string | null | undefined =>
  keys.find(({ env, name }) => `${env}/${name}` === at)?.owner;
