import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { VaultBench } from '../vault/vault-bench.ts';
import { contentOf, contentsAfterEachStep } from './vault-steps.ts';
import { buildWriter } from './writer-process.ts';

/** A vault to start from, and what it holds after each step of the writer. */
export interface FaultBench {
  readonly template: VaultBench;
  readonly contents: readonly string[];
  /** A new folder with a copy of the vault in it; removed with the bench. */
  folder(): string;
  emptyFolder(): string;
  dispose(): void;
}

export async function makeFaultBench(): Promise<FaultBench> {
  await buildWriter();
  const template = new VaultBench();
  await template.create();
  template.closeAll();
  const twin = new VaultBench().copyFrom(template);
  const contents = contentsAfterEachStep(await twin.reopen());
  twin.dispose();
  const root = mkdtempSync(join(tmpdir(), 'keymolt-faults-'));
  let count = 0;
  const emptyFolder = (): string => {
    count += 1;
    const folder = join(root, String(count));
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  };
  return {
    template,
    contents,
    emptyFolder,
    folder() {
      const folder = emptyFolder();
      cpSync(template.path, join(folder, 'vault.db'));
      return folder;
    },
    dispose() {
      rmSync(root, { recursive: true, force: true });
      template.dispose();
    },
  };
}

/**
 * After a fault: the vault opens untampered, and holds exactly the acknowledged steps, or one more that was under way.
 * @returns how many steps it holds
 */
export async function expectWholeSteps(
  bench: FaultBench,
  folder: string,
  acknowledged: number,
  underWay = 1,
): Promise<number> {
  const after = VaultBench.over(folder);
  try {
    const vault = await after.reopen();
    expect([vault.tamperFindings, vault.damagedIds]).toEqual([[], []]);
    expect(vault.verifyAudit()).toMatchObject({ intact: true });
    const steps = bench.contents.indexOf(contentOf(vault));
    expect(steps).toBeGreaterThanOrEqual(Math.max(acknowledged, 0));
    expect(steps).toBeLessThanOrEqual(Math.max(acknowledged, 0) + underWay);
    after.closeAll();
    const database = new Database(join(folder, 'vault.db'), { readonly: true });
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
    return steps;
  } finally {
    after.closeAll();
  }
}

/** Two at a time: the machines that run this have two cores. */
export async function inPairs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

/** At most `count` of them, evenly over the whole. */
export const sample = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, n) => items[Math.floor((n * items.length) / count)]!);

export const filesOf = (folder: string): Map<string, Buffer> =>
  new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
