/** Larger than any file of settings; a log or a database given by mistake is not read to its end. */
export const MAX_ENV_FILE_BYTES = 1_048_576;
/** More than any program has; what has more is something else that happens to hold = signs. */
export const MAX_ENV_VARIABLES = 1000;

/** First bytes of what people drop by mistake, and what that is. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['PK\x03\x04', 'a ZIP archive or an Office document'],
  ['%PDF-', 'a PDF document'],
  ['\x89PNG', 'a picture'],
  ['\xff\xd8\xff', 'a picture'],
  ['GIF8', 'a picture'],
  ['\x7fELF', 'a program'],
  ['MZ\x90', 'a program'],
  ['\xcf\xfa\xed\xfe', 'a program'],
  ['SQLite format 3\0', 'a database'],
  ['\x1f\x8b', 'a compressed file'],
];

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  bytes.length >= text.length && Array.from(text).every((mark, at) => bytes[at] === mark.charCodeAt(0));

/**
 * Why bytes are no `.env` file, as the end of a sentence that begins with the file's name; null where nothing speaks against it.
 * SECURITY: says what kind of thing it is, never a word of what is in it.
 */
export function envTextProblem(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_ENV_FILE_BYTES) return `is larger than ${MAX_ENV_FILE_BYTES / 1_048_576} MB`;
  if (bytes.length === 0) return 'is empty';
  if (startsWith(bytes, '\xff\xfe') || startsWith(bytes, '\xfe\xff')) return 'is UTF-16 text, not UTF-8';
  const magic = MAGIC.find(([beginning]) => startsWith(bytes, beginning));
  if (magic !== undefined) return `is ${magic[1]}, not text`;
  if (bytes.includes(0)) return looksLikeUtf16(bytes) ? 'is UTF-16 text, not UTF-8' : 'is binary, not text';
  if (!isUtf8(bytes)) return 'is not UTF-8 text';
  const controls = bytes.reduce(
    (count, byte) => count + (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d ? 1 : 0),
    0,
  );
  return controls > 0 ? 'has control characters that no settings file has' : null;
}

/** Whether every character is whole and written in its shortest form (RFC 3629, section 4). */
const isUtf8 = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length =
      lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return false;
    const second = bytes[at + 1] ?? 0;
    // Longer than need be, a half of a pair of UTF-16, or beyond U+10FFFF.
    if (lead === 0xe0 && second < 0xa0) return false;
    if (lead === 0xed && second > 0x9f) return false;
    if (lead === 0xf0 && second < 0x90) return false;
    if (lead === 0xf4 && second > 0x8f) return false;
    for (let next = 1; next < length; next += 1) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return false;
    at += length;
  }
  return true;
};

/** Plain English in UTF-16 has a NUL in every second byte. */
const looksLikeUtf16 = (bytes: Uint8Array): boolean => {
  const sample = bytes.subarray(0, 64);
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const half = sample.length / 2;
  return zeros.some((count) => count > half * 0.7) && zeros.some((count) => count < half * 0.3);
};

/** Without the mark that some editors put at the beginning of a file (UTF-8 BOM). */
export const withoutMark = (bytes: Uint8Array): Uint8Array =>
  startsWith(bytes, '\xef\xbb\xbf') ? bytes.subarray(3) : bytes;
