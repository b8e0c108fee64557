/** What was typed, word by word, in small letters. */
export const wordsOf = (query: string): readonly string[] =>
  query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/** @param text in small letters */
export const hasAll = (text: string, words: readonly string[]): boolean =>
  words.every((word) => text.includes(word));
