import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, parseHttpDate, parseRetryAfter } from '../../../../src-shared/domain/limits/retry.ts';

const NOW = Date.UTC(2026, 0, 15, 12, 0, 0);

describe('backoffMs', () => {
  it('doubles from 2 s to 60 s and jitters in between', () => {
    expect([0, 1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, 0))).toEqual([
      2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    expect([0, 1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, 1))).toEqual([
      4000, 8000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  it('never leaves its range', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        expect(backoffMs(attempt, random)).toBeGreaterThanOrEqual(2000);
        expect(backoffMs(attempt, random)).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['23', 23_000],
    ['0', 0],
    ['-1', 0],
    ['1e12', 3_600_000],
    ['1000000000000', 3_600_000],
    ['1.5', 1500],
    [' 7 ', 7000],
    ['Thu, 15 Jan 2026 12:00:30 GMT', 30_000],
    ['Thursday, 15-Jan-26 12:00:30 GMT', 30_000],
    ['Thu Jan 15 12:00:30 2026', 30_000],
    ['Thu, 15 Jan 2026 11:59:00 GMT', 0],
    ['Fri, 15 Jan 2027 12:00:00 GMT', 3_600_000],
  ])('reads %s', (header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });

  it.each([
    undefined,
    '',
    'soon',
    'NaN',
    'Infinity',
    '0x10',
    '5 s',
    '2026-01-15T12:00:30Z',
    'Thu, 99 Xxx 2026 12:00:30 GMT',
  ])('takes %s for nonsense', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });

  it('stays within 0 and an hour whatever the header says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String)), (header) => {
        const waitMs = parseRetryAfter(header, NOW) ?? 0;
        expect(waitMs >= 0 && waitMs <= 3_600_000).toBe(true);
      }),
    );
  });
});

describe('parseHttpDate', () => {
  it('knows 29 February where there is one', () => {
    expect(parseHttpDate('Thu, 29 Feb 2024 00:00:00 GMT')).toBe(Date.UTC(2024, 1, 29));
  });
});
