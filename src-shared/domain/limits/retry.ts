/** How long to stay away before a call is made again. Pure: time and randomness come in as parameters. */

export interface Backoff {
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { firstWaitMs: 2000, maxWaitMs: 60_000 };
export const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Exponential backoff with jitter: doubles from `firstWaitMs` to `maxWaitMs`, and never leaves that range.
 * @param attempt how many waits came before this one
 * @param random in [0, 1): spreads clients that failed at the same moment
 */
export function backoffMs(
  attempt: number,
  random: number,
  { firstWaitMs, maxWaitMs }: Backoff = DEFAULT_BACKOFF,
): number {
  const longest = Math.min(maxWaitMs, firstWaitMs * 2 ** (Math.min(attempt, 30) + 1));
  const shortest = Math.min(longest, Math.max(firstWaitMs, longest / 2));
  return Math.round(shortest + random * (longest - shortest));
}

// RFC 9110, section 5.6.7: the preferred form of a date and the two obsolete ones.
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** @returns epoch milliseconds of an HTTP date, or undefined where it is none */
export function parseHttpDate(text: string): number | undefined {
  const date = text.trim();
  if (!IMF_FIXDATE.test(date) && !RFC_850.test(date) && !ASCTIME.test(date)) return undefined;
  const at = Date.parse(ASCTIME.test(date) ? `${date} GMT` : date);
  return Number.isNaN(at) ? undefined : at;
}

const clampWait = (ms: number): number => Math.min(Math.max(Math.round(ms), 0), MAX_RETRY_AFTER_MS);

/** A number of seconds that a platform asks to wait, clamped to 0–3,600 s; undefined where it is none. */
export const waitOfSeconds = (seconds: number): number | undefined =>
  Number.isNaN(seconds) ? undefined : clampWait(seconds * 1000);

/**
 * Reads a Retry-After header: seconds or an HTTP date.
 * @returns milliseconds, clamped to 0–3,600,000; undefined where there is none or it is nonsense
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^[+-]?\d{1,20}(?:\.\d{1,9})?(?:e\d{1,2})?$/i.test(text)) return waitOfSeconds(Number(text));
  const at = parseHttpDate(text);
  return at === undefined ? undefined : clampWait(at - now);
}
