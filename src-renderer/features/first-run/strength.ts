export type Strength = 'empty' | 'weak' | 'fair' | 'good' | 'strong';

export const LEAST_LENGTH = 8;

const ALPHABETS = [/[a-z]/, /[A-Z]/, /\d/, /[^\p{L}\d\s]/u, /\s/, /[^\p{ASCII}]/u];
const ALPHABET_SIZES = [26, 26, 10, 30, 1, 60];
const WELL_KNOWN =
  /^(pass(word|phrase|wort)?|qwert[yz]|letmein|admin|welcome|iloveyou|keymolt|secret|changeme|\d+)[\d\W]*$/i;

/**
 * A rough estimate, shown as a hint while typing: bits by alphabet and length, less for repetition and for what
 * everyone tries first. It does not know words of a language, and says so by being modest.
 */
export const strengthOf = (text: string): Strength => {
  if (text === '') return 'empty';
  const characters = Array.from(text);
  if (characters.length < LEAST_LENGTH || WELL_KNOWN.test(text)) return 'weak';
  const alphabet = ALPHABETS.reduce(
    (size, pattern, index) => size + (pattern.test(text) ? (ALPHABET_SIZES[index] ?? 0) : 0),
    0,
  );
  // A character that follows from the one before (aaa, abc, 123) adds next to nothing.
  let surprising = 1;
  for (let index = 1; index < characters.length; index += 1) {
    const step = (characters[index]?.codePointAt(0) ?? 0) - (characters[index - 1]?.codePointAt(0) ?? 0);
    if (Math.abs(step) > 1) surprising += 1;
  }
  const distinct = new Set(characters).size;
  const bits = Math.min(surprising, distinct * 2) * Math.log2(Math.max(2, alphabet)) * 0.72;
  if (bits < 36) return 'weak';
  if (bits < 56) return 'fair';
  return bits < 76 ? 'good' : 'strong';
};
