import type { RateLimitObservation } from './rate-limit-observation.ts';
import { MAX_RETRY_AFTER_MS } from './retry.ts';

/** Below so many left, the platforms ask that calls be spread over the rest of the window (PLATFORMS.md, section 1). */
export const SPACED_BELOW = 10;

export interface Pace {
  /** The newest observation of each window of the asking key. */
  readonly observations: readonly RateLimitObservation[];
  /** Epoch ms at which calls were started, oldest first. */
  readonly startedAt: readonly number[];
  /** Calls that have no answer yet: whether an observation counts them, nobody knows. */
  readonly inFlight: number;
}

/**
 * How long the next call has to wait: until a 429's Retry-After is over, until a used-up window begins anew, and below
 * 10 remaining by `reset / max(remaining, 1)` after the last call.
 * @param now epoch ms
 * @returns milliseconds, 0 to 3,600,000
 */
export function waitBeforeCallMs({ observations, startedAt, inFlight }: Pace, now: number): number {
  const waits = observations.map((observation) => {
    const sinceMs = now - observation.observedAt;
    // The clock was set back: nobody knows how old this is.
    if (sinceMs < 0) return 0;
    const barredMs = Math.max(0, (observation.retryAfterMs ?? 0) - sinceMs);
    const { remaining, resetsInMs } = observation;
    if (remaining === null || resetsInMs === null || sinceMs >= resetsInMs) return barredMs;
    const restMs = resetsInMs - sinceMs;
    const startedSince = startedAt.filter((at) => at >= observation.observedAt).length;
    const left = remaining - Math.max(startedSince, inFlight);
    if (left >= SPACED_BELOW) return barredMs;
    if (left <= 0) return Math.max(barredMs, restMs);
    // The interval is what the rule says; the part of it that passed since the last call counts.
    const spacingMs = restMs / Math.max(left, 1);
    const lastAt = startedAt.at(-1) ?? observation.observedAt;
    return Math.max(barredMs, spacingMs - Math.max(0, now - lastAt));
  });
  return Math.min(Math.ceil(Math.max(0, ...waits)), MAX_RETRY_AFTER_MS);
}
