/** Numbers, dates and plurals, all by Intl. The words of the window are English, so its numbers are too. */
const LOCALE = navigator.language.startsWith('en') ? navigator.language : 'en';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const plain = new Intl.NumberFormat(LOCALE);
const rules = new Intl.PluralRules(LOCALE);
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(LOCALE, { month: 'short', day: 'numeric' });
const list = new Intl.ListFormat(LOCALE, { type: 'conjunction' });
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });
const time = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });
const month = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', timeZone: 'UTC' });
const unit = (name: string, unitDisplay: 'long' | 'short') =>
  new Intl.NumberFormat(LOCALE, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: 0 });
const longDays = unit('day', 'long');
const bytes = (name: string, digits: number) =>
  new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  });
const sizes = { kB: bytes('kilobyte', 0), MB: bytes('megabyte', 1) };
const shortUnits = { h: unit('hour', 'short'), m: unit('minute', 'short'), s: unit('second', 'short') };

/** `12,304`. */
export const formatNumber = (value: number): string => plain.format(value);

/** Picks the form for a number: `plural(3, { one: 'key', other: 'keys' })` → `3 keys`. */
export const plural = (value: number, forms: { readonly one: string; readonly other: string }): string =>
  `${plain.format(value)} ${rules.select(value) === 'one' ? forms.one : forms.other}`;

/** `214 kB`, `12.3 MB`; a little is never nothing. */
export const formatSize = (count: number): string =>
  count < 1_000_000 ? sizes.kB.format(Math.max(1, count / 1000)) : sizes.MB.format(count / 1_000_000);

/** `a, b, and c`. */
export const formatList = (parts: readonly string[]): string => list.format(parts);

/** `12 days`. */
export const formatDays = (days: number): string => longDays.format(days);

/** `in 12 days`, `tomorrow`, `today`. */
export const inDays = (days: number): string => relative.format(days, 'day');

/** `3 days ago`, `2 hours ago`, `just now`; for an instant that has passed. */
export const since = (iso: string, now: number): string => {
  const age = Math.max(0, now - Date.parse(iso));
  if (age >= DAY_MS) return relative.format(-Math.floor(age / DAY_MS), 'day');
  if (age >= HOUR_MS) return relative.format(-Math.floor(age / HOUR_MS), 'hour');
  if (age >= MINUTE_MS) return relative.format(-Math.floor(age / MINUTE_MS), 'minute');
  return 'just now';
};

/** The date and time in full, in the time zone of the machine. */
export const exactDate = (iso: string): string => exact.format(new Date(iso));

/** `9 min`, `41 sec`, `2 hr`: one unit, the largest that fits, rounded up so that nothing ends early. */
export const remaining = (ms: number): string => {
  const left = Math.max(0, ms);
  if (left > HOUR_MS) return shortUnits.h.format(Math.ceil(left / HOUR_MS));
  if (left > MINUTE_MS) return shortUnits.m.format(Math.ceil(left / MINUTE_MS));
  return shortUnits.s.format(Math.ceil(left / 1000));
};

/** `Nov 21`. @param at epoch ms */
export const exactDay = (at: number): string => day.format(at);

/** `96 %`, as the locale writes it; never rounded up to the whole. @param share 0 to 1 */
export const formatShare = (share: number): string => percent.format(Math.floor(share * 100) / 100);

/** `12:03:11`. */
export const clockTime = (iso: string): string => time.format(new Date(iso));

/** `14:12`: minutes and seconds, as a countdown shows them. */
export const minutesAndSeconds = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
};

/** `March 2026`. @param at epoch ms */
export const monthName = (at: number): string => month.format(at);

/** Weeks begin on Sunday in the Americas, on Monday elsewhere; a browser that knows better is asked. */
export const firstWeekday = (): 0 | 1 => {
  const locale = new Intl.Locale(LOCALE) as Intl.Locale & {
    getWeekInfo?: () => { readonly firstDay: number };
  };
  const firstDay = locale.getWeekInfo?.().firstDay;
  return firstDay === undefined ? (LOCALE === 'en-US' ? 0 : 1) : firstDay === 7 ? 0 : 1;
};

/** `Mon`, `Tue`, …, beginning with the week's first day. */
export const weekdayNames = (): string[] =>
  // 4 January 1970 was a Sunday.
  Array.from({ length: 7 }, (_, index) => weekday.format((3 + firstWeekday() + index) * DAY_MS));
