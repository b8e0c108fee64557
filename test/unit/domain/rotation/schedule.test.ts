import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATCH_UP_MS, isRunDue, nextRunAt } from '../../../../src-shared/domain/rotation/schedule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();
const utc = (): number => 0;
/** Berlin in 2026: +1, and +2 from 29 March 01:00 UTC to 25 October 01:00 UTC. */
const berlin = (ms: number): number =>
  ms >= at('2026-03-29T01:00Z') && ms < at('2026-10-25T01:00Z') ? 2 * HOUR_MS : HOUR_MS;
const hourOf = (hours: number, minutes: number): string =>
  `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;

describe('the next run', () => {
  it.each([
    ['03:00', '2026-06-01T00:00Z', '2026-06-01T01:00:00.000Z', berlin],
    ['03:00', '2026-06-01T01:00Z', '2026-06-02T01:00:00.000Z', berlin],
    ['00:00', '2026-06-01T12:00Z', '2026-06-01T22:00:00.000Z', berlin],
    ['23:59', '2026-12-31T23:30Z', '2027-01-01T22:59:00.000Z', berlin],
    // Skipped: 02:30 does not exist on 29 March; shown twice: 02:30 on 25 October, at 00:30 and 01:30 UTC.
    ['02:30', '2026-03-28T12:00Z', '2026-03-29T01:30:00.000Z', berlin],
    ['02:30', '2026-10-24T12:00Z', '2026-10-25T00:30:00.000Z', berlin],
    ['02:30', '2026-10-25T00:30Z', '2026-10-26T01:30:00.000Z', berlin],
    ['12:00', '2026-03-29T00:00Z', '2026-03-29T10:00:00.000Z', berlin],
    ['03:00', '2028-02-28T04:00Z', '2028-02-29T03:00:00.000Z', utc],
  ])('at %s after %s is %s', (hour, after, expected, offset) => {
    expect(iso(nextRunAt(hour, at(after), offset))).toBe(expected);
  });

  it('comes within 25 hours, later than asked for, and once for each day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2026-12-30T00:00Z') }),
        (hours, minutes, after) => {
          const hour = hourOf(hours, minutes);
          const next = nextRunAt(hour, after, berlin);
          expect(next).toBeGreaterThan(after);
          expect(next - after).toBeLessThanOrEqual(25 * HOUR_MS);
          const following = nextRunAt(hour, next, berlin);
          expect(following - next).toBeGreaterThanOrEqual(22 * HOUR_MS);
          expect(following - next).toBeLessThanOrEqual(26 * HOUR_MS);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('whether a run is due', () => {
  const three = at('2026-06-01T03:00Z');
  const isDue = (lastLook: number, now: number) => isRunDue('03:00', lastLook, now, utc);

  it('is so once, at the first look at or after the hour', () => {
    expect(isDue(three - 60_000, three - 1)).toBe(false);
    expect(isDue(three - 60_000, three)).toBe(true);
    expect(isDue(three, three + 60_000)).toBe(false);
  });

  it('makes up for a short sleep, and for no long one', () => {
    expect(isDue(three - 60_000, three + CATCH_UP_MS - 1)).toBe(true);
    expect(isDue(three - 60_000, three + CATCH_UP_MS + 60_000)).toBe(false);
    expect(isDue(three - 3 * DAY_MS, three + 12 * HOUR_MS)).toBe(false);
  });

  it('repeats nothing when the clock is set back', () => {
    expect(isDue(three + 60_000, three)).toBe(false);
    expect(isDue(three + DAY_MS, three)).toBe(false);
  });

  it('runs once a day however often somebody looks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1000, max: 30 * 60_000 }), { minLength: 50, maxLength: 400 }),
        (steps) => {
          let now = at('2026-10-20T00:00Z');
          const startedAt = now;
          let runs = 0;
          for (const step of steps) {
            if (isRunDue('02:30', now, now + step, berlin)) runs += 1;
            now += step;
          }
          expect(Math.abs(runs - (now - startedAt) / DAY_MS)).toBeLessThanOrEqual(1.1);
        },
      ),
      { numRuns: 300 },
    );
  });
});
