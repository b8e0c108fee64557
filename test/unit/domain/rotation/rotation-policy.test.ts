import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dueOf, idleDays } from '../../../../src-shared/domain/rotation/rotation-policy.ts';

const at = (text: string): number => Date.parse(text);
const key = (more: object = {}) => ({
  createdAt: '2026-01-01T00:00:00.000Z',
  rotatedAt: null,
  rotateEveryDays: null,
  expiresAt: null,
  lastUsedAt: null,
  ...more,
});

describe('when a key is due', () => {
  it('is 90 days after it was made, where nobody said otherwise', () => {
    expect(dueOf(key(), null, at('2026-01-01T00:00:00Z'))).toEqual({
      rotateEveryDays: 90,
      dueAt: at('2026-04-01T00:00:00Z'),
      daysLeft: 90,
    });
  });

  it('goes by the key, then the environment, and from the last rotation', () => {
    expect(dueOf(key(), 30, 0).rotateEveryDays).toBe(30);
    expect(dueOf(key({ rotateEveryDays: 7 }), 30, 0).rotateEveryDays).toBe(7);
    expect(dueOf(key({ rotatedAt: '2026-02-01T00:00:00.000Z' }), 30, 0).dueAt).toBe(
      at('2026-03-03T00:00:00Z'),
    );
  });

  it('is never after the key has expired', () => {
    expect(dueOf(key({ expiresAt: '2026-01-11T00:00:00Z' }), null, at('2026-01-01T00:00:00Z')).daysLeft).toBe(
      10,
    );
  });

  it('counts a begun day whole, and overdue ones below zero', () => {
    const due = at('2026-04-01T00:00:00Z');
    expect(dueOf(key(), null, due - 1).daysLeft).toBe(1);
    expect(dueOf(key(), null, due + 1).daysLeft).toBe(-1);
    expect(dueOf(key(), null, due + DAY_MS + 1).daysLeft).toBe(-2);
  });

  it('knows the 29th of February, and no daylight saving', () => {
    expect(
      new Date(
        dueOf(key({ createdAt: '2028-02-29T12:00:00.000Z', rotateEveryDays: 365 }), null, 0).dueAt,
      ).toISOString(),
    ).toBe('2029-02-28T12:00:00.000Z');
    expect(
      new Date(
        dueOf(key({ createdAt: '2026-03-28T23:30:00.000Z', rotateEveryDays: 1 }), null, 0).dueAt,
      ).toISOString(),
    ).toBe('2026-03-29T23:30:00.000Z');
  });

  it('never gets later as time goes on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 }), fc.nat(4e11), fc.nat(4e11), (days, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((now) =>
          dueOf(key({ rotateEveryDays: days }), null, at('2026-01-01') + now),
        );
        return early!.dueAt === late!.dueAt && early!.daysLeft >= late!.daysLeft;
      }),
    );
  });
});

describe('unused days', () => {
  it('count from the last use, or from the making', () => {
    const now = at('2026-02-10T00:00:00Z');
    expect(idleDays(key(), now)).toBe(40);
    expect(idleDays(key({ lastUsedAt: '2026-02-09T23:00:00Z' }), now)).toBe(0);
    expect(idleDays(key({ lastUsedAt: '2027-01-01T00:00:00Z' }), now)).toBe(0);
  });
});
