import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMask,
  type Mask,
  type MaskedSecret,
  maskingTransform,
  StreamMasker,
} from '../../../src-main/run/masking/mask-stream.ts';
import { patternsOf } from '../../../src-main/run/masking/mask-patterns.ts';

const PREFIX = 'mbd_live_';
const VALUE = `${PREFIX}Zq7Kx02mPwLr91TdVbYcNs4EuHgJf8A3`;
const agent: MaskedSecret = { name: 'agent', value: Buffer.from(VALUE), publicPrefix: PREFIX };
const SHOWN = '[molt:agent]';

/** Writes the pieces one by one. @returns what was shown after each, and at the end */
const writeTo = (mask: Mask, pieces: readonly (string | Uint8Array)[]): string[] => {
  const masker = new StreamMasker(mask);
  const shown = pieces.map((piece) => Buffer.from(masker.push(Buffer.from(piece))).toString('latin1'));
  return [...shown, Buffer.from(masker.end()).toString('latin1')];
};
const write = (secrets: readonly MaskedSecret[], pieces: readonly (string | Uint8Array)[]): string[] =>
  writeTo(createMask(secrets), pieces);
const mask = (text: string | Uint8Array, secrets: readonly MaskedSecret[] = [agent]): string =>
  write(secrets, [text]).join('');

describe('what is masked', () => {
  const bytes = Buffer.from(VALUE);
  it.each([
    ['the value itself', VALUE],
    ['upper case', VALUE.toUpperCase()],
    ['lower case', VALUE.toLowerCase()],
    ['hex', bytes.toString('hex')],
    ['hex in upper case', bytes.toString('hex').toUpperCase()],
    ['every byte percent-encoded', [...bytes].map((byte) => `%${byte.toString(16).toUpperCase()}`).join('')],
    ['percent-encoded in lower case', [...bytes].map((byte) => `%${byte.toString(16)}`).join('')],
  ])('%s', (_name, form) => {
    expect(mask(`<${form}>`)).toBe(`<${SHOWN}>`);
  });

  it.each([0, 1, 2, 3, 4, 5])('base64 of a text with the value behind %i bytes', (before) => {
    const text = Buffer.concat([Buffer.alloc(before, '>?'), bytes, Buffer.from('~~')]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = text.toString(encoding);
      const shown = mask(encoded);
      expect(shown).toContain(SHOWN);
      // What is left decodes to nothing but the neighbours and at most the bits that they share a character with.
      const [left = '', right = ''] = shown.split(SHOWN);
      expect(left.length).toBeLessThanOrEqual(Math.ceil((before * 8) / 6));
      expect(right.length).toBeLessThanOrEqual(6);
    }
  });

  it('a value with odd characters, as JSON and as a query write it', () => {
    const odd = 'a"b\\c d/é+zz&=9';
    const secret = { name: 'odd', value: Buffer.from(odd), publicPrefix: '' };
    const shown = (text: string) => mask(text, [secret]);
    expect(shown(odd)).toBe('[molt:odd]');
    expect(shown(JSON.stringify(odd))).toBe('"[molt:odd]"');
    expect(shown('"a\\"b\\\\c d/\\u00e9+zz&=9"')).toBe('"[molt:odd]"');
    expect(shown(`?k=${encodeURIComponent(odd)}&x`)).toBe('?k=[molt:odd]&x');
  });

  it('two values where one begins with the other, and two side by side', () => {
    const long = { name: 'long', value: Buffer.from(`${VALUE}-more`), publicPrefix: PREFIX };
    expect(mask(`${VALUE} ${VALUE}-more ${VALUE}${VALUE}`, [agent, long])).toBe(
      `${SHOWN} [molt:long] ${SHOWN}${SHOWN}`,
    );
  });

  it('the end of one that overlaps the beginning of another', () => {
    const first = { name: 'first', value: Buffer.from('abcdefgh12345'), publicPrefix: '' };
    const second = { name: 'second', value: Buffer.from('12345ijklmnopq'), publicPrefix: '' };
    expect(mask('<abcdefgh12345ijklmnopq>', [first, second])).toBe('<[molt:second]>');
    expect(write([first, second], ['<abcdefgh12345', 'ijklmnopq>'])).toEqual([
      '<[molt:first]',
      '[molt:second]>',
      '',
    ]);
  });

  it('nothing else: bytes that are no text come through as they are', () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + 13) % 256));
    const masker = new StreamMasker(createMask([agent]));
    expect(Buffer.concat([masker.push(noise), masker.end()])).toEqual(noise);
  });

  it('no value so short that it stands in ordinary words', () => {
    const mask7 = createMask([{ name: 'short', value: Buffer.from('sevench'), publicPrefix: '' }]);
    expect(mask7.tooShort).toEqual(['short']);
    expect(Buffer.from(new StreamMasker(mask7).push(Buffer.from('sevench'))).toString()).toBe('sevench');
  });
});

