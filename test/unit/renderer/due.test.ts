import { describe, expect, test } from 'vitest';
import { dueOf } from '../../../src-renderer/features/keys/due.ts';
import { fakeKey } from '../../support/fake-core/data.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const DAY_MS = 86_400_000;
const key = (daysLeft: number, more: object = {}) =>
  fakeKey(
    {
      name: 'a',
      days_left: daysLeft,
      due_at: new Date(NOW + daysLeft * DAY_MS).toISOString(),
      created_at: new Date(NOW + (daysLeft - 90) * DAY_MS).toISOString(),
      ...more,
    },
    NOW,
  );

describe('when a rotation is due, in words', () => {
  test.each([
    [-4, 'Overdue 4 days', 'danger'],
    [-1, 'Overdue 1 day', 'danger'],
    [0, 'Due today', 'warn'],
    [1, 'tomorrow', 'warn'],
    [7, 'in 7 days', 'warn'],
    [12, 'in 12 days', 'neutral'],
  ])('%i days: %s', (daysLeft, words, tone) => {
    expect(dueOf(key(daysLeft), NOW)).toMatchObject({ words, tone });
  });

  test('the bar shows how much of the period has passed, counted from the last rotation', () => {
    expect(dueOf(key(45), NOW)?.share).toBeCloseTo(0.5, 5);
    const rotated = new Date(NOW - 10 * DAY_MS).toISOString();
    expect(dueOf(key(30, { rotated_at: rotated }), NOW)?.share).toBeCloseTo(0.25, 5);
    expect(dueOf(key(-400), NOW)?.share).toBe(1);
  });

  test.each(['revoked', 'lost'] as const)('a %s key needs none', (status) => {
    expect(dueOf(key(-4, { status }), NOW)).toBeNull();
  });
});
