/** A word of a command line: one that is no flag, or a flag as it was written. */
export type Word =
  | { readonly kind: 'positional'; readonly value: string }
  | {
      readonly kind: 'option';
      /** Without the dashes; of a short flag, its long name where it has one. */
      readonly name: string;
      readonly rawName: string;
      readonly value: string | undefined;
      /** True where the value stood in the same word; undefined where there is none. */
      readonly inlineValue: boolean | undefined;
    };

/** What of a flag has to be known to read it. */
export interface FlagShape {
  readonly short?: string;
  /** The next word is its value, unless one stands in the same word. */
  readonly takesValue: boolean;
}

/**
 * Reads words as `parseArgs` of `node:util` does with `tokens`, not strictly (docs/decisions/0003): that one takes longer to
 * load than everything else between the start of Node and the question to the agent. Knows no `--`: it is cut off before.
 */
export const splitFlags = (
  words: readonly string[],
  shapes: Readonly<Record<string, FlagShape>>,
): readonly Word[] => {
  const found: Word[] = [];
  const rest = words.toReversed();
  const byShort = (letter: string): string =>
    Object.keys(shapes).find((name) => shapes[name]?.short === letter) ?? letter;
  const takesValue = (name: string): boolean =>
    Object.hasOwn(shapes, name) && shapes[name]?.takesValue === true;
  const add = (name: string, rawName: string, inline?: string): void => {
    const next = inline ?? (takesValue(name) ? rest.pop() : undefined);
    const inlineValue = next === undefined ? undefined : inline !== undefined;
    found.push({ kind: 'option', name, rawName, value: next, inlineValue });
  };
  for (let word = rest.pop(); word !== undefined; word = rest.pop()) {
    // A name of one letter at least, or none at all as in `--==`: then the first of them is meant.
    const equals = word.includes('=', 3) ? word.indexOf('=') : -1;
    if (word.length < 2 || !word.startsWith('-')) found.push({ kind: 'positional', value: word });
    else if (word.startsWith('--') && equals > 0)
      add(word.slice(2, equals), word.slice(0, equals), word.slice(equals + 1));
    else if (word.startsWith('--')) add(word.slice(2), word);
    else if (word.length === 2) add(byShort(word.slice(1)), word);
    else if (takesValue(byShort(word.charAt(1))))
      add(byShort(word.charAt(1)), word.slice(0, 2), word.slice(2));
    else {
      // `-qeprod` is `-q -eprod`.
      const letters = Array.from(word.slice(1));
      const valueAt = letters.findIndex((letter) => takesValue(byShort(letter)));
      const last = valueAt === -1 ? letters.length : valueAt;
      const apart = letters.slice(0, last).map((letter) => `-${letter}`);
      if (valueAt !== -1) apart.push(`-${letters.slice(valueAt).join('')}`);
      rest.push(...apart.toReversed());
    }
  }
  return found;
};
