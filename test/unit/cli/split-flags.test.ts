import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitFlags } from '../../../src-main/cli/arguments/split-flags.ts';

const shapes = {
  env: { short: 'e', takesValue: true },
  only: { takesValue: true },
  quiet: { short: 'q', takesValue: false },
  json: { takesValue: false },
};
const options = Object.fromEntries(
  Object.entries(shapes).map(([name, { takesValue, ...shape }]) => [
    name,
    { ...shape, type: takesValue ? ('string' as const) : ('boolean' as const) },
  ]),
);
/** The parser of Node is the model. */
const model = (words: readonly string[]): unknown[] =>
  parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens.map(
    (token) => {
      if (token.kind === 'positional') return { kind: token.kind, value: token.value };
      if (token.kind === 'option-terminator') throw new Error('not asked');
      const { kind, name, rawName, value, inlineValue } = token;
      return { kind, name, rawName, value, inlineValue };
    },
  );

const word = fc.oneof(
  fc.constantFrom(
    '-',
    '-e',
    '-q',
    '-qe',
    '-eq',
    '-x',
    '-qx',
    '--env',
    '--json',
    '--only',
    '---',
    '--=x',
    '',
    'run',
  ),
  fc.constantFrom(
    '--env=',
    '--env=a=b',
    '--json=yes',
    '-eprod',
    '-qeprod',
    '-qxeprod',
    '--__proto__',
    '--constructor',
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ maxLength: 6 }).map((text) => `-${text}`),
  fc.string({ maxLength: 6 }).map((text) => `--${text}`),
);

describe('the words of a command line', () => {
  it('are read as the parser of Node reads them', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        // A dash among short flags is one more of them; the parser of Node takes it for the end of all flags.
        const own = words.filter((one) => one !== '--' && !/^-[^-].*-/s.test(one));
        expect(splitFlags(own, shapes)).toEqual(model(own));
      }),
      { numRuns: 3000 },
    );
  });
});
