import { describe, expect, test } from 'vitest';
import { estimate } from '../../../src-renderer/features/first-run/strength.ts';

describe('how strong a passphrase looks while it is typed', () => {
  test.each([
    ['short', 'weak'],
    ['password123', 'weak'],
    ['12345678901234567890', 'weak'],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefghijklmnopqrstuvwxyz', 'weak'],
    ['hunter2hunter', 'fair'],
    ['keymolt vault', 'fair'],
    ['copper lantern', 'fair'],
    ['four unrelated quiet words', 'strong'],
    ['kT9#vQ2!mZ7$pL', 'strong'],
    ['grüße an den Leuchtturm', 'strong'],
  ])('%j is %s', (text, strength) => {
    expect(estimate(text).strength).toBe(strength);
  });

  test('another word never makes it weaker', () => {
    const order = ['weak', 'fair', 'good', 'strong'];
    const words = ['copper', 'lantern', 'quiet', 'harbour', 'seven'];
    const grown = words.map((_, index) =>
      order.indexOf(estimate(words.slice(0, index + 1).join(' ')).strength),
    );
    expect(grown).toEqual(grown.toSorted((one, other) => one - other));
  });

  test('what is weak is told why, in words, and what is strong is left alone', () => {
    expect(estimate('password123').advice).toContain('commonly used');
    expect(estimate('four unrelated quiet words').advice).toBe('');
  });

  test('a very long text is looked at as quickly as a short one', () => {
    expect(estimate('x1'.repeat(5000)).strength).toBe('weak');
  });
});
