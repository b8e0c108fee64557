/** Characters that have no business in a key, and what a key would be without them. */

export interface CharacterFinding {
  readonly code: 'key.whitespace' | 'key.quoted' | 'key.lookalike';
  readonly message: string;
  readonly position: number;
  readonly codePoint: string;
}

// Blanks of every kind, controls, and what is not seen at all: zero-width, BOM, soft hyphen, direction marks.
const INVISIBLE = /[\s\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u3164\uffa0]/u;
const QUOTES = new Set(Array.from('"\'`“”„‟‘’‚‛«»‹›＂＇'));
// Letters, digits, dashes and underscores of other scripts and of the full-width forms.
const LOOKALIKE_KIND = /[\p{L}\p{Nd}\p{Nl}\p{Pd}\p{Pc}\u2212]/u;

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'a blank',
  '\t': 'a tab',
  '\r': 'a carriage return',
  '\n': 'a line break',
  '\u00a0': 'a no-break space',
  '\u200b': 'a zero-width space',
  '\u200c': 'a zero-width non-joiner',
  '\u200d': 'a zero-width joiner',
  '\u2060': 'a word joiner',
  '\ufeff': 'a byte order mark',
  '\u00ad': 'a soft hyphen',
};

// What the eye takes these for (Unicode TR 39, the part of it that keys can meet).
const LATIN_OF: ReadonlyMap<string, string> = new Map(
  (
    [
      ['аɑα', 'a'],
      ['Ьƅ', 'b'],
      ['ϲсⅽ', 'c'],
      ['ԁⅾ', 'd'],
      ['еҽ', 'e'],
      ['ƒ', 'f'],
      ['ɡ', 'g'],
      ['һհ', 'h'],
      ['іıι', 'i'],
      ['јϳ', 'j'],
      ['κк', 'k'],
      ['ӏⅼ', 'l'],
      ['мⅿ', 'm'],
      ['ոп', 'n'],
      ['оοօ', 'o'],
      ['рρ', 'p'],
      ['ԛ', 'q'],
      ['г', 'r'],
      ['ѕ', 's'],
      ['т', 't'],
      ['υս', 'u'],
      ['ѵν', 'v'],
      ['ԝѡ', 'w'],
      ['хχ', 'x'],
      ['уγ', 'y'],
      ['АΑ', 'A'],
      ['ВΒ', 'B'],
      ['С', 'C'],
      ['ЕΕ', 'E'],
      ['НΗ', 'H'],
      ['ІΙ', 'I'],
      ['Ј', 'J'],
      ['КΚ', 'K'],
      ['МΜ', 'M'],
      ['Ν', 'N'],
      ['ОΟ', 'O'],
      ['РΡ', 'P'],
      ['Ѕ', 'S'],
      ['ТΤ', 'T'],
      ['ХΧ', 'X'],
      ['ҮΥ', 'Y'],
      ['Ζ', 'Z'],
      ['‐‑‒–—−', '-'],
      ['‿', '_'],
    ] as const
  ).flatMap(([others, latin]) => Array.from(others).map((other) => [other, latin] as const)),
);

const codePointOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const isLookalike = (character: string): boolean =>
  (character.codePointAt(0) ?? 0) > 0x7f && LOOKALIKE_KIND.test(character) && !INVISIBLE.test(character);

/** The first of each kind, with how many more there are. */
export function findOddCharacters(text: string): CharacterFinding[] {
  const characters = Array.from(text);
  const findings: CharacterFinding[] = [];
  const report = (
    code: CharacterFinding['code'],
    isOdd: (character: string) => boolean,
    describe: (character: string) => string,
  ): void => {
    const places = characters.flatMap((character, index) => (isOdd(character) ? [index] : []));
    const [position] = places;
    if (position === undefined) return;
    const character = characters[position] ?? '';
    const place =
      position === 0 ? 'at its beginning' : position === characters.length - 1 ? 'at its end' : 'inside';
    const more = places.length > 1 ? `, and ${places.length - 1} more like it` : '';
    const codePoint = codePointOf(character);
    const message = `The key has ${describe(character)} ${place} (character ${position + 1}, ${codePoint}${more}).`;
    findings.push({ code, message, position, codePoint });
  };
  report(
    'key.whitespace',
    (character) => INVISIBLE.test(character),
    (character) => NAMES[character] ?? 'a blank or invisible character',
  );
  report(
    'key.quoted',
    (character) => QUOTES.has(character),
    () => 'a quotation mark',
  );
  report('key.lookalike', isLookalike, (character) => {
    const latin = LATIN_OF.get(character);
    return latin === undefined
      ? 'a letter or digit of another script'
      : `a character of another script that looks like “${latin}”`;
  });
  return findings;
}

/**
 * The text as it was probably meant: without blanks and quotes, look-alikes written in Latin.
 * @returns undefined where a character has no Latin counterpart
 */
export function plainText(text: string): string | undefined {
  const plain = Array.from(text)
    .filter((character) => !INVISIBLE.test(character) && !QUOTES.has(character))
    .map((character) =>
      isLookalike(character) ? (LATIN_OF.get(character) ?? character.normalize('NFKC')) : character,
    )
    .join('');
  return Array.from(plain).some(isLookalike) ? undefined : plain;
}
