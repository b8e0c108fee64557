import type { RateWindow } from '../platform-definition.ts';

/** What one answer said of a rate limit. Times in milliseconds, from the moment `observedAt` (epoch ms). */
export interface RateLimitObservation {
  readonly observedAt: number;
  /** Of the window that the headers describe; null where a header was missing or nonsense. */
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetsInMs: number | null;
  /** From a 429: how long to stay away; null otherwise. Clamped to 0…3,600,000. */
  readonly retryAfterMs: number | null;
  /** Which window this is of, where a 429's body tells; absent: the one that the platform's headers describe. */
  readonly window?: RateWindow['id'];
}
