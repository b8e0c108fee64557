import { isUtf8 } from 'node:buffer';
import { refuse } from './protocol-frame.ts';

/** Reading JSON that a stranger sent. */

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {AppError} BAD_REQUEST where the bytes are no JSON object, or nested too deep */
export const parseObject = (bytes: Buffer, maxDepth: number): Record<string, unknown> => {
  if (!isUtf8(bytes)) throw refuse('not UTF-8');
  // SECURITY: counted before parsing, so that nesting never costs a stack.
  if (isDeeperThan(bytes, maxDepth)) throw refuse(`nested deeper than ${maxDepth}`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse('not JSON');
  }
  if (!isPlainObject(value)) throw refuse('not an object');
  return value;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Whether JSON text nests deeper than `maxDepth`; brackets inside strings do not count. */
export const isDeeperThan = (json: Uint8Array, maxDepth: number): boolean => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
  }
  return false;
};
