import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectWholeSteps, type FaultBench, inPairs, makeFaultBench } from '../support/faults/fault-bench.ts';
import { applyStep, contentOf, STEPS } from '../support/faults/vault-steps.ts';
import { passphrase, VaultBench } from '../support/vault/vault-bench.ts';
import { runTraced } from '../support/faults/writer-process.ts';

let bench: FaultBench;
/** The vault after all steps. */
let backup: Buffer;
beforeAll(async () => {
  bench = await makeFaultBench();
  const changed = new VaultBench().copyFrom(bench.template);
  const vault = await changed.reopen();
  for (let step = 0; step < STEPS; step += 1) applyStep(vault, step);
  changed.closeAll();
  backup = readFileSync(changed.path);
  changed.dispose();
});
afterAll(() => {
  bench.dispose();
});

/** How many steps the vault in this file holds. */
async function stepsOf(folder: string, name: string): Promise<number> {
  const copy = new VaultBench();
  try {
    for (const end of ['', '-wal']) {
      if (existsSync(join(folder, name + end))) cpSync(join(folder, name + end), copy.path + end);
    }
    const vault = await copy.reopen();
    expect(vault.tamperFindings).toEqual([]);
    return bench.contents.indexOf(contentOf(vault));
  } finally {
    copy.dispose();
  }
}

/** Every system call that changes a file or makes a change durable. */
const CALLS = ['pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'unlink', 'rename', 'link'];

/** Kills the writer at the n-th of these calls, for n = 1, 2, …, until one run gets through. @returns the number of kills */
async function killAtEach(
  call: string,
  mode: 'write' | 'create' | 'restore',
  check: (folder: string, acknowledged: number) => Promise<void>,
): Promise<number> {
  let kills = 0;
  let isThrough = false;
  const ordinals = Array.from({ length: 1000 }, (_, n) => 1 + n);
  await inPairs(ordinals, async (n) => {
    if (isThrough) return;
    const folder = mode === 'create' ? bench.emptyFolder() : bench.folder();
    if (mode === 'restore') writeFileSync(join(folder, 'backup.db'), backup);
    const run = await runTraced(folder, mode, [
      '-e',
      `trace=${call}`,
      '-e',
      `inject=${call}:signal=KILL:when=${n}`,
    ]);
    if (run.lines.at(-1) === 'closed') isThrough = true;
    else kills += 1;
    await check(folder, run.acknowledged);
  });
  expect(isThrough).toBe(true);
  return kills;
}

describe('row 8: kill -9 at every writing system call', () => {
  test('of twelve changes: each acknowledged one is there, none is half there', async () => {
    let kills = 0;
    const held = new Set<number>();
    for (const call of CALLS) {
      kills += await killAtEach(call, 'write', async (folder, acknowledged) => {
        held.add(await expectWholeSteps(bench, folder, acknowledged));
      });
    }
    // The suite would prove nothing if it killed before the first write, or only after the last.
    expect(kills).toBeGreaterThan(100);
    expect(held.size).toBe(STEPS + 1);
  });

  test('of a creation: there is a whole vault or none, and the next creation works', async () => {
    let kills = 0;
    for (const call of CALLS) {
      kills += await killAtEach(call, 'create', async (folder, acknowledged) => {
        const isThere = existsSync(join(folder, 'vault.db'));
        if (acknowledged >= 0) expect(isThere).toBe(true);
        const after = VaultBench.over(folder);
        try {
          const file = after.open();
          expect(file.state).toBe(isThere ? 'locked' : 'missing');
          if (kills % 5 !== 0) return; // Each of these derives a key.
          if (isThere) await file.unlock({ with: 'passphrase', secret: passphrase() });
          else await file.create(passphrase());
          expect(file.opened?.tamperFindings).toEqual([]);
        } finally {
          after.closeAll();
        }
      });
    }
    expect(kills).toBeGreaterThan(20);
  });

  test('of a restore: the vault is the old one or the new one, and the old one is never lost', async () => {
    let kills = 0;
    const held = new Set<number>();
    for (const call of CALLS) {
      kills += await killAtEach(call, 'restore', async (folder, acknowledged) => {
        const steps = await stepsOf(folder, 'vault.db');
        expect([0, STEPS]).toContain(steps);
        if (acknowledged === 1) expect(steps).toBe(STEPS);
        held.add(steps);
        if (steps === 0) return;
        const kept = readdirSync(folder).filter((name) => /^vault-replaced-.*\.db$/.test(name));
        expect(kept).toHaveLength(1);
        expect(await stepsOf(folder, kept[0]!)).toBe(0);
      });
    }
    expect(kills).toBeGreaterThan(8);
    expect(held).toEqual(new Set([0, STEPS]));
  });
});
