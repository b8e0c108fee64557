// What the core refuses in a text (src-shared/contract/fields.ts), and what cannot be seen in a field.
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * Text as it may be kept: pasted line ends and tabs become blanks, other characters that cannot be seen are left out.
 * @param mayHaveLines line ends stay
 */
export const cleanText = (text: string, mayHaveLines = false): string => {
  const even = text.replace(/\r\n?|\u2028|\u2029/g, '\n').replaceAll('\t', ' ');
  return mayHaveLines
    ? even
        .split('\n')
        .map((line) => line.replace(UNSEEN, ''))
        .join('\n')
    : even.replace(/\n+/g, ' ').replace(UNSEEN, '');
};
