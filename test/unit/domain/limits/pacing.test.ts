import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { othersPerMs, SPACED_BELOW, waitBeforeCallMs } from '../../../../src-shared/domain/limits/pacing.ts';
import { KeyHeadroom } from '../../../../src-shared/domain/limits/headroom.ts';
import { documentedWindows, observeRateLimit } from '../../../../src-shared/domain/limits/rate-limit.ts';
import { denHosting } from '../../../../src-main/platforms/definitions/den-hosting.ts';
import { createRateMeter } from '../../../../src-main/sandbox/rate-meter.ts';
import type { RateLimitObservation } from '../../../../src-shared/domain/limits/rate-limit-observation.ts';

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

/** A batch of calls against the platform's own counting, in played time. @returns how many were refused, and how long it took */
function batch(options: {
  readonly tier: string;
  readonly calls: number;
  readonly sendsHeaders: boolean;
  /** Another user of the key calls so often. */
  readonly othersEveryMs?: number;
}): { readonly refused: number; readonly tookMs: number } {
  const windows = documentedWindows(denHosting, options.tier);
  const meter = createRateMeter();
  const headroom = new KeyHeadroom();
  let observation: RateLimitObservation | undefined;
  let now = NOW;
  let othersAt = NOW + (options.othersEveryMs ?? Number.POSITIVE_INFINITY);
  const startedAt: number[] = [];
  let refused = 0;
  for (let done = 0; done < options.calls;) {
    while (othersAt <= now) {
      meter.count('key', windows, othersAt);
      othersAt += options.othersEveryMs ?? Number.POSITIVE_INFINITY;
    }
    const waitMs = waitBeforeCallMs(
      {
        observations: observation === undefined ? [] : [observation],
        startedAt,
        inFlight: 0,
        othersPerMs: othersPerMs(headroom.usedWithin(60_000, now), startedAt, now),
        counted: windows.flatMap(({ id, limit, spanMs }) =>
          limit === null || (id === 'minute' && observation !== undefined)
            ? []
            : [{ limit, spanMs, remaining: limit - headroom.usedAtMostWithin(spanMs, now) }],
        ),
      },
      now,
    );
    if (waitMs > 0) {
      now += waitMs;
      continue;
    }
    startedAt.push(now);
    const { exceeded, readings } = meter.count('key', windows, now);
    const minute = readings.find(({ id }) => id === 'minute');
    const headers: Record<string, string> =
      options.sendsHeaders && minute !== undefined
        ? {
            'X-RateLimit-Limit': String(minute.limit),
            'X-RateLimit-Remaining': String(minute.remaining),
            'X-RateLimit-Reset': String(minute.resetsInS),
          }
        : {};
    if (exceeded !== null) refused += 1;
    else done += 1;
    now += 20;
    const seenNow = observeRateLimit(
      denHosting,
      { status: 200, header: (name) => headers[name], field: () => undefined },
      now,
    );
    if (seenNow === undefined) headroom.answered(now);
    else {
      observation = seenNow;
      headroom.observe(seenNow);
    }
  }
  return { refused, tookMs: now - NOW };
}

describe('a batch', () => {
  it.each(['spark', 'ember', 'blaze', 'forge'])('meets no 429 on %s, with headers and without', (tier) => {
    for (const sendsHeaders of [true, false])
      expect({ sendsHeaders, ...batch({ tier, calls: 400, sendsHeaders }) }).toMatchObject({ refused: 0 });
  });

  it('leaves room for another user of the key, as its headers tell of one', () => {
    expect(batch({ tier: 'spark', calls: 200, sendsHeaders: true, othersEveryMs: 7000 }).refused).toBe(0);
  });

  it('takes no longer than the limit asks for, and a tenth', () => {
    // 400 calls at 30 a minute: 13 further windows.
    expect(batch({ tier: 'spark', calls: 400, sendsHeaders: true }).tookMs).toBeLessThan(14 * 60_000 * 1.1);
    expect(batch({ tier: 'forge', calls: 200, sendsHeaders: true }).tookMs).toBeLessThan(10_000);
  });

  it('counts calls without an answer as used, and ends where only a long window would help', () => {
    const counted = (remaining: number, spanMs: number, inFlight = 0) =>
      waitBeforeCallMs(
        { observations: [], startedAt: [], inFlight, counted: [{ limit: 50, remaining, spanMs }] },
        NOW,
      );
    expect(counted(2, 10_000)).toBe(0);
    expect(counted(1, 10_000)).toBe(200);
    expect(counted(3, 10_000, 2)).toBe(200);
    expect(counted(1, 86_400_000)).toBe(0);
    expect(counted(0, 86_400_000)).toBe(3_600_000);
  });
});
