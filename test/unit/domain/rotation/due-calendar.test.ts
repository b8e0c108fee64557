import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  byDay,
  dayText,
  monthsBetween,
  stepFrom,
  weeksOf,
} from '../../../../src-shared/domain/rotation/due-calendar.ts';

it('shows a month in whole weeks, filled up with the days beside it', () => {
  const weeks = weeksOf(2026, 3, 1);
  expect(weeks).toHaveLength(6);
  expect(weeks[0]?.map(({ dayOfMonth }) => dayOfMonth)).toEqual([23, 24, 25, 26, 27, 28, 1]);
  expect(weeks[0]?.map(({ isInMonth }) => isInMonth)).toEqual([...Array<boolean>(6).fill(false), true]);
  expect(weeks[5]?.[0]?.day).toBe('2026-03-30');
  // Four weeks to the day: February 2027 begins on a Monday.
  expect(weeksOf(2027, 2, 1)).toHaveLength(4);
  expect(weeksOf(2026, 3, 0)[0]?.[0]?.day).toBe('2026-03-01');
});

it('knows leap years and reaches into the years beside', () => {
  const days = (year: number, month: number): number =>
    weeksOf(year, month, 1)
      .flat()
      .filter(({ isInMonth }) => isInMonth).length;
  expect([days(2028, 2), days(2026, 2), days(2100, 2), days(2000, 2)]).toEqual([29, 28, 28, 29]);
  expect(weeksOf(2026, 13, 1)).toEqual(weeksOf(2027, 1, 1));
  expect(weeksOf(2026, 0, 1)).toEqual(weeksOf(2025, 12, 1));
});

it('every month: each of its days once and in order, weeks of seven, the week begins where it should', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1971, max: 2400 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(0 as const, 1 as const),
      (year, month, firstWeekday) => {
        const weeks = weeksOf(year, month, firstWeekday);
        const inMonth = weeks.flat().filter(({ isInMonth }) => isInMonth);
        expect(inMonth.map(({ dayOfMonth }) => dayOfMonth)).toEqual(inMonth.map((_, index) => index + 1));
        expect(inMonth.length).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate());
        for (const week of weeks) {
          expect(week).toHaveLength(7);
          expect(new Date(`${week[0]?.day ?? ''}T00:00:00Z`).getUTCDay()).toBe(firstWeekday);
        }
      },
    ),
  );
});

it('puts keys on their days', () => {
  const keys = ['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z', '2026-03-02T12:00:00Z'].map((due_at) => ({
    due_at,
  }));
  const days = byDay(keys, (iso) =>
    dayText(...(iso.slice(0, 10).split('-').map(Number) as [number, number, number])),
  );
  expect([...days].map(([day, due]) => [day, due.length])).toEqual([
    ['2026-03-01', 1],
    ['2026-03-02', 2],
  ]);
});

it('is gone through by days, weeks, months and years', () => {
  expect(stepFrom('2026-03-31', 'day', 1, 1)).toBe('2026-04-01');
  expect(stepFrom('2026-01-03', 'week', -1, 1)).toBe('2025-12-27');
  // 12 March 2026 is a Thursday.
  expect(stepFrom('2026-03-12', 'edge of week', -1, 1)).toBe('2026-03-09');
  expect(stepFrom('2026-03-12', 'edge of week', 1, 1)).toBe('2026-03-15');
  expect(stepFrom('2026-03-15', 'edge of week', 1, 0)).toBe('2026-03-21');
  expect(stepFrom('2026-03-15', 'edge of week', -1, 0)).toBe('2026-03-15');
  // What a shorter month has no day for is its last one.
  expect(stepFrom('2026-03-31', 'month', -1, 1)).toBe('2026-02-28');
  expect(stepFrom('2026-12-31', 'month', 1, 1)).toBe('2027-01-31');
  expect(stepFrom('2028-02-29', 'year', 1, 1)).toBe('2029-02-28');
});

it('comes back by the same number of steps, and knows how far a month is', () => {
  const day = fc
    .integer({ min: Date.UTC(2000, 0, 1) / 86_400_000, max: Date.UTC(2100, 0, 1) / 86_400_000 })
    .map((at) => new Date(at * 86_400_000))
    .map((date) => dayText(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()));
  fc.assert(
    fc.property(day, fc.constantFrom('day' as const, 'week' as const), (from, step) => {
      expect(stepFrom(stepFrom(from, step, 1, 1), step, -1, 1)).toBe(from);
    }),
  );
  fc.assert(
    fc.property(day, (from) => {
      expect(monthsBetween(from, stepFrom(from, 'month', 1, 1))).toBe(1);
      expect(monthsBetween(from, stepFrom(from, 'year', -1, 1))).toBe(-12);
    }),
  );
});
