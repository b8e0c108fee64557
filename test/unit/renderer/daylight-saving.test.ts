import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byDay, dayText, weeksOf } from '../../../src-shared/domain/rotation/due-calendar.ts';
import { daysLeftOf, deadlineOf } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import { localDay } from '../../../src-renderer/features/rotation/due/local-day.ts';
import { inDays } from '../../../src-renderer/ui/text/format.ts';

const DAY_MS = 86_400_000;
/** In Berlin the clock went forward on 29 March 2026 at 01:00 UTC, and goes back on 25 October at 01:00 UTC. */
const SWITCHES = [Date.parse('2026-03-29T01:00:00Z'), Date.parse('2026-10-25T01:00:00Z')];

describe('over a switch of the clock', () => {
  let zone: string | undefined;
  beforeAll(() => {
    zone = process.env['TZ'];
    process.env['TZ'] = 'Europe/Berlin';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('this zone has one', () => {
    for (const at of SWITCHES)
      expect(new Date(at - DAY_MS).getTimezoneOffset()).not.toBe(new Date(at + DAY_MS).getTimezoneOffset());
  });

  it('a day has 24 hours: the days left count down one by one, and never jump', () => {
    for (const at of SWITCHES) {
      const dueAt = at + 3 * DAY_MS + 1800_000;
      const left = Array.from({ length: 24 * 5 }, (_, hour) =>
        daysLeftOf(dueAt, at - DAY_MS + hour * 3_600_000),
      );
      expect([...new Set(left)]).toEqual([5, 4, 3, 2, 1, -1]);
      for (const [index, days] of left.entries()) {
        const before = left[index - 1] ?? days;
        expect([0, 1, 2]).toContain(before - days);
      }
    }
    expect([inDays(5), inDays(1)]).toEqual(['in 5 days', 'tomorrow']);
  });

  it('ninety days are ninety times 24 hours, wherever the clock was changed in between', () => {
    const created = {
      createdAt: '2026-03-01T12:00:00+01:00',
      rotatedAt: null,
      rotateEveryDays: 90,
      expiresAt: null,
    };
    expect(new Date(deadlineOf(created, null).dueAt).toISOString()).toBe('2026-05-30T11:00:00.000Z');
  });

  it('in the calendar each hour of the switch falls on its day on the wall, and no key is on two days or none', () => {
    expect(localDay('2026-03-28T22:59:59Z')).toBe('2026-03-28');
    expect(localDay('2026-03-28T23:00:00Z')).toBe('2026-03-29');
    expect(localDay('2026-03-29T21:59:59Z')).toBe('2026-03-29');
    expect(localDay('2026-03-29T22:00:00Z')).toBe('2026-03-30');
    expect(localDay('2026-10-24T22:00:00Z')).toBe('2026-10-25');
    expect(localDay('2026-10-25T22:59:59Z')).toBe('2026-10-25');
    for (const at of SWITCHES) {
      const keys = Array.from({ length: 96 }, (_, hour) => ({
        due_at: new Date(at - 2 * DAY_MS + hour * 3_600_000).toISOString(),
      }));
      const days = byDay(keys, localDay);
      expect([...days.values()].flat()).toHaveLength(keys.length);
      const shown = weeksOf(new Date(at).getFullYear(), new Date(at).getMonth() + 1, 1)
        .flat()
        .map(({ day }) => day);
      for (const day of days.keys()) expect(shown).toContain(day);
    }
  });

  it('a month has each of its days once, also the one of 23 and the one of 25 hours', () => {
    for (const month of [3, 10]) {
      const inMonth = weeksOf(2026, month, 1)
        .flat()
        .filter(({ isInMonth }) => isInMonth)
        .map(({ day }) => day);
      expect(inMonth).toEqual(Array.from({ length: 31 }, (_, at) => dayText(2026, month, at + 1)));
    }
  });
});
