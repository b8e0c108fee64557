/** One `NAME=value` of an env file, with the places of its value in the file's bytes. */
export interface Assignment {
  readonly name: string;
  /** What a program that reads the file gets. */
  readonly value: Uint8Array;
  /** Where the value stands as it is written, its quotes included: from here to before `end`. */
  readonly start: number;
  readonly end: number;
  /** `mixed`: written in a way that only a reading of the grammar explains; never kept when the value is replaced. */
  readonly quote: '' | '"' | "'" | '`' | 'mixed';
  /** The value begins on a later line than the name, where only some programs look for it. */
  readonly isOnLaterLine: boolean;
}

export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const BLANK = 0x20;
export const TAB = 0x09;
export const BACKSLASH = 0x5c;
export const DOUBLE = 0x22;
export const SINGLE = 0x27;
export const BACKTICK = 0x60;
export const HASH = 0x23;
export const EQUALS = 0x3d;
export const SEMICOLON = 0x3b;

export const quoteOf = (byte: number | undefined): '"' | "'" | '`' | undefined =>
  byte === DOUBLE ? '"' : byte === SINGLE ? "'" : byte === BACKTICK ? '`' : undefined;

/** Names of variables are ASCII; another byte gives a name that is none. */
export const textOf = (bytes: Uint8Array | readonly number[]): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
