import { type Assignment, HASH, isSame, quoteOf } from './assignment.ts';
import { readDotenv } from './dotenv.ts';
import { readSystemdEnv } from './systemd-env.ts';

export type EnvGrammar = 'dotenv' | 'systemd';

const READERS: Readonly<Record<EnvGrammar, (file: Uint8Array) => Assignment[]>> = {
  dotenv: readDotenv,
  systemd: readSystemdEnv,
};

/** EF BB BF: some editors of Windows begin a file with it. It belongs to no name. */
const markLength = (file: Uint8Array): number =>
  file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf ? 3 : 0;

/** The assignments in the order of the file; places count from its first byte. */
function read(file: Uint8Array, grammar: EnvGrammar): Assignment[] {
  const offset = markLength(file);
  return READERS[grammar](file.subarray(offset)).map((one) => ({
    ...one,
    start: one.start + offset,
    end: one.end + offset,
  }));
}

/** The one that programs get: the last of its name. */
const winnerOf = (assignments: readonly Assignment[], name: string): Assignment | undefined =>
  assignments.findLast((one) => one.name === name);

/** What a program that reads the file finds in a variable; undefined where it is not there. */
export const findInEnvFile = (file: Uint8Array, name: string, grammar: EnvGrammar): Uint8Array | undefined =>
  winnerOf(read(file, grammar), name)?.value;

export type EnvEdit =
  /** `start`: where in the file the value begins, its quotes included, before and after. */
  | { readonly ok: true; readonly file: Uint8Array; readonly start: number }
  /** `missing`: the variable is not there. `ambiguous`: programs read this file in different ways. `unwritable`: no quotes fit the value. */
  | { readonly ok: false; readonly problem: 'missing' | 'ambiguous' | 'unwritable' };

/**
 * Gives a variable another value and leaves every other byte as it is: comments, order, line ends, a byte order mark, and the
 * kind of quotes as long as the value can stand in them. Of several assignments of the name, the one that counts is changed.
 * @param value no NUL, CR or LF
 */
export function editEnvFile(file: Uint8Array, name: string, value: Uint8Array, grammar: EnvGrammar): EnvEdit {
  const before = read(file, grammar);
  const winner = winnerOf(before, name);
  if (winner === undefined) return { ok: false, problem: 'missing' };
  if (winner.isOnLaterLine) return { ok: false, problem: 'ambiguous' };
  for (const written of spellings(value, winner.quote, grammar)) {
    // An unquoted value that touches a comment would swallow it, or be cut by it.
    const gap = file[winner.end] === HASH ? [0x20] : [];
    const next = concat(file.subarray(0, winner.start), written, gap, file.subarray(winner.end));
    // Whatever the rules above overlook, a file that reads differently anywhere else is not written.
    if (isOnlyChange(before, read(next, grammar), winner, value))
      return { ok: true, file: next, start: winner.start };
  }
  return { ok: false, problem: 'unwritable' };
}

function isOnlyChange(
  before: readonly Assignment[],
  after: readonly Assignment[],
  changed: Assignment,
  value: Uint8Array,
): boolean {
  if (after.length !== before.length) return false;
  const place = before.indexOf(changed);
  return before.every((one, at) => {
    const other = after[at];
    return other?.name === one.name && isSame(other.value, at === place ? value : one.value);
  });
}

function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes that mean the same without quotes to every program: letters, digits and `_-./:@%+,=`. */
const isPlain = (byte: number): boolean => /[A-Za-z0-9_\-./:@%+,=]/.test(String.fromCharCode(byte));

/** The ways to write a value, the one that the file uses first. */
function spellings(value: Uint8Array, quote: Assignment['quote'], grammar: EnvGrammar): Uint8Array[] {
  const plain = value.length > 0 && value.every(isPlain) ? [value] : [];
  const styles = grammar === 'dotenv' ? (["'", '"', '`'] as const) : (["'", '"'] as const);
  const quoted = styles.flatMap((style) => {
    const written = inQuotes(value, style, grammar);
    return written === undefined ? [] : [{ style, written }];
  });
  const asNow = quoted.filter(({ style }) => style === quote).map(({ written }) => written);
  const others = quoted.filter(({ style }) => style !== quote).map(({ written }) => written);
  // `$` between double quotes is a variable to some programs; there the file's own style gives way.
  const isDollarSafe = quote !== '"' || !value.includes(0x24) || grammar === 'systemd';
  const kept = quote === '' ? plain : isDollarSafe ? asNow : [];
  return [...kept, ...plain, ...others, ...asNow];
}

function inQuotes(value: Uint8Array, style: '"' | "'" | '`', grammar: EnvGrammar): Uint8Array | undefined {
  const mark = style.charCodeAt(0);
  if (grammar === 'systemd' && style === '"') {
    const escaped: number[] = [];
    for (const byte of value) {
      if (byte === 0x22 || byte === 0x5c || byte === 0x60 || byte === 0x24) escaped.push(0x5c);
      escaped.push(byte);
    }
    return concat([mark], escaped, [mark]);
  }
  if (value.some((byte) => quoteOf(byte) === style)) return undefined;
  return concat([mark], value, [mark]);
}