describe('what waits', () => {
  it('is nothing before 4 characters past the public prefix', () => {
    expect(write([agent], ['name: m'])[0]).toBe('name: m');
    expect(write([agent], [`key: ${PREFIX}`])[0]).toBe(`key: ${PREFIX}`);
    expect(write([agent], [VALUE.slice(0, PREFIX.length + 3)])[0]).toBe(VALUE.slice(0, PREFIX.length + 3));
    expect(write([agent], [VALUE.slice(0, PREFIX.length + 4)])[0]).toBe('');
  });

  it('is nothing before 8 characters of an encoded form', () => {
    const hex = Buffer.from(VALUE).toString('hex');
    expect(write([agent], [hex.slice(0, 7)])[0]).toBe(hex.slice(0, 7));
    expect(write([agent], [hex.slice(0, 8)])[0]).toBe('');
  });

  it('is let go as soon as it is something else, or the stream ends', () => {
    const beginning = VALUE.slice(0, 20);
    expect(write([agent], [beginning, '!'])).toEqual(['', `${beginning}!`, '']);
    expect(write([agent], [beginning])).toEqual(['', beginning]);
  });

  it('leaves nothing of the rest, where a shorter beginning was let through', () => {
    const at = PREFIX.length + 3;
    expect(write([agent], [VALUE.slice(0, at), `${VALUE.slice(at)}.`])).toEqual([
      VALUE.slice(0, at),
      `${SHOWN}.`,
      '',
    ]);
  });

  it('may use its memory again: what waits is a copy', () => {
    const masker = new StreamMasker(createMask([agent]));
    const chunk = Buffer.from(VALUE.slice(0, 20));
    masker.push(chunk);
    chunk.fill('!');
    expect(Buffer.from(masker.end()).toString()).toBe(VALUE.slice(0, 20));
  });
});

