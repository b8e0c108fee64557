import { AppError } from '../../../src-shared/errors/app-error.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
export const DAY_MS = 86_400_000;

/** `90d`, `8h`, `10s`, `1h30m`. @throws {AppError} USAGE */
export const readDurationMs = (text: string, flag: string): number => {
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|w)/gy)];
  const length = parts.reduce((sum, [whole]) => sum + whole.length, 0);
  const total = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ''] ?? 0),
    0,
  );
  if (length !== text.length || total <= 0) {
    throw new AppError('USAGE', `${flag} takes a duration such as 10s, 8h or 90d, not '${text}'`);
  }
  return Math.round(total);
};

/** A duration of whole days; a bare number counts as days. @throws {AppError} USAGE */
export const readDays = (text: string, flag: string): number => {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : readDurationMs(text, flag) / DAY_MS;
  if (!Number.isInteger(days))
    throw new AppError('USAGE', `${flag} takes whole days, such as 90d, not '${text}'`);
  return days;
};

/** `2027-01-31` or an RFC 3339 instant. @returns RFC 3339, UTC. @throws {AppError} USAGE */
export const readInstant = (text: string, flag: string): string => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = isDay || isInstant ? new Date(text) : new Date(Number.NaN);
  // A day that does not exist (31 February) would silently become another one.
  if (Number.isNaN(at.getTime()) || (isDay && !at.toISOString().startsWith(text))) {
    throw new AppError('USAGE', `${flag} takes a date such as 2027-01-31, not '${text}'`);
  }
  return at.toISOString();
};

/** `in 3 d`, `2 h ago`, `now`. */
export const relativeTime = (at: string, nowMs: number): string => {
  const differenceMs = Date.parse(at) - nowMs;
  const size = Math.abs(differenceMs);
  if (Number.isNaN(size)) return at;
  if (size < 1000) return 'now';
  const text = spanText(size);
  return differenceMs > 0 ? `in ${text}` : `${text} ago`;
};

/** The two largest units would pretend to know more than it matters: one does. */
export const spanText = (spanMs: number): string => {
  if (spanMs < 60_000) return `${Math.round(spanMs / 1000)} s`;
  if (spanMs < 3_600_000) return `${Math.round(spanMs / 60_000)} min`;
  if (spanMs < 2 * DAY_MS) return `${Math.round(spanMs / 3_600_000)} h`;
  return `${Math.round(spanMs / DAY_MS)} d`;
};

/** `3 d ago (2026-11-18 09:30 UTC)`: what a person wants to know, and the exact moment. */
export const relativeAndExact = (at: string, nowMs: number): string =>
  `${relativeTime(at, nowMs)} (${at.slice(0, 16).replace('T', ' ')} UTC)`;
