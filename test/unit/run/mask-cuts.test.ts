import { describe, expect, it } from 'vitest';
import { patternsOf } from '../../../src-main/run/masking/mask-patterns.ts';
import { createMask, type MaskedSecret, StreamMasker } from '../../../src-main/run/masking/mask-stream.ts';

/** Every form of a value, cut at every byte: in two, and in three. */

const secret = (name: string, value: string, publicPrefix = ''): MaskedSecret => ({
  name,
  value: Buffer.from(value),
  publicPrefix,
});
const SECRETS: readonly MaskedSecret[] = [
  secret('hosting', 'mbd_live_Zq7Kx02mPwLr91TdVbYcNs4EuHgJf8A3', 'mbd_live_'),
  secret('agent', 'moltbotden_sk_0123456789abcdef0123456789abcdef', 'moltbotden_sk_'),
  secret('odd', 'a"b\\c d/é+zz&=9🦀%41'),
  secret('eight', 'Ab3$efgh'),
  // Its own beginning comes again inside of it.
  secret('again', 'abababababac'),
];

/** Written out here and not taken from what is tested: the forms that CLI.md names. */
const formsOf = (value: Buffer): Record<string, string> => {
  const text = value.toString('utf8');
  const hex = value.toString('hex');
  const percent = [...value].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const inGroup = (before: number, encoding: 'base64' | 'base64url'): string => {
    const whole = Buffer.concat([Buffer.alloc(before, '~'), value, Buffer.alloc(3, '~')]).toString(encoding);
    return whole.slice(Math.ceil((before * 4) / 3), Math.floor(((before + value.length) * 4) / 3));
  };
  return {
    raw: text,
    upper: text.toUpperCase(),
    lower: text.toLowerCase(),
    hex,
    'hex, upper': hex.toUpperCase(),
    percent,
    'percent, upper': percent.toUpperCase(),
    json: JSON.stringify(text).slice(1, -1),
    query: encodeURIComponent(text),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((before) =>
        (['base64', 'base64url'] as const).map((encoding) => [
          `${encoding}, ${before} before`,
          inGroup(before, encoding),
        ]),
      ),
    ),
  };
};

const shownOf = (mask: ReturnType<typeof createMask>, pieces: readonly Buffer[]): string => {
  const masker = new StreamMasker(mask);
  const shown = pieces.map((piece) => Buffer.from(masker.push(piece)));
  return Buffer.concat([...shown, masker.end()]).toString('latin1');
};

describe.each(SECRETS)('$name', ({ name, value, publicPrefix }) => {
  const one: MaskedSecret = { name, value, publicPrefix };
  const mask = createMask([one]);
  // A beginning that was let through tells at most this much; see the rule for what waits.
  const mostShown = Math.max(...patternsOf(one, 0).map(({ heldFrom }) => heldFrom)) - 1;
  const between = new RegExp(`^<([^]{0,${mostShown}})\\[molt:${name}\\]>$`);

  it.each(Object.entries(formsOf(Buffer.from(value))))('%s', (_form, form) => {
    const bytes = Buffer.from(`<${form}>`);
    expect(shownOf(mask, [bytes])).toBe(`<[molt:${name}]>`);
    expect(
      shownOf(
        mask,
        [...bytes].map((byte) => Buffer.of(byte)),
      ),
    ).toMatch(between);
    for (let first = 1; first < bytes.length; first += 1) {
      const inTwo = shownOf(mask, [bytes.subarray(0, first), bytes.subarray(first)]);
      expect(inTwo).toMatch(between);
      for (let second = first + 1; second < bytes.length; second += 1) {
        const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        const shown = shownOf(mask, pieces);
        if (!between.test(shown)) expect(shown).toMatch(between);
      }
    }
  });

  it('at the end of the stream, and right behind another one', () => {
    const form = Buffer.from(value);
    for (let at = 1; at < form.length; at += 1) {
      const [head, tail] = [form.subarray(0, at), form.subarray(at)];
      expect(shownOf(mask, [head, tail])).toMatch(new RegExp(`^[^]{0,${mostShown}}\\[molt:${name}\\]$`));
      // What was let through of the second stands between: it tells no more than of the first.
      expect(shownOf(mask, [Buffer.concat([form, head]), tail])).toMatch(
        new RegExp(`^\\[molt:${name}\\][^]{0,${mostShown}}\\[molt:${name}\\]$`),
      );
    }
  });
});

it('two values of which one begins with the other are told apart wherever they are cut', () => {
  const short = secret('short', 'Kx02mPwLr91TdVbY');
  const long = secret('long', 'Kx02mPwLr91TdVbYcNs4EuHg');
  const mask = createMask([short, long]);
  for (const { name, value } of [short, long]) {
    const bytes = Buffer.from(`<${Buffer.from(value).toString()}>`);
    for (let at = 1; at < bytes.length; at += 1) {
      const shown = shownOf(mask, [bytes.subarray(0, at), bytes.subarray(at)]);
      expect(shown).toMatch(new RegExp(`^<[^]{0,7}\\[molt:${name}\\]>$`));
    }
  }
});
