import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** No sensible .env file, unit or profile is larger. */
const MAX_BYTES = 1_048_576;

export type SourceFile =
  | { readonly state: 'read'; readonly bytes: Buffer }
  | { readonly state: 'absent' | 'unreadable' | 'too_large' | 'not_a_file' };

/** Reads a file that may be anything: absent, a pipe, a loop of links, another user's, 10 MB. Never waits. */
export function readSourceFile(file: string): SourceFile {
  let descriptor: number;
  try {
    // A pipe in its place would keep an ordinary opening waiting.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent' };
    return { state: code === 'ELOOP' || code === 'ENXIO' ? 'not_a_file' : 'unreadable' };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { state: 'not_a_file' };
    if (stats.size > MAX_BYTES) return { state: 'too_large' };
    const bytes = Buffer.alloc(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return { state: 'read', bytes: bytes.subarray(0, length) };
  } catch {
    return { state: 'unreadable' };
  } finally {
    closeSync(descriptor);
  }
}
