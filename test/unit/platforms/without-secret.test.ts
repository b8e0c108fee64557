import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutSecret } from '../../../src-main/platforms/without-secret.ts';

describe('withoutSecret', () => {
  const secret = 'mbd_live_Ab3dEf6hIj9kLmNoPqRsTuVwXyZ01234';

  it.each([
    ['Key mbd_live_Ab3dEf6hIj9kLmNoPqRsTuVwXyZ01234 is wrong.', 'Key mbd_live_[redacted] is wrong.'],
    ['Key ending in VwXyZ01234 is wrong.', 'Key ending in [redacted] is wrong.'],
    ['Key Ab3dEf6hIj… is wrong.', 'Key [redacted]… is wrong.'],
    ['Keys begin with mbd_live_ here.', 'Keys begin with mbd_live_ here.'],
    ['Nothing of it.', 'Nothing of it.'],
    ['', ''],
  ])('%s', (text, shown) => {
    expect(withoutSecret(text, secret, 'mbd_live_')).toBe(shown);
  });

  it('leaves no part of 8 characters, wherever it stands', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(letters, letters, letters, fc.nat(), fc.nat(), (before, hidden, after, from, to) => {
        const shown = withoutSecret(before + hidden.slice(from % hidden.length, to) + after, hidden, '');
        const shortest = Math.min(8, hidden.length);
        for (let at = 0; at + shortest <= hidden.length; at += 1) {
          // Between two replacements, "[redacted]" itself has letters of the alphabet.
          for (const rest of shown.split('[redacted]'))
            expect(rest).not.toContain(hidden.slice(at, at + shortest));
        }
      }),
    );
  });

  it('is quick on a hostile text', () => {
    expect(withoutSecret('a'.repeat(1_000_000), `${'a'.repeat(4000)}b`, '').length).toBeLessThanOrEqual(2000);
  });
});
