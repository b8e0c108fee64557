import fc from 'fast-check';
import { expect, it } from 'vitest';
import { statisticsOf } from '../../../../src-shared/domain/keys/key-statistics.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (count: number): string => new Date(NOW - count * DAY_MS).toISOString();
const key = (env: string, age: number, daysLeft: number, status: 'active' | 'revoked' = 'active') => ({
  env,
  status,
  days_left: daysLeft,
  created_at: daysAgo(age + 100),
  rotated_at: daysAgo(age),
});

it('counts keys in use by day, environment and age of their value', () => {
  const keys = [
    key('dev', 0, 0),
    key('dev', 29, 1),
    key('dev', 30, 1),
    key('prod', 90, -1),
    key('prod', 5, 31),
    key('prod', 5, 2, 'revoked'),
  ];
  expect(statisticsOf(keys, NOW, 3)).toEqual({
    inUse: 5,
    overdue: 1,
    inTimeShare: 0.8,
    medianAgeDays: 29,
    dueByDay: [1, 2, 0],
    byEnvironment: [
      { env: 'dev', ages: [2, 1, 0, 0] },
      { env: 'prod', ages: [1, 0, 0, 1] },
    ],
  });
});

it('says of no keys that there is nothing to say', () => {
  expect(statisticsOf([], NOW, 2)).toEqual({
    inUse: 0,
    overdue: 0,
    inTimeShare: null,
    medianAgeDays: null,
    dueByDay: [0, 0],
    byEnvironment: [],
  });
});

it('counts every key in use once, whatever its dates', () => {
  const someKey = fc.record({
    env: fc.constantFrom('dev', 'staging', 'prod'),
    status: fc.constantFrom('active' as const, 'revoked' as const),
    days_left: fc.integer({ min: -400, max: 400 }),
    created_at: fc.integer({ min: -10, max: 4000 }).map(daysAgo),
    rotated_at: fc.option(fc.integer({ min: -10, max: 4000 }).map(daysAgo)),
  });
  fc.assert(
    fc.property(fc.array(someKey, { maxLength: 60 }), (keys) => {
      const { inUse, overdue, byEnvironment, dueByDay, inTimeShare } = statisticsOf(keys, NOW, 30);
      const used = keys.filter(({ status }) => status === 'active');
      expect(inUse).toBe(used.length);
      expect(overdue).toBe(used.filter(({ days_left: left }) => left < 0).length);
      expect(byEnvironment.flatMap(({ ages }) => ages).reduce((sum, count) => sum + count, 0)).toBe(inUse);
      expect(dueByDay.reduce((sum, count) => sum + count, 0)).toBe(
        used.filter(({ days_left: left }) => left >= 0 && left < 30).length,
      );
      if (inTimeShare !== null) expect(inTimeShare).toBeGreaterThanOrEqual(0);
    }),
  );
});
