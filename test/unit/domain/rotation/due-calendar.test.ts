import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byDay, dayText, weeksOf } from '../../../../src-shared/domain/rotation/due-calendar.ts';

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
