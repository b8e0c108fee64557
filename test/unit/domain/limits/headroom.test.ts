import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyHeadroom } from '../../../../src-shared/domain/limits/headroom.ts';
import { observeRateLimit, windowsOf } from '../../../../src-shared/domain/limits/rate-limit.ts';
import { denAgent } from '../../../../src-main/platforms/definitions/den-agent.ts';
import { denHosting } from '../../../../src-main/platforms/definitions/den-hosting.ts';
import { RateLimitMemory } from '../../../../src-main/services/platforms/rate-limit-memory.ts';
import type { RecordId } from '../../../../src-main/vault/ports.ts';

const START = Date.UTC(2026, 10, 21, 12);

/** Readings of a window whose load is `rate + 2·growth·t` calls a second, every `everyMs`, as whole calls. */
function underLoad({
  rate,
  growth,
  everyMs,
  forMs,
  limit,
}: {
  rate: number;
  growth: number;
  everyMs: number;
  forMs: number;
  limit: number;
}): { readonly headroom: KeyHeadroom; readonly remaining: number; readonly trueMs: number } {
  const headroom = new KeyHeadroom();
  const used = (ms: number): number => rate * (ms / 1000) + growth * (ms / 1000) ** 2;
  let remaining = limit;
  for (let ms = 0; ms <= forMs; ms += everyMs) {
    remaining = limit - Math.floor(used(ms));
    headroom.observe({ observedAt: START + ms, limit, remaining, resetsInMs: 3_600_000, retryAfterMs: null });
  }
  const endS =
    growth === 0 ? limit / rate : (-rate + Math.sqrt(rate * rate + 4 * growth * limit)) / (2 * growth);
  const lastMs = Math.floor(forMs / everyMs) * everyMs;
  return { headroom, remaining, trueMs: endS * 1000 - lastMs };
}

