/** A month of due dates, as weeks of days. Pure: which day a moment falls on is the caller's clock and time zone. */

/** `2026-03-01`. */
export type DayText = `${number}-${string}-${string}`;

export interface CalendarDay {
  readonly day: DayText;
  readonly dayOfMonth: number;
  /** False for the days of the months before and after that fill the first and the last week. */
  readonly isInMonth: boolean;
}

const DAY_MS = 86_400_000;
const two = (value: number): string => String(value).padStart(2, '0');

/** @param month 1 to 12 */
export const dayText = (year: number, month: number, day: number): DayText =>
  `${year}-${two(month)}-${two(day)}`;

const toDay = (at: number): DayText => {
  const date = new Date(at);
  return dayText(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
};

/**
 * @param month 1 to 12; other numbers reach into the years beside
 * @param firstWeekday 0: weeks begin on Sunday, 1: on Monday
 * @returns whole weeks, four to six
 */
export function weeksOf(year: number, month: number, firstWeekday: 0 | 1): CalendarDay[][] {
  // In UTC every day has 24 hours, so a change to summer time moves nothing.
  const first = Date.UTC(year, month - 1, 1);
  const shown = new Date(first).getUTCMonth();
  const lead = (new Date(first).getUTCDay() - firstWeekday + 7) % 7;
  const weeks: CalendarDay[][] = [];
  for (let at = first - lead * DAY_MS; weeks.length < 6;) {
    const week: CalendarDay[] = [];
    for (let n = 0; n < 7; n += 1, at += DAY_MS) {
      const date = new Date(at);
      week.push({
        day: toDay(at),
        dayOfMonth: date.getUTCDate(),
        isInMonth: date.getUTCMonth() === shown,
      });
    }
    weeks.push(week);
    if (new Date(at).getUTCMonth() !== shown) break;
  }
  return weeks;
}

/** @param dayOf the day that a moment (RFC 3339) falls on */
export function byDay<K extends { readonly due_at: string }>(
  keys: readonly K[],
  dayOf: (iso: string) => DayText,
): ReadonlyMap<DayText, readonly K[]> {
  const days = new Map<DayText, K[]>();
  for (const key of keys) {
    const day = dayOf(key.due_at);
    const same = days.get(day);
    if (same === undefined) days.set(day, [key]);
    else same.push(key);
  }
  return days;
}

export type DayStep = 'day' | 'week' | 'month' | 'year' | 'edge of week';

/**
 * Where a step leads in a calendar: as of the date grid of the ARIA Authoring Practices.
 * @param by 1: onwards, -1: back; to the edge of the week: its last day, its first
 * @returns of a shorter month its last day
 */
export function stepFrom(day: DayText, step: DayStep, by: 1 | -1, firstWeekday: 0 | 1): DayText {
  const at = Date.parse(`${day}T00:00:00Z`);
  const date = new Date(at);
  switch (step) {
    case 'day':
      return toDay(at + by * DAY_MS);
    case 'week':
      return toDay(at + by * 7 * DAY_MS);
    case 'edge of week': {
      const sinceFirst = (date.getUTCDay() - firstWeekday + 7) % 7;
      return toDay(at + (by === 1 ? 6 - sinceFirst : -sinceFirst) * DAY_MS);
    }
    case 'month':
    case 'year': {
      const months = by * (step === 'year' ? 12 : 1);
      const month = date.getUTCMonth() + months;
      const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
      return toDay(Date.UTC(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), last)));
    }
  }
}

/** @returns how many months `to` is after the month of `from` */
export const monthsBetween = (from: DayText, to: DayText): number => {
  const months = (day: DayText): number => Number(day.slice(0, -6)) * 12 + Number(day.slice(-5, -3));
  return months(to) - months(from);
};
