import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectWholeSteps,
  type FaultBench,
  filesOf,
  inPairs,
  makeFaultBench,
} from '../support/faults/fault-bench.ts';
import { STEPS } from '../support/faults/vault-steps.ts';
import { runTraced } from '../support/faults/writer-process.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await makeFaultBench();
});
afterAll(() => {
  bench.dispose();
});

interface Fault {
  readonly call: string;
  /** What it ends with, in turns. */
  readonly errnos: readonly string[];
  /** How many calls there are from one that is failed to the next. */
  readonly stride: number;
}
const DISK_FULL_OR_BROKEN = ['ENOSPC', 'EIO'] as const;

/** Every write and every sync, once each. A failing close, unlink or rename loses nothing. */
const FAULTS: readonly Fault[] = [
  { call: 'pwrite64', errnos: DISK_FULL_OR_BROKEN, stride: 1 },
  { call: 'fsync', errnos: DISK_FULL_OR_BROKEN, stride: 1 },
  { call: 'fdatasync', errnos: DISK_FULL_OR_BROKEN, stride: 1 },
  { call: 'ftruncate', errnos: ['EIO'], stride: 1 },
];
/** Sampled: a run costs a fifth of a second, and what comes first is the same as above. */
const FAULTS_THAT_PASS: readonly Fault[] = [
  { call: 'pwrite64', errnos: DISK_FULL_OR_BROKEN, stride: 3 },
  { call: 'fsync', errnos: DISK_FULL_OR_BROKEN, stride: 2 },
];
const CODES = new Set(['DISK_FULL', 'STORAGE_FAILED']);

/** Fails the n-th call, or all from it on, for n = 1, 2, … until a run never gets there. */
async function failAtEach(
  { call, errnos, stride }: Fault,
  suffix: '' | '+',
  option: string[],
  check: (run: Awaited<ReturnType<typeof runTraced>>, folder: string) => Promise<void>,
): Promise<number> {
  let failures = 0;
  let isThrough = false;
  await inPairs(
    Array.from({ length: 1000 }, (_, n) => 1 + n * stride),
    async (n) => {
      if (isThrough) return;
      const errno = errnos[Math.floor(n / stride) % errnos.length]!;
      const folder = bench.folder();
      const run = await runTraced(
        folder,
        'write',
        [
          '-e',
          `trace=${call}`,
          '-o',
          `${folder}.trace`,
          '-e',
          `inject=${call}:error=${errno}:when=${n}${suffix}`,
        ],
        ...option,
      );
      const wasInjected = readFileSync(`${folder}.trace`, 'utf8').includes('(INJECTED)');
      if (!wasInjected) isThrough = true;
      else failures += 1;
      await check(run, folder);
    },
  );
  expect(isThrough).toBe(true);
  return failures;
}

describe('row 10: the disk fails', () => {
  test('for good, at every write and sync: said in words, old values readable, no acknowledged change lost', async () => {
    let failures = 0;
    const codes = new Set<string>();
    for (const fault of FAULTS) {
      failures += await failAtEach(fault, '+', [], async ({ lines, failure, acknowledged }, folder) => {
        // The writer reads every old value after a failure, and would have ended otherwise.
        expect(lines.join('\n')).not.toMatch(/BUG|Error/);
        if (failure !== undefined) codes.add(failure);
        await expectWholeSteps(bench, folder, acknowledged);
      });
    }
    expect([...codes].sort()).toEqual([...CODES].sort());
    expect(failures).toBeGreaterThan(150);
  });

  test('once, at writes and syncs all along: the same change goes through when tried again', async () => {
    let failures = 0;
    for (const fault of FAULTS_THAT_PASS) {
      failures += await failAtEach(fault, '', ['retry'], async ({ lines, acknowledged }, folder) => {
        expect(lines.join('\n')).not.toMatch(/BUG|Error/);
        const reached = await expectWholeSteps(bench, folder, acknowledged);
        if (lines.includes('ready')) expect(reached).toBe(STEPS);
      });
    }
    expect(failures).toBeGreaterThan(40);
  });
});

test('a folder that cannot be written: refused by name, and nothing in it is changed', async () => {
  const folder = bench.folder();
  const before = filesOf(folder);
  // Every opening for writing fails, as on a file system that is mounted read-only.
  const run = await runTraced(folder, 'write', [
    '-P',
    folder,
    '-P',
    `${folder}/vault.db`,
    '-P',
    `${folder}/lock.db`,
    '-e',
    'trace=openat,open',
    '-e',
    'inject=openat,open:error=EROFS',
  ]);
  expect(run.failure).toBe('READ_ONLY');
  expect(run.acknowledged).toBe(-1);
  expect(filesOf(folder)).toEqual(before);
});
