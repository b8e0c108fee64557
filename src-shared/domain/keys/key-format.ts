import { type CharacterFinding, findOddCharacters, plainText } from './key-characters.ts';
import type { KeyFormat, PlatformDefinition } from '../platform-definition.ts';

export type KeyMode = KeyFormat['mode'];

export type KeyTextCause =
  | CharacterFinding['code']
  | 'key.wrong_case'
  | 'key.bad_alphabet'
  | 'key.bad_length'
  | 'key.wrong_prefix'
  | 'key.other_platform'
  | 'key.jwt_in_key_slot';

/** SECURITY: says where and what, never the text around it (test/unit/domain/keys/key-format.test.ts). */
export interface KeyTextFinding {
  readonly code: KeyTextCause;
  readonly message: string;
  /** Counted in characters from 0; null where the whole text is meant. */
  readonly position: number | null;
  /** `U+200B`; null where no single character is meant. */
  readonly codePoint: string | null;
}

export interface KeyTextReport {
  readonly mode: KeyMode;
  /** The most specific first. Empty: it looks as it should, or the platform documents no format. */
  readonly findings: readonly KeyTextFinding[];
}

type Formats = Pick<PlatformDefinition, 'id' | 'name' | 'keyFormats'>;

const ALPHABETS: Readonly<
  Record<KeyFormat['alphabet'], { readonly member: RegExp; readonly words: string }>
> = {
  hex_lower: { member: /[0-9a-f]/, words: 'hexadecimal digits in small letters' },
  hex: { member: /[0-9a-fA-F]/, words: 'hexadecimal digits' },
  alphanumeric: { member: /[0-9A-Za-z]/, words: 'letters and digits' },
  base64url: { member: /[0-9A-Za-z_-]/, words: 'letters, digits, - and _' },
  printable: { member: /[\x21-\x7e]/, words: 'printable characters' },
};

const JSON_WEB_TOKEN = /^eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

const hex = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const whole = (code: KeyTextCause, message: string): KeyTextFinding => ({
  code,
  message,
  position: null,
  codePoint: null,
});

/** Whether the text is exactly as the format says. */
export function fitsFormat(text: string, { prefix, alphabet, lengths }: KeyFormat): boolean {
  if (!text.startsWith(prefix)) return false;
  const body = text.slice(prefix.length);
  if (body === '' || (lengths.length > 0 && !lengths.includes(body.length))) return false;
  return Array.from(body).every((character) => ALPHABETS[alphabet].member.test(character));
}

/** Which platforms a value may be of, judged by its text alone; several where formats are the same. */
export function detectPlatforms<P extends Formats>(
  text: string,
  definitions: readonly P[],
): readonly { readonly definition: P; readonly mode: KeyMode }[] {
  return definitions.flatMap((definition) => {
    const format = definition.keyFormats.find((candidate) => fitsFormat(text, candidate));
    return format === undefined ? [] : [{ definition, mode: format.mode }];
  });
}

/**
 * What a value's text tells, before any call is made.
 * @param definition the platform that the value is meant for
 * @param all every known platform, to recognise a value of another one
 */
export function inspectKeyText(text: string, definition: Formats, all: readonly Formats[]): KeyTextReport {
  const odd = findOddCharacters(text);
  const plain = plainText(text);
  // A letter of another script that stands for no Latin one: nothing can be said of the shape.
  const shape =
    plain === undefined ? { mode: 'unknown' as const, findings: [] } : inspectShape(plain, definition, all);
  return { mode: shape.mode, findings: [...odd, ...shape.findings] };
}

