import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const BLOCK_BYTES = 1 << 20;

/** @returns how often each of these stands in the memory of a process. Needs root. */
export function countInMemory(pid: number, wanted: readonly (string | Buffer)[]): number[] {
  const needles = wanted.flatMap((what, index) =>
    // V8 keeps strings with one byte or with two bytes a character.
    (typeof what === 'string' ? [Buffer.from(what, 'utf8'), Buffer.from(what, 'utf16le')] : [what]).map(
      (bytes) => ({ index, bytes }),
    ),
  );
  const longest = Math.max(...needles.map(({ bytes }) => bytes.length));
  const counts = wanted.map(() => 0);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const { from, to } of writableRegions(pid)) {
      const block = Buffer.alloc(BLOCK_BYTES + longest);
      for (let at = from; at < to; at += BLOCK_BYTES) {
        let length: number;
        try {
          length = readSync(memory, block, 0, Math.min(block.length, to - at), at);
        } catch {
          // A guard page.
          continue;
        }
        for (const { index, bytes } of needles) {
          for (let hit = block.subarray(0, length).indexOf(bytes); hit !== -1 && hit < BLOCK_BYTES;) {
            counts[index] = (counts[index] ?? 0) + 1;
            hit = block.subarray(0, length).indexOf(bytes, hit + 1);
          }
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return counts;
}

interface Region {
  readonly from: number;
  to: number;
}

const PAGE_BYTES = 4096;

/** proc_pid_maps(5), less what was never touched. */
function writableRegions(pid: number): Region[] {
  const pages = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    return readFileSync(`/proc/${pid}/maps`, 'latin1')
      .split('\n')
      .flatMap((line) => {
        const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
        return from === undefined || to === undefined
          ? []
          : touchedParts(pages, Number.parseInt(from, 16), Number.parseInt(to, 16));
      });
  } finally {
    closeSync(pages);
  }
}

/** proc_pid_pagemap(5): the two highest bits of a page's 64 say that it is in memory, or swapped out. */
function touchedParts(pages: number, from: number, to: number): Region[] {
  const entries = Buffer.alloc(((to - from) / PAGE_BYTES) * 8);
  readSync(pages, entries, 0, entries.length, (from / PAGE_BYTES) * 8);
  const parts: Region[] = [];
  for (let at = from, entry = 7; at < to; at += PAGE_BYTES, entry += 8) {
    if (((entries[entry] ?? 0) & 0xc0) === 0) continue;
    const last = parts.at(-1);
    if (last?.to === at) last.to = at + PAGE_BYTES;
    else parts.push({ from: at, to: at + PAGE_BYTES });
  }
  return parts;
}
