import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { askTerminal, hasTerminal } from './tty-reader.ts';
import { isTerminal } from './terminal.ts';

/** Same as the contract's limits (src-shared/contract/fields.ts), which the command line does not load; a test compares them. */
export const MAX_VALUE_BYTES = 32_768;
export const MAX_PASSPHRASE_BYTES = 4096;

export interface InputRules {
  readonly noInput: boolean;
}

export interface SecretSource {
  /** What is asked for, such as `passphrase`. */
  readonly what: string;
  /** The flag that names a file, for the hint. */
  readonly flag: string;
  /** Its value: a file, `-`, or undefined to ask on the terminal. */
  readonly file: string | undefined;
  readonly maxBytes: number;
  /** Ask twice, for something new. */
  readonly isNew?: boolean;
  readonly prompt?: string;
}

/**
 * A secret from a file, from stdin, or from the terminal without echo. One trailing newline of a file or of stdin is
 * not part of it. SECURITY: never from an argument or a variable, which others can read.
 * @throws {AppError} INPUT_REQUIRED, BAD_VALUE, BAD_FILE, FILE_NOT_FOUND, CANCELLED
 */
export const readSecret = async (source: SecretSource, rules: InputRules): Promise<Buffer> => {
  const { file, what, maxBytes } = source;
  if (file !== undefined && !(file === '-' && isTerminal('stdin'))) {
    return withoutLastNewline(readAtMost(file, maxBytes + 2, what));
  }
  if (rules.noInput || !hasTerminal()) {
    throw new AppError(
      'INPUT_REQUIRED',
      `the ${what} is needed, and there is nobody to ask`,
      `give ${source.flag} FILE, or - for stdin`,
    );
  }
  const prompt = source.prompt ?? `${capitalised(what)}: `;
  const first = await askTerminal(prompt, { echo: false });
  if (source.isNew === true) {
    const second = await askTerminal(`${capitalised(what)}, again: `, { echo: false });
    const isSame = first.equals(second);
    second.fill(0);
    if (!isSame) throw new AppError('BAD_VALUE', 'the two entries differ', 'try again');
  }
  return first;
};

/** @throws {AppError} BAD_VALUE */
export const checkPassphrase = (passphrase: Buffer, what: string): Buffer => {
  if (passphrase.length === 0) throw new AppError('BAD_VALUE', `the ${what} is empty`);
  if (passphrase.length > MAX_PASSPHRASE_BYTES) {
    throw new AppError('BAD_VALUE', `the ${what} has more than ${MAX_PASSPHRASE_BYTES} bytes`);
  }
  if (!isUtf8(passphrase)) throw new AppError('BAD_VALUE', `the ${what} is not UTF-8 text`);
  return passphrase;
};

/** The rules of a key's value. Says where the trouble is, and never what stands there. @throws {AppError} BAD_VALUE */
export const checkValue = (value: Buffer): Buffer => {
  if (value.length === 0) throw new AppError('BAD_VALUE', 'the value is empty');
  if (value.length > MAX_VALUE_BYTES) {
    throw new AppError(
      'BAD_VALUE',
      `the value has more than ${MAX_VALUE_BYTES} bytes`,
      'a key is one short line',
    );
  }
  if (!isUtf8(value)) throw new AppError('BAD_VALUE', 'the value is not UTF-8 text');
  for (const [byte, name] of [
    [0x00, 'NUL'],
    [0x0d, 'carriage return (CR)'],
    [0x0a, 'line feed (LF)'],
  ] as const) {
    const at = value.indexOf(byte);
    if (at !== -1) {
      throw new AppError(
        'BAD_VALUE',
        `the value has a ${name} at byte ${at + 1}`,
        'give the key alone, on one line',
      );
    }
  }
  if (value.toString('utf8').trim() === '')
    throw new AppError('BAD_VALUE', 'the value is nothing but blanks');
  return value;
};

/** `\n` or `\r\n`, once. */
const withoutLastNewline = (bytes: Buffer): Buffer => {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0;
  return bytes.subarray(0, bytes.length - end);
};

/** A configuration file is some kilobytes; this is room enough for a long one. */
export const MAX_TEMPLATE_BYTES = 1_048_576;

/** A whole file, or stdin for `-`. @throws {AppError} BAD_FILE where it is longer, FILE_NOT_FOUND */
export const readInput = (file: string, maxBytes: number, what: string): Buffer => {
  const bytes = readAtMost(file, maxBytes, what);
  if (bytes.length > maxBytes) throw new AppError('BAD_FILE', `the ${what} has more than ${maxBytes} bytes`);
  return bytes;
};

/** Reads a file, or stdin for `-`, but never more than needed to know that it is too long. */
const readAtMost = (file: string, maxBytes: number, what: string): Buffer => {
  const descriptor = file === '-' ? 0 : openToRead(file);
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  try {
    while (length < bytes.length) {
      const read = readOrWait(descriptor, bytes, length, what);
      if (read === 0) break;
      length += read;
    }
  } finally {
    if (file !== '-') closeSync(descriptor);
  }
  return bytes.subarray(0, length);
};

const WAIT_MS = 10;

const readOrWait = (descriptor: number, bytes: Buffer, at: number, what: string): number => {
  for (;;) {
    try {
      return readSync(descriptor, bytes, at, bytes.length - at, null);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw new AppError('BAD_FILE', `the ${what} cannot be read (${String(code)})`);
      // A non-blocking stdin without data yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
};

const openToRead = (file: string): number => {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new AppError('FILE_NOT_FOUND', `there is no file ${file}`);
    throw new AppError('BAD_FILE', `${file} cannot be opened (${String(code)})`);
  }
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