function inspectShape(plain: string, definition: Formats, all: readonly Formats[]): KeyTextReport {
  const { keyFormats, name } = definition;
  if (JSON_WEB_TOKEN.test(plain)) {
    const message =
      'This is a session token (JSON Web Token), not an API key: it belongs in `Authorization: Bearer`.';
    return { mode: 'unknown', findings: [whole('key.jwt_in_key_slot', message)] };
  }
  const exact = keyFormats.find((format) => fitsFormat(plain, format));
  if (exact) return { mode: exact.mode, findings: [] };
  if (keyFormats.length === 0) return { mode: 'unknown', findings: [] };

  const prefixed = longestPrefix(
    plain,
    keyFormats.filter(({ prefix }) => prefix !== ''),
  );
  if (prefixed) return { mode: prefixed.mode, findings: inspectBody(plain, prefixed, name) };

  const other = findOtherPlatform(plain, definition, all);
  if (other) {
    const message = `This is a key of ${other.name}, not of ${name}.`;
    return { mode: 'unknown', findings: [whole('key.other_platform', message)] };
  }
  const miscased = keyFormats.find(
    ({ prefix }) => prefix !== '' && plain.toLowerCase().startsWith(prefix.toLowerCase()),
  );
  if (miscased) {
    const position = Array.from(miscased.prefix).findIndex(
      (character, index) => character !== plain.charAt(index),
    );
    const message = `The beginning of the key has a letter in the wrong case (character ${position + 1}): ${name} writes ${miscased.prefix}…`;
    const rest = inspectBody(miscased.prefix + plain.slice(miscased.prefix.length), miscased, name);
    return { mode: miscased.mode, findings: [{ ...whole('key.wrong_case', message), position }, ...rest] };
  }
  const bare = keyFormats.find(({ prefix }) => prefix === '');
  if (bare) return { mode: bare.mode, findings: inspectBody(plain, bare, name) };
  const expected = keyFormats.map(({ prefix }) => `${prefix}…`).join(' or ');
  const message = `A key of ${name} begins with ${expected}; this text does not.`;
  return { mode: 'unknown', findings: [{ ...whole('key.wrong_prefix', message), position: 0 }] };
}

function longestPrefix(text: string, formats: readonly KeyFormat[]): KeyFormat | undefined {
  return formats
    .filter(({ prefix }) => text.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** Another platform whose prefix the text has, or whose format it fits exactly where that has none. */
function findOtherPlatform(text: string, definition: Formats, all: readonly Formats[]): Formats | undefined {
  return all.find(
    (other) =>
      other.id !== definition.id &&
      other.keyFormats.some((format) =>
        format.prefix === '' ? fitsFormat(text, format) : text.startsWith(format.prefix),
      ),
  );
}

function inspectBody(text: string, format: KeyFormat, name: string): KeyTextFinding[] {
  const { prefix, alphabet, lengths } = format;
  const { member, words } = ALPHABETS[alphabet];
  const body = Array.from(text.slice(prefix.length));
  const findings: KeyTextFinding[] = [];
  const after = prefix === '' ? 'The key' : `The part after ${prefix}`;

  const miscased = alphabet === 'hex_lower' ? body.findIndex((character) => /[A-F]/.test(character)) : -1;
  if (miscased >= 0) {
    const position = prefix.length + miscased;
    const message = `${after} has a capital letter (character ${position + 1}); ${name} writes ${words}.`;
    findings.push({ ...whole('key.wrong_case', message), position });
  }
  const foreign = body.findIndex(
    (character) => !member.test(character) && !(alphabet === 'hex_lower' && /[A-F]/.test(character)),
  );
  if (foreign >= 0) {
    const position = prefix.length + foreign;
    const codePoint = hex(body[foreign] ?? '');
    const message = `${after} has a character that does not belong there (character ${position + 1}, ${codePoint}); ${name} uses ${words}.`;
    findings.push({ code: 'key.bad_alphabet', message, position, codePoint });
  }
  if (lengths.length > 0 && !lengths.includes(body.length)) {
    const message = `${after} has ${body.length} characters; ${name} has ${lengths.join(' or ')} there.`;
    findings.push(whole('key.bad_length', message));
  }
  return findings;
}

const MAX_SHOWN = 12;
const SHOWN_AFTER_PUBLIC = 4;

/**
 * The beginning of a value that may be shown: its public part plus 4 characters, 12 at most.
 * SECURITY: of a short value less is shown, and nothing from the first character on that is not plain ASCII.
 */
export function publicPrefix(
  text: string,
  definitions: readonly Pick<PlatformDefinition, 'keyFormats'>[],
): string {
  const formats = definitions.flatMap(({ keyFormats }) => keyFormats).filter(({ prefix }) => prefix !== '');
  const publicLength = longestPrefix(text, formats)?.prefix.length ?? 0;
  const secretLength = text.length - publicLength;
  const shown = text.slice(
    0,
    Math.min(MAX_SHOWN, publicLength + Math.min(SHOWN_AFTER_PUBLIC, Math.floor(secretLength / 4))),
  );
  return /^[\x21-\x7e]*/.exec(shown)?.[0] ?? '';
}
