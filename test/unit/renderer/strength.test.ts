import { describe, expect, test } from 'vitest';
import { strengthOf } from '../../../src-renderer/features/first-run/strength.ts';

describe('how strong a passphrase looks while it is typed', () => {
  test.each([
    ['', 'empty'],
    ['short', 'weak'],
    ['password123', 'weak'],
    ['12345678901234567890', 'weak'],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefghijklmnopqrstuvwxyz', 'weak'],
    ['hunter2hunter', 'fair'],
    ['copper lantern', 'fair'],
    ['four unrelated quiet words', 'strong'],
    ['kT9#vQ2!mZ7$pL', 'good'],
    ['grüße an den Leuchtturm', 'strong'],
  ])('%j is %s', (text, strength) => {
    expect(strengthOf(text)).toBe(strength);
  });

  test('another word never makes it weaker', () => {
    const order = ['empty', 'weak', 'fair', 'good', 'strong'];
    const words = ['copper', 'lantern', 'quiet', 'harbour', 'seven'];
    const grown = words.map((_, index) => order.indexOf(strengthOf(words.slice(0, index + 1).join(' '))));
    expect(grown).toEqual(grown.toSorted((one, other) => one - other));
  });
});