describe('the forecast of when a window is used up', () => {
  it('is within 10 % for a constant load', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        fc.integer({ min: 200, max: 2000 }),
        fc.double({ min: 0.2, max: 0.7, noNaN: true }),
        (rate, everyMs, share) => {
          const limit = 1000;
          const forMs = (share * limit * 1000) / rate;
          const { headroom, remaining, trueMs } = underLoad({ rate, growth: 0, everyMs, forMs, limit });
          const at = START + Math.floor(forMs / everyMs) * everyMs;
          const foreseen = headroom.exhaustedInMs(undefined, remaining, at);
          expect(Math.abs((foreseen ?? Number.NaN) - trueMs) / trueMs).toBeLessThan(0.1);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is within 10 % for a load that grows evenly', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        fc.double({ min: 0.005, max: 0.3, noNaN: true }),
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        (rate, growth, share) => {
          const limit = 2000;
          const endS = (-rate + Math.sqrt(rate * rate + 4 * growth * limit)) / (2 * growth);
          const everyMs = Math.max(50, Math.round(endS * 5));
          const forMs = share * endS * 1000;
          const { headroom, remaining, trueMs } = underLoad({ rate, growth, everyMs, forMs, limit });
          const at = START + Math.floor(forMs / everyMs) * everyMs;
          const foreseen = headroom.exhaustedInMs(undefined, remaining, at);
          expect(Math.abs((foreseen ?? Number.NaN) - trueMs) / trueMs).toBeLessThan(0.1);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([0, 1])(
    'is within 10 %% where every call is read, from one in two seconds to 500 a second (growth %i)',
    (bend) => {
      fc.assert(
        fc.property(
          fc.double({ min: 5, max: 500, noNaN: true }),
          fc.double({ min: 0.5, max: 5, noNaN: true }),
          fc.double({ min: 0.3, max: 0.7, noNaN: true }),
          (rate, grown, share) => {
            const growth = bend * grown;
            const limit = 5000;
            const endS =
              growth === 0
                ? limit / rate
                : (-rate + Math.sqrt(rate * rate + 4 * growth * limit)) / (2 * growth);
            const everyMs = 1000 / (limit / endS);
            const forMs = share * endS * 1000;
            const { headroom, remaining, trueMs } = underLoad({ rate, growth, everyMs, forMs, limit });
            const at = START + Math.floor(forMs / everyMs) * everyMs;
            const foreseen = headroom.exhaustedInMs(undefined, remaining, at);
            expect(Math.abs((foreseen ?? Number.NaN) - trueMs) / trueMs).toBeLessThan(0.1);
          },
        ),
        { numRuns: 100 },
      );
    },
  );

  it.each([
    [1, 10],
    [10, 1],
    [0.5, 5],
  ])('follows a load that has changed from %d to %d calls a second', (before, after) => {
    const headroom = new KeyHeadroom();
    let at = START;
    let remaining = 10_000;
    for (const [rate, seconds] of [
      [before, 300],
      [after, 20],
    ] as const) {
      for (let call = 0; call < rate * seconds; call += 1) {
        at += 1000 / rate;
        remaining -= 1;
        headroom.observe({
          observedAt: at,
          limit: 10_000,
          remaining,
          resetsInMs: 36_000_000,
          retryAfterMs: null,
        });
      }
    }
    const foreseenMs = headroom.exhaustedInMs(undefined, remaining, at) ?? Number.NaN;
    expect(Math.abs(foreseenMs / ((remaining * 1000) / after) - 1)).toBeLessThan(0.1);
  });

  it('says nothing of a load that stands still, of two readings, and of a clock that ran backwards', () => {
    const headroom = new KeyHeadroom();
    const read = (ms: number, remaining: number): void =>
      headroom.observe({
        observedAt: START + ms,
        limit: 100,
        remaining,
        resetsInMs: 60_000,
        retryAfterMs: null,
      });
    read(0, 100);
    read(1000, 99);
    expect(headroom.exhaustedInMs(undefined, 99, START + 1000)).toBeNull();
    read(-5000, 90);
    expect(headroom.exhaustedInMs(undefined, 90, START)).toBeNull();
    const still = new KeyHeadroom();
    for (let n = 0; n < 10; n += 1)
      still.observe({
        observedAt: START + n * 1000,
        limit: 100,
        remaining: 50,
        resetsInMs: 60_000,
        retryAfterMs: null,
      });
    expect(still.exhaustedInMs(undefined, 50, START + 10_000)).toBeNull();
    expect(still.exhaustedInMs(undefined, 0, START + 10_000)).toBe(0);
  });

  it('never gives nonsense, whatever the headers were', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: -10_000, max: 200_000 }), fc.string(), fc.string(), fc.string()),
          { maxLength: 60 },
        ),
        (answers) => {
          const headroom = new KeyHeadroom();
          let at = START;
          for (const [step, limit, remaining, reset] of answers) {
            at += step;
            const headers: Record<string, string> = {
              'X-RateLimit-Limit': limit,
              'X-RateLimit-Remaining': remaining,
              'X-RateLimit-Reset': reset,
            };
            const seen = observeRateLimit(
              denAgent,
              { status: 200, header: (name) => headers[name], field: () => undefined },
              at,
            );
            if (seen === undefined) headroom.answered(at);
            else headroom.observe(seen);
          }
          for (const window of windowsOf(denAgent, null, null, at, headroom)) {
            for (const figure of [window.remaining, window.exhausted_in_s, window.resets_in_s])
              expect(figure === null || (Number.isFinite(figure) && figure >= 0)).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('windows that no header tells of', () => {
  it('are estimated from the calls that were seen, others’ included', () => {
    const headroom = new KeyHeadroom();
    // Another agent makes two calls between ours.
    [27, 24, 21, 18].forEach((remaining, n) => {
      headroom.observe({
        observedAt: START + n * 1000,
        limit: 30,
        remaining,
        resetsInMs: 40_000,
        retryAfterMs: null,
      });
    });
    const last = {
      observedAt: START + 3000,
      limit: 30,
      remaining: 18,
      resetsInMs: 37_000,
      retryAfterMs: null,
    };
    const windows = windowsOf(denHosting, 'spark', last, START + 3000, headroom);
    expect(windows).toEqual([
      { id: 'burst', limit: 50, remaining: 40, resets_in_s: null, source: 'estimated', exhausted_in_s: null },
      { id: 'minute', limit: 30, remaining: 18, resets_in_s: 37, source: 'observed', exhausted_in_s: 6 },
      {
        id: 'day',
        limit: 1000,
        remaining: 990,
        resets_in_s: null,
        source: 'estimated',
        exhausted_in_s: null,
      },
    ]);
  });

  it('stay documented figures while nothing was seen, and forget what is past', () => {
    const headroom = new KeyHeadroom();
    expect(windowsOf(denHosting, 'spark', null, START, headroom).map(({ source }) => source)).toEqual([
      'documented',
      'documented',
      'documented',
    ]);
    for (let n = 0; n < 5; n += 1) headroom.answered(START + n);
    const left = (ms: number) =>
      windowsOf(denHosting, 'spark', null, START + ms, headroom).map(({ remaining }) => remaining);
    expect(left(100)).toEqual([45, 25, 995]);
    expect(left(30_000)).toEqual([50, 25, 995]);
    expect(left(120_000)).toEqual([50, 30, 995]);
  });

  it('says nothing of running out where the window begins anew before', () => {
    const headroom = new KeyHeadroom();
    for (let n = 0; n < 10; n += 1)
      headroom.observe({
        observedAt: START + n * 1000,
        limit: 100,
        remaining: 100 - n,
        resetsInMs: 60_000 - n * 1000,
        retryAfterMs: null,
      });
    const last = {
      observedAt: START + 9000,
      limit: 100,
      remaining: 91,
      resetsInMs: 51_000,
      retryAfterMs: null,
    };
    expect(windowsOf(denAgent, null, last, START + 9000, headroom)[0]).toMatchObject({
      remaining: 91,
      exhausted_in_s: null,
    });
  });
});

describe('a call for the sake of its headers', () => {
  const key = 'a'.repeat(32) as RecordId;
  const MINUTE = 60_000;

  it('is due once a minute for a key in use, and ends where nobody else uses it', () => {
    const memory = new RateLimitMemory();
    expect(memory.takeProbe(key, START)).toBe(false);
    memory.answered(key, START);
    expect(memory.takeProbe(key, START + 30_000)).toBe(false);
    let probes = 0;
    for (let ms = MINUTE; ms < 60 * MINUTE; ms += 1000) {
      if (!memory.takeProbe(key, START + ms)) continue;
      probes += 1;
      memory.answered(key, START + ms + 200);
    }
    expect(probes).toBe(5);
    memory.answered(key, START + 70 * MINUTE);
    expect(memory.takeProbe(key, START + 71 * MINUTE)).toBe(true);
    expect(memory.takeProbe(key, START + 71 * MINUTE + 1)).toBe(false);
  });

  it('is not made for a key that lay idle', () => {
    const memory = new RateLimitMemory();
    memory.answered(key, START);
    expect(memory.takeProbe(key, START + 10 * MINUTE)).toBe(false);
  });
});
