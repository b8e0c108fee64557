import { describe, expect, test } from 'vitest';
import { soonestOf, standingOf } from '../../../src-renderer/features/headroom/standing.ts';
import { headroomOf, headroomShare, tightestOf } from '../../../src-renderer/features/keys/headroom.ts';
import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';

type LimitWindow = KeyLimitsView['windows'][number];
const limitWindow = (change: Partial<LimitWindow>): LimitWindow => ({
  id: 'minute',
  limit: 120,
  remaining: 60,
  resets_in_s: 41,
  source: 'observed',
  exhausted_in_s: null,
  ...change,
});
const limits = (...windows: LimitWindow[]): KeyLimitsView => ({
  name: 'a',
  env: 'dev',
  observed_at: null,
  windows,
  actions: [],
});

describe('headroom in words', () => {
  test('what is left of what, when it starts over, and how that is known', () => {
    expect(headroomOf(limitWindow({ remaining: 23 }))).toEqual({
      words: '23 of 120 left',
      detail: 'resets in 41 sec · seen in the last answer',
      share: 23 / 120,
      tone: 'warn',
    });
  });

  test('used up is an alarm; little is a warning', () => {
    expect(headroomOf(limitWindow({ remaining: 0 })).tone).toBe('danger');
    expect(headroomOf(limitWindow({ remaining: 12 })).tone).toBe('warn');
    expect(headroomOf(limitWindow({ remaining: 100 })).tone).toBe('neutral');
  });

  test('a limit that is only documented has no bar', () => {
    const burst = limitWindow({
      id: 'burst',
      limit: 50,
      remaining: null,
      resets_in_s: null,
      source: 'documented',
    });
    expect(headroomOf(burst)).toMatchObject({ words: '50 at once', share: null, detail: 'as documented' });
  });

  test('a forecast is said', () => {
    expect(headroomOf(limitWindow({ exhausted_in_s: 18 })).detail).toContain(
      'used up in about 18 sec at this rate',
    );
  });
});

describe('the window that runs out first', () => {
  test('is the one with the smallest share, not the smallest number', () => {
    const day = limitWindow({ id: 'day', limit: 1000, remaining: 100 });
    expect(tightestOf(limits(limitWindow({ remaining: 60 }), day))).toBe(day);
    expect(headroomShare(limits(limitWindow({ remaining: 60 }), day))).toBeCloseTo(0.1, 5);
  });

  test('is one that is known by number before one that is only documented', () => {
    const documented = limitWindow({ id: 'burst', remaining: null });
    const observed = limitWindow({ remaining: 120 });
    expect(tightestOf(limits(documented, observed))).toBe(observed);
    expect(tightestOf(limits(documented))).toBe(documented);
  });

  test('is none where nothing is known, or a limit makes no sense', () => {
    expect(tightestOf(undefined)).toBeNull();
    expect(headroomShare(limits(limitWindow({ limit: 0 })))).toBeUndefined();
    expect(tightestOf(limits(limitWindow({ limit: null })))).toBeNull();
  });
});

describe('where a key stands', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  const seen = (change: Partial<LimitWindow>, ago = 0): KeyLimitsView => ({
    ...limits(limitWindow(change)),
    observed_at: new Date(now - ago * 1000).toISOString(),
  });

  test('on the way to a 429 while the forecast holds, and no longer once its time has passed', () => {
    expect(soonestOf(seen({ exhausted_in_s: 20 }, 3), now)).toBe(20);
    expect(standingOf(seen({ exhausted_in_s: 20 }, 3), now)).toBe('soon');
    expect(standingOf(seen({ exhausted_in_s: 20 }, 40), now)).toBe('room');
  });

  test('used up until the window begins anew', () => {
    const used = { remaining: 0, exhausted_in_s: 0, resets_in_s: 30 };
    expect(soonestOf(seen(used, 20), now)).toBe(0);
    expect(soonestOf(seen(used, 60), now)).toBeNull();
  });

  test('a limited action counts as a window does', () => {
    const action = {
      id: 'den_messages',
      label: 'messages in a den',
      per: 'agent and den',
      place: 'the-den',
      limit: 30,
      remaining: 3,
      resets_in_s: 900,
      source: 'estimated' as const,
      exhausted_in_s: 120,
    };
    expect(soonestOf({ ...seen({}), actions: [action] }, now)).toBe(120);
  });

  test('little left, room, and nothing known', () => {
    expect(standingOf(seen({ remaining: 9 }), now)).toBe('low');
    expect(standingOf(seen({ remaining: 100 }), now)).toBe('room');
    expect(standingOf(seen({ remaining: null }), now)).toBe('unseen');
  });
});
