import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What a process did to the files of one folder, in order, as strace recorded it. */
export type RecordedCall =
  | { readonly is: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly is: 'truncate'; readonly file: string; readonly size: number }
  | { readonly is: 'create' | 'remove' | 'sync'; readonly file: string }
  | { readonly is: 'rename' | 'link'; readonly file: string; readonly to: string }
  | { readonly is: 'sync-folder' }
  /** A line on standard output: what the process promised. */
  | { readonly is: 'said'; readonly line: string };

/** For strace: data in full and in hex, descriptors with their paths. */
export const RECORDING = [
  '-y',
  '-xx',
  '-s',
  '1000000',
  '-e',
  'trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename,link',
];

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** Reads strace's output; calls that failed or are about other files are left out. */
export function readRecording(trace: string, folder: string): RecordedCall[] {
  const calls: RecordedCall[] = [];
  const ours = (path: string): string | undefined =>
    path.startsWith(`${folder}/`) ? basename(path) : undefined;
  for (const line of readFileSync(trace, 'latin1').split('\n')) {
    const match = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(line);
    if (!match || match[3]!.startsWith('-')) continue;
    const [, call = '', args = ''] = match;
    const descriptor = /^(\d+)<((?:\\x[0-9a-f]{2}|[^>])*)>/.exec(args);
    const path = descriptor ? decodePath(descriptor[2]!) : '';
    const file = ours(path);
    const texts = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text = '']) => unhex(text));
    const numbers = args.split(', ').slice(1).map(Number);
    if (call === 'write' && descriptor?.[1] === '1')
      calls.push({ is: 'said', line: texts[0]!.toString().trim() });
    else if (call === 'pwrite64' && file)
      calls.push({ is: 'write', file, at: numbers.at(-1)!, bytes: texts[0]! });
    else if (call === 'ftruncate' && file) calls.push({ is: 'truncate', file, size: numbers.at(-1)! });
    else if (call === 'fsync' || call === 'fdatasync') {
      if (file) calls.push({ is: 'sync', file });
      else if (path === folder) calls.push({ is: 'sync-folder' });
    } else if (call === 'openat' && args.includes('O_CREAT')) {
      const created = ours(texts[0]!.toString());
      if (created) calls.push({ is: 'create', file: created });
    } else if (call === 'unlink') {
      const removed = ours(texts[0]!.toString());
      if (removed) calls.push({ is: 'remove', file: removed });
    } else if (call === 'rename' || call === 'link') {
      const [from, to] = texts.map((text) => ours(text.toString()));
      if (from && to) calls.push({ is: call, file: from, to });
    }
  }
  return calls;
}

const decodePath = (text: string): string => (text.includes('\\x') ? unhex(text).toString() : text);