describe('cut anywhere', () => {
  const secrets: readonly MaskedSecret[] = [
    agent,
    { name: 'b', value: Buffer.from('sk-0123456789abcdefghij'), publicPrefix: 'sk-' },
    { name: 'c', value: Buffer.from('abababababab'), publicPrefix: '' },
  ];
  const maskOfAll = createMask(secrets);
  const patterns = secrets.flatMap((secret, label) => patternsOf(secret, label));
  const forms = fc.constantFrom(...patterns.map(({ bytes }) => Buffer.from(bytes).toString('latin1')));
  const noise = fc.oneof(
    fc.string({ maxLength: 12 }),
    // Beginnings and ends of secrets, which a search could take for one.
    forms.chain((form) => fc.nat(form.length).map((at) => form.slice(0, at))),
    forms.chain((form) => fc.nat(form.length).map((at) => form.slice(at))),
  );
  const texts = fc.array(fc.oneof(noise, forms), { maxLength: 8 }).map((parts) => parts.join(''));
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });

  /** Which bytes belong to an occurrence of a pattern, found the slow way. */
  const covered = (text: Buffer): boolean[] => {
    const marks = new Array<boolean>(text.length).fill(false);
    for (const { bytes: form } of patterns) {
      const bytes = Buffer.from(form);
      for (let at = text.indexOf(bytes); at !== -1; at = text.indexOf(bytes, at + 1))
        marks.fill(true, at, at + bytes.length);
    }
    return marks;
  };

  const LONGEST_UNTELLING = Math.max(...patterns.map(({ heldFrom }) => heldFrom)) - 1;

  /** What may be shown of a text, as a pattern. */
  const expected = (text: Buffer): string => {
    const marks = covered(text);
    let source = '';
    for (let at = 0; at < text.length; at += 1) {
      if (!marks[at]) source += `\\x${(text[at] ?? 0).toString(16).padStart(2, '0')}`;
      else if (at === 0 || !marks[at - 1])
        source += `(?:[^]{0,${LONGEST_UNTELLING}}\\[molt:(?:agent|b|c)\\])+`;
    }
    return source;
  };

  it('shows, of a text in one piece, exactly what belongs to no secret', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(text, 'latin1');
        const marks = covered(bytes);
        const rest = [...bytes]
          .filter((_, at) => !marks[at])
          .map((byte) => String.fromCharCode(byte))
          .join('');
        const shown = writeTo(maskOfAll, [bytes]).join('');
        expect(shown.replace(/\[molt:(agent|b|c)\]/g, '')).toBe(rest.replace(/\[molt:(agent|b|c)\]/g, ''));
        for (const { bytes: form } of patterns)
          expect(Buffer.from(shown, 'latin1').includes(Buffer.from(form))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('never shows a telling part of a secret, and never loses a byte of anything else', () => {
    fc.assert(
      fc.property(texts, cuts, (text, sizes) => {
        const bytes = Buffer.from(text, 'latin1');
        const pieces: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        const shown = writeTo(maskOfAll, pieces).join('');
        // Around secrets everything as it was; of a secret at most a beginning that is not telling.
        expect(shown).toMatch(new RegExp(`^${expected(bytes)}$`));
      }),
      { numRuns: 500 },
    );
  });

  it('masks the value split at every single place', () => {
    for (let at = 1; at < VALUE.length; at += 1) {
      const shown = write([agent], ['<', VALUE.slice(0, at), VALUE.slice(at), '>']).join('');
      expect(shown).toMatch(/^<[^>]*\[molt:agent\]>$/);
      expect(shown.length).toBeLessThan(1 + PREFIX.length + 4 + SHOWN.length + 1);
    }
  });

  it('masks it byte by byte', () => {
    const shown = write([agent], Array.from(`<${VALUE}>`)).join('');
    expect(shown).toBe(`<${VALUE.slice(0, PREFIX.length + 3)}${SHOWN}>`);
  });
});

describe('as a stream', () => {
  it('passes everything on, and waits for a slow reader', async () => {
    const chunks = Array.from({ length: 200 }, (_, at) => Buffer.from(`${at}:${VALUE}\n`));
    let text = '';
    await pipeline(Readable.from(chunks), maskingTransform(createMask([agent])), async (source) => {
      for await (const chunk of source) {
        text += (chunk as Buffer).toString();
        await new Promise(setImmediate);
      }
    });
    expect(text).toBe(chunks.map((_, at) => `${at}:${SHOWN}\n`).join(''));
  });

  it('copes with a value of the largest size', () => {
    const value = Buffer.from(Array.from({ length: 32_768 }, (_, at) => 33 + ((at * 31 + (at >> 5)) % 90)));
    expect(
      mask(Buffer.concat([Buffer.from('<'), value, Buffer.from('>')]), [
        { name: 'agent', value, publicPrefix: '' },
      ]),
    ).toBe(`<${SHOWN}>`);
  });
});
