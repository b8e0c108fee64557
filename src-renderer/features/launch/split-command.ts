export type SplitCommand = { readonly argv: readonly string[] } | { readonly unclosed: '"' | "'" };

/**
 * Splits a command line into program and arguments the way a POSIX shell groups words, and nothing more of a shell:
 * blanks separate, single quotes keep everything, double quotes keep all but \" and \\, a backslash outside
 * of quotes keeps the next character.
 */
export const splitCommand = (text: string): SplitCommand => {
  const argv: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (quote === null && /\s/.test(character)) {
      if (word !== null) argv.push(word);
      word = null;
    } else if (quote === null && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === quote) {
      quote = null;
    } else if (
      character === '\\' &&
      next !== '' &&
      (quote === null || (quote === '"' && (next === '"' || next === '\\')))
    ) {
      word = (word ?? '') + next;
      index += 1;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== null) return { unclosed: quote };
  if (word !== null) argv.push(word);
  return { argv };
};
