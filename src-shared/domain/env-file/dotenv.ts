import { type Assignment, BLANK, EQUALS, HASH, NEWLINE, quoteOf, RETURN, TAB, textOf } from './assignment.ts';

/**
 * Reads a .env file as `util.parseEnv` of Node does (https://nodejs.org/api/util.html#utilparseenvcontent), quirk by quirk:
 * carriage returns are not there, a quoted value ends at the next quote of its kind wherever that is, and what follows it
 * on its line is nothing. A name may come several times; the last one is what programs get.
 */
export function readDotenv(file: Uint8Array): Assignment[] {
  const { bytes, places } = withoutReturns(file);
  const found: Assignment[] = [];
  const isBlank = (at: number): boolean => {
    const byte = bytes[at];
    return byte === BLANK || byte === TAB || byte === NEWLINE;
  };
  // Node trims the whole text once, so the end is where the last mark is.
  let end = bytes.length;
  while (end > 0 && isBlank(end - 1)) end -= 1;
  const skipBlanks = (from: number): number => {
    let at = from;
    while (at < end && isBlank(at)) at += 1;
    return at;
  };
  const findByte = (byte: number, from: number): number => {
    const at = bytes.indexOf(byte, from);
    return at === -1 || at >= end ? -1 : at;
  };
  const nextLine = (from: number): number => {
    const newline = findByte(NEWLINE, from);
    return newline === -1 ? end : newline + 1;
  };

  for (let at = skipBlanks(0); at < end;) {
    if (bytes[at] === NEWLINE || bytes[at] === HASH) {
      at = nextLine(at);
      continue;
    }
    const equals = findByte(EQUALS, at);
    const newline = findByte(NEWLINE, at);
    if (equals === -1 || (newline !== -1 && newline < equals)) {
      if (newline === -1) break;
      at = skipBlanks(newline + 1);
      continue;
    }
    const left = trim(textOf(bytes.subarray(at, equals)));
    // Node takes `export ` off a name that has a value, and leaves it where there is none.
    const isEmpty = equals + 1 >= end || bytes[equals + 1] === NEWLINE;
    const name = isEmpty ? left : withoutExport(left);
    const behind = equals + 1;
    const add = (value: Uint8Array, start: number, stop: number, quote: Assignment['quote']): void => {
      found.push({
        name,
        value,
        start: places[start] ?? file.length,
        end: stop > start ? (places[stop - 1] ?? file.length - 1) + 1 : (places[start] ?? file.length),
        quote,
        isOnLaterLine: bytes.subarray(behind, start).includes(NEWLINE),
      });
    };
    if (behind >= end) {
      // At the end of the file; blanks and line ends that were trimmed stay behind the value.
      add(new Uint8Array(), behind, behind, '');
      break;
    }
    if (bytes[behind] === NEWLINE) {
      add(new Uint8Array(), behind, behind, '');
      at = behind + 1;
      continue;
    }
    const start = skipBlanks(behind);
    if (name === '') {
      // An = with nothing before it is passed over, and what follows is read as if it began a line.
      at = start;
      continue;
    }
    const quote = quoteOf(bytes[start]);
    const closing = quote === undefined ? -1 : findByte(bytes[start] ?? 0, start + 1);
    if (quote !== undefined && closing !== -1) {
      const inner = bytes.subarray(start + 1, closing);
      add(quote === '"' ? withNewlines(inner) : inner, start, closing + 1, quote);
      at = nextLine(closing + 1);
      continue;
    }
    const lineEnd = findByte(NEWLINE, start);
    const line = bytes.subarray(start, lineEnd === -1 ? end : lineEnd);
    // A quote without its other half is an ordinary mark, and then a # behind it is one too.
    const hash = quote === undefined ? line.indexOf(HASH) : -1;
    const raw = hash === -1 ? line : line.subarray(0, hash);
    const length = quote === undefined ? trimmedLength(raw) : raw.length;
    if (length === 0) add(new Uint8Array(), behind, behind, '');
    else add(raw.subarray(0, length), start, start + length, quote === undefined ? '' : 'mixed');
    // Only behind such a value are blanks passed over, before it is seen whether a comment begins.
    at = skipBlanks(lineEnd === -1 ? end : lineEnd + 1);
  }
  return found;
}

function withoutReturns(file: Uint8Array): {
  readonly bytes: Uint8Array;
  readonly places: readonly number[];
} {
  const places: number[] = [];
  for (let at = 0; at < file.length; at += 1) if (file[at] !== RETURN) places.push(at);
  return { bytes: Uint8Array.from(places, (at) => file[at] ?? 0), places };
}

const isLineBlank = (byte: number | undefined): boolean => byte === BLANK || byte === TAB || byte === NEWLINE;

function trimmedLength(bytes: Uint8Array): number {
  let length = bytes.length;
  while (length > 0 && isLineBlank(bytes[length - 1])) length -= 1;
  return length;
}

const withoutExport = (name: string): string => (name.startsWith('export ') ? trim(name.slice(7)) : name);

const trim = (text: string): string => text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');

/** Between double quotes `\n` is a line feed; nothing else is an escape. */
function withNewlines(bytes: Uint8Array): Uint8Array {
  const value: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const isEscape = bytes[at] === 0x5c && bytes[at + 1] === 0x6e;
    value.push(isEscape ? NEWLINE : (bytes[at] ?? 0));
    if (isEscape) at += 1;
  }
  return Uint8Array.from(value);
}
