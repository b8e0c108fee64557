import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectWholeSteps, type FaultBench, makeFaultBench } from '../support/faults/fault-bench.ts';
import { STEPS } from '../support/faults/vault-steps.ts';
import { finish, startWriter } from '../support/faults/writer-process.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await makeFaultBench();
});
afterAll(() => {
  bench.dispose();
});

test('row 13: of two processes one has the vault; the other is told so, and gets it when the first is gone', async () => {
  const folder = bench.folder();
  const first = startWriter(folder, 'hold');
  const ended = finish(first);
  await once(first.stdout!, 'data');
  const second = await finish(startWriter(folder, 'write'));
  expect(second.lines).toEqual(['refused VAULT_IN_USE']);
  // Killed: nothing of it stays behind that would have to be cleaned up.
  first.kill('SIGKILL');
  await ended;
  const third = await finish(startWriter(folder, 'write'));
  expect(third.lines.at(-1)).toBe('closed');
  expect(await expectWholeSteps(bench, folder, third.acknowledged, 0)).toBe(STEPS);
});

test('row 13: eight processes at once: one writes, the others are refused, no change is lost', async () => {
  const folder = bench.folder();
  const holder = startWriter(folder, 'hold');
  const held = finish(holder);
  await once(holder.stdout!, 'data');
  const others = await Promise.all(Array.from({ length: 8 }, () => finish(startWriter(folder, 'write'))));
  expect(others.map(({ lines }) => lines)).toEqual(Array.from({ length: 8 }, () => ['refused VAULT_IN_USE']));
  holder.stdin!.write('\n');
  expect((await held).lines.at(-1)).toBe('closed');
  const runs = await Promise.all(Array.from({ length: 4 }, () => finish(startWriter(folder, 'write'))));
  for (const { lines } of runs) expect(['closed', 'refused VAULT_IN_USE']).toContain(lines.at(-1));
  expect(runs.some(({ acknowledged }) => acknowledged === STEPS)).toBe(true);
});
