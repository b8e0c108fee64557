import type { RateLimitObservation } from './rate-limit-observation.ts';
import { MAX_RETRY_AFTER_MS } from './retry.ts';

/** Below so many left, the platforms ask that calls be spread over the rest of the window (PLATFORMS.md, section 1). */
export const SPACED_BELOW = 10;

/** What a batch leaves to other users of the key: a fiftieth of the limit, 1 to 3 calls. */
const reserveOf = (limit: number | null): number => Math.min(3, Math.max(1, Math.ceil((limit ?? 0) / 50)));

/** A window that no answer told of, as far as its calls were counted here. */
export interface CountedWindow {
  readonly limit: number;
  readonly remaining: number;
  readonly spanMs: number;
}

const OTHERS_SPAN_MS = 60_000;

/** The rate of other users: what the last minute's answers told of, without our own calls. */
export const othersPerMs = (usedInMinute: number, startedAt: readonly number[], now: number): number =>
  Math.max(0, usedInMinute - startedAt.filter((at) => at > now - OTHERS_SPAN_MS).length) / OTHERS_SPAN_MS;

/** Longer windows are not worth standing in line for. */
const SHORT_SPAN_MS = 120_000;

export interface Pace {
  /** The newest observation of each window of the asking key. */
  readonly observations: readonly RateLimitObservation[];
  /** Epoch ms at which calls were started, oldest first. */
  readonly startedAt: readonly number[];
  /** Calls that have no answer yet: whether an observation counts them, nobody knows. */
  readonly inFlight: number;
  /** How many calls other users of the key were seen to make, for each millisecond. */
  readonly othersPerMs?: number;
  /** Documented windows without an observation; nothing known: none. */
  readonly counted?: readonly CountedWindow[];
}

/**
 * How long the next call has to wait: until a 429's Retry-After is over, until a window begins anew of which only the
 * reserve for other users of the key is left, and below 10 remaining by `reset / max(remaining, 1)` after the last call.
 * @param now epoch ms
 * @returns milliseconds, 0 to 3,600,000
 */
export function waitBeforeCallMs(
  { observations, startedAt, inFlight, othersPerMs = 0, counted = [] }: Pace,
  now: number,
): number {
  const waits = observations.map((observation) => {
    const sinceMs = now - observation.observedAt;
    // The clock was set back: nobody knows how old this is.
    if (sinceMs < 0) return 0;
    const barredMs = Math.max(0, (observation.retryAfterMs ?? 0) - sinceMs);
    const { remaining, resetsInMs, limit } = observation;
    if (remaining === null || resetsInMs === null || sinceMs >= resetsInMs) return barredMs;
    const restMs = resetsInMs - sinceMs;
    const startedSince = startedAt.filter((at) => at >= observation.observedAt).length;
    // They went on since the observation, and one of them may call at any moment.
    const others = othersPerMs > 0 ? Math.ceil(othersPerMs * sinceMs) + 1 : 0;
    const left = remaining - Math.max(startedSince, inFlight) - others;
    if (left >= SPACED_BELOW) return barredMs;
    if (left <= reserveOf(limit)) return Math.max(barredMs, restMs);
    // The interval is what the rule says; the part of it that passed since the last call counts.
    const spacingMs = restMs / Math.max(left, 1);
    const lastAt = startedAt.at(-1) ?? observation.observedAt;
    return Math.max(barredMs, spacingMs - Math.max(0, now - lastAt));
  });
  const countedWaits = counted.map((window) => countedWaitMs(window, inFlight));
  return Math.min(Math.ceil(Math.max(0, ...waits, ...countedWaits)), MAX_RETRY_AFTER_MS);
}

/**
 * Counted over the last `spanMs`, which no fixed window of the platform can exceed: where it is full, one call's share
 * of it is waited, and it is looked at again.
 */
function countedWaitMs({ limit, remaining, spanMs }: CountedWindow, inFlight: number): number {
  const left = remaining - inFlight;
  if (spanMs > SHORT_SPAN_MS) return left > 0 ? 0 : spanMs;
  return left > reserveOf(limit) ? 0 : spanMs / Math.max(limit, 1);
}
