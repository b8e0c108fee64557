import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPACED_BELOW, waitBeforeCallMs } from '../../../src-shared/domain/pacing.ts';
import type { RateLimitObservation } from '../../../src-shared/domain/rate-limit-observation.ts';

const NOW = 1_800_000_000_000;
const seen = (more: Partial<RateLimitObservation>): RateLimitObservation => ({
  observedAt: NOW,
  limit: 30,
  remaining: 30,
  resetsInMs: 60_000,
  retryAfterMs: null,
  ...more,
});
const wait = (more: Partial<RateLimitObservation>, pace: { startedAt?: number[]; inFlight?: number } = {}) =>
  waitBeforeCallMs({ observations: [seen(more)], startedAt: [], inFlight: 0, ...pace }, NOW);

describe('how long the next call waits', () => {
  it('does not wait while 10 or more are left, or nothing is known', () => {
    expect(wait({ remaining: 10 })).toBe(0);
    expect(waitBeforeCallMs({ observations: [], startedAt: [NOW], inFlight: 3 }, NOW)).toBe(0);
    expect(wait({ remaining: null })).toBe(0);
    expect(wait({ remaining: 3, resetsInMs: null })).toBe(0);
  });

  it('spaces calls by reset / remaining below 10 (PLATFORMS.md)', () => {
    expect(wait({ remaining: 9 })).toBe(Math.ceil(60_000 / 9));
    expect(wait({ remaining: 1 })).toBe(60_000);
    expect(wait({ remaining: 5 }, { startedAt: [NOW - 4000] })).toBe(8000);
    expect(wait({ remaining: 5 }, { startedAt: [NOW - 12_000] })).toBe(0);
  });

  it('waits for the new window when nothing is left', () => {
    expect(wait({ remaining: 0 })).toBe(60_000);
    expect(wait({ remaining: 0, observedAt: NOW - 59_000 })).toBe(1000);
    expect(wait({ remaining: 0, observedAt: NOW - 60_000 })).toBe(0);
  });

  it('takes calls without an answer as used', () => {
    expect(wait({ remaining: 12 }, { inFlight: 2 })).toBe(0);
    expect(wait({ remaining: 12 }, { inFlight: 3 })).toBeGreaterThan(0);
    expect(wait({ remaining: 2 }, { inFlight: 2 })).toBe(60_000);
    expect(wait({ remaining: 2 }, { startedAt: [NOW, NOW], inFlight: 0 })).toBe(60_000);
  });

  it('keeps away as long as a 429 asked for, in whichever window', () => {
    expect(wait({ remaining: 0, resetsInMs: 5000, retryAfterMs: 7000 })).toBe(7000);
    expect(wait({ retryAfterMs: 7000, observedAt: NOW - 2000 })).toBe(5000);
    const observations = [seen({ remaining: 25 }), seen({ window: 'day', remaining: 0, resetsInMs: 3000 })];
    expect(waitBeforeCallMs({ observations, startedAt: [], inFlight: 0 }, NOW)).toBe(3000);
  });

  it('believes nothing of an observation from the future: the clock was set back', () => {
    expect(wait({ remaining: 0, retryAfterMs: 60_000, observedAt: NOW + 86_400_000 })).toBe(0);
  });

  it('never waits longer than the window or the Retry-After, and never uses a window up before its end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.integer({ min: -1000, max: 90_000_000 }),
        fc.array(fc.integer({ min: -100_000, max: 0 }), { maxLength: 20 }),
        fc.integer({ min: 0, max: 20 }),
        fc.option(fc.integer({ min: 0, max: 3_600_000 })),
        (remaining, resetsInMs, ageMs, started, inFlight, retryAfterMs) => {
          const startedAt = started.map((at) => NOW + at).sort((a, b) => a - b);
          const observations = [seen({ observedAt: NOW - ageMs, remaining, resetsInMs, retryAfterMs })];
          const waitMs = waitBeforeCallMs({ observations, startedAt, inFlight }, NOW);
          expect(Number.isInteger(waitMs)).toBe(true);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(
            Math.min(3_600_000, Math.max(resetsInMs - ageMs, (retryAfterMs ?? 0) - ageMs, 0)),
          );
          if (remaining - Math.max(20, inFlight) >= SPACED_BELOW && retryAfterMs === null)
            expect(waitMs).toBe(0);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
