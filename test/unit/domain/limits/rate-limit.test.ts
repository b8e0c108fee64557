import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denAgent } from '../../../../src-main/platforms/definitions/den-agent.ts';
import { denHosting } from '../../../../src-main/platforms/definitions/den-hosting.ts';
import { moltbook } from '../../../../src-main/platforms/definitions/moltbook.ts';
import { limitWindowView } from '../../../../src-shared/contract/views.ts';
import { observeRateLimit, windowsOf } from '../../../../src-shared/domain/limits/rate-limit.ts';
import type { RateLimitObservation } from '../../../../src-shared/domain/limits/rate-limit-observation.ts';

const NOW = 1_800_000_000_000;
const observe = (
  definition: typeof denAgent,
  status: number,
  headers: Record<string, string>,
  body: Record<string, unknown> = {},
) =>
  observeRateLimit(
    definition,
    {
      status,
      header: (name) => headers[name],
      field: (paths) => paths.map((path) => body[path]).find((value) => value !== undefined),
    },
    NOW,
  );

describe('observeRateLimit', () => {
  it('reads the three headers', () => {
    const headers = { 'X-RateLimit-Limit': '100', 'X-RateLimit-Remaining': '42', 'X-RateLimit-Reset': '17' };
    expect(observe(denAgent, 200, headers)).toEqual({
      observedAt: NOW,
      limit: 100,
      remaining: 42,
      resetsInMs: 17_000,
      retryAfterMs: null,
    });
  });

  it('takes nonsense for unknown', () => {
    const headers = {
      'X-RateLimit-Limit': 'many',
      'X-RateLimit-Remaining': '-3',
      'X-RateLimit-Reset': 'NaN',
    };
    expect(observe(denAgent, 200, headers)).toBeUndefined();
    expect(observe(denAgent, 200, { ...headers, 'X-RateLimit-Limit': '100' })).toMatchObject({
      limit: 100,
      remaining: null,
      resetsInMs: null,
    });
    expect(observe(denAgent, 200, { 'X-RateLimit-Reset': '1800000000' })).toBeUndefined();
  });

  it('says nothing where the answer does', () => {
    expect(observe(denHosting, 200, {})).toBeUndefined();
  });

  it('reads a 429 of the Agent API', () => {
    const headers = {
      'Retry-After': '23',
      'X-RateLimit-Limit': '100',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '23',
    };
    expect(observe(denAgent, 429, headers)).toMatchObject({
      limit: 100,
      remaining: 0,
      resetsInMs: 23_000,
      retryAfterMs: 23_000,
    });
  });

  it('waits as long as the platform advises where a 429 does not say', () => {
    expect(observe(denAgent, 429, {})?.retryAfterMs).toBe(10_000);
    expect(observe(denHosting, 429, {})?.retryAfterMs).toBe(5000);
    expect(observe(denHosting, 429, { 'Retry-After': 'soon' })?.retryAfterMs).toBe(5000);
    expect(observe(denHosting, 429, {}, { retry_after_seconds: 12 })?.retryAfterMs).toBe(12_000);
  });

  it('tells by the limit in a 429 which window is used up', () => {
    const body = { tier: 'spark', retry_after_seconds: 3000 };
    expect(observe(denHosting, 429, {}, { ...body, limit: 1000 })).toMatchObject({
      window: 'day',
      limit: 1000,
      remaining: 0,
    });
    expect(observe(denHosting, 429, {}, { ...body, limit: 50 })).toMatchObject({
      window: 'burst',
      limit: 50,
    });
    const minute = observe(denHosting, 429, {}, { ...body, limit: 30, retry_after_seconds: 12 });
    expect(minute).toMatchObject({ limit: 30, remaining: 0, resetsInMs: 12_000 });
    expect(minute?.window).toBeUndefined();
  });
});

describe('windowsOf', () => {
  const seen: RateLimitObservation = {
    observedAt: NOW,
    limit: 30,
    remaining: 12,
    resetsInMs: 40_000,
    retryAfterMs: null,
  };

  it('shows what is documented where nothing was observed', () => {
    expect(
      windowsOf(denHosting, 'spark', null, NOW).map(({ id, limit, remaining, source }) => [
        id,
        limit,
        remaining,
        source,
      ]),
    ).toEqual([
      ['burst', 50, null, 'documented'],
      ['minute', 30, null, 'documented'],
      ['day', 1000, null, 'documented'],
    ]);
    expect(windowsOf(denHosting, 'forge', null, NOW).find(({ id }) => id === 'day')?.limit).toBeNull();
    expect(windowsOf(denHosting, null, null, NOW)).toEqual([]);
    expect(windowsOf(denAgent, null, null, NOW)).toMatchObject([
      { id: 'window', limit: 100, source: 'documented' },
    ]);
  });

  it('shows what was observed, and counts down', () => {
    const minute = windowsOf(denHosting, 'spark', seen, NOW + 10_500).find(({ id }) => id === 'minute');
    expect(minute).toEqual({
      id: 'minute',
      limit: 30,
      remaining: 12,
      resets_in_s: 30,
      source: 'observed',
      exhausted_in_s: null,
    });
  });

  it('takes a window that is over for full, as an estimate', () => {
    const minute = windowsOf(denHosting, 'spark', seen, NOW + 40_000).find(({ id }) => id === 'minute');
    expect(minute).toMatchObject({ remaining: 30, source: 'estimated', resets_in_s: null });
  });

  it('shows an observed window that the platform does not document', () => {
    expect(windowsOf(moltbook, null, seen, NOW)).toMatchObject([
      { id: 'minute', limit: 30, remaining: 12, source: 'observed' },
    ]);
  });

  it('takes the newest of several observations of one window', () => {
    const day: RateLimitObservation = {
      observedAt: NOW,
      limit: 1000,
      remaining: 0,
      resetsInMs: 3_600_000,
      retryAfterMs: 1,
      window: 'day',
    };
    const windows = windowsOf(
      denHosting,
      'spark',
      [{ ...seen, remaining: 1, observedAt: NOW - 5 }, seen, day],
      NOW,
    );
    expect(windows.map(({ id, remaining, exhausted_in_s }) => [id, remaining, exhausted_in_s])).toEqual([
      ['burst', null, null],
      ['minute', 12, null],
      ['day', 0, 0],
    ]);
  });

  it('always gives what the contract wants', () => {
    const number = fc.option(fc.nat({ max: 1e9 }));
    const observation = fc.record({
      observedAt: fc.nat(),
      limit: number,
      remaining: number,
      resetsInMs: number,
      retryAfterMs: number,
    });
    fc.assert(
      fc.property(fc.option(observation), fc.nat(), (one, now) => {
        for (const window of windowsOf(denHosting, 'ember', one, now)) {
          expect(limitWindowView.safeParse(window).success).toBe(true);
          expect(window.resets_in_s ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
