// C0, DEL, C1, and the characters that turn or hide text.
const UNPRINTABLE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Text of others, safe to show: what could move a cursor, turn the text around or hide is shown as `\u{…}`. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/**
 * Text for a field: without what nobody sees or what turns text around. A tab is a blank.
 * @param keepLines for a field of several lines
 */
export const withoutControls = (text: string, keepLines: boolean): string =>
  text
    .replaceAll('\t', ' ')
    .replace(/\r\n?/g, '\n')
    .replace(UNPRINTABLE, (character) => (keepLines && character === '\n' ? character : ''));
