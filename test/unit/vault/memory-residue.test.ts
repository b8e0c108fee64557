import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { derivedBytes, derivedLetters } from '../../support/vault/derived-bytes.ts';

/** How often each needle stands in the writable memory of a process. */
function countInMemory(pid: number, needles: ReadonlyMap<string, Buffer>): Map<string, number> {
  const counts = new Map([...needles.keys()].map((name) => [name, 0]));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (!range) continue;
    const [start, end] = [Number.parseInt(range[1]!, 16), Number.parseInt(range[2]!, 16)];
    const block = Buffer.alloc(Math.min(end - start, 256 * 2 ** 20));
    const size = readMapping(memory, block, start);
    for (const [name, needle] of needles) {
      for (let at = block.indexOf(needle); at !== -1 && at < size; at = block.indexOf(needle, at + 1)) {
        counts.set(name, counts.get(name)! + 1);
      }
    }
  }
  closeSync(memory);
  return counts;
}

/** @returns how much was read; 0 of a range that is reserved and not there */
function readMapping(memory: number, block: Buffer, start: number): number {
  try {
    return readSync(memory, block, 0, block.byteLength, start);
  } catch {
    return 0;
  }
}

test.runIf(process.platform === 'linux')(
  'after a lock no key, value or passphrase is left in the memory of the process',
  { timeout: 60_000 },
  async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../support/vault/memory-residue-entry.ts')],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const reached = async (word: string): Promise<void> => {
        while (!output.includes(word)) {
          if (child.exitCode !== null) throw new Error(`ended before it was ${word}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const needles = new Map([
        // The order of draws: the vault's id, then its key.
        ['vault key', derivedBytes('draw 2', 32)],
        ['passphrase', derivedLetters('passphrase', 24)],
        ...Array.from({ length: 8 }, (_, n) => [`value ${n}`, derivedBytes(`value ${n}`, 24)] as const),
      ]);
      await reached('open');
      const before = countInMemory(child.pid!, needles);
      expect([...before.values()].every((count) => count > 0)).toBe(true);
      child.stdin.write('\n');
      await reached('wiped');
      expect(Object.fromEntries(countInMemory(child.pid!, needles))).toEqual(
        Object.fromEntries([...needles.keys()].map((name) => [name, 0])),
      );
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  },
);
