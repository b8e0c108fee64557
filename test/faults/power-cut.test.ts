import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultBench, filesOf, makeFaultBench, sample } from '../support/faults/fault-bench.ts';
import { type RecordedCall, readRecording, RECORDING } from '../support/faults/recorded-writes.ts';
import { type Unsynced, UnpluggedDisk } from '../support/faults/unplugged-disk.ts';
import { keychainSecret, VaultBench } from '../support/vault/vault-bench.ts';
import { contentOf, STEPS } from '../support/faults/vault-steps.ts';
import { runTraced } from '../support/faults/writer-process.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await makeFaultBench();
});
afterAll(() => {
  bench.dispose();
});

/** What is torn is drawn anew each time. */
const MODES: readonly Unsynced[] = ['dropped', 'kept', 'torn', 'torn', 'torn', 'torn'];
/** Of each mode; a state costs some ten milliseconds. */
const MAX_CUTS = 400;

async function record(
  mode: 'write' | 'create',
): Promise<{ calls: RecordedCall[]; before: Map<string, Buffer> }> {
  const folder = mode === 'write' ? bench.folder() : bench.emptyFolder();
  const before = filesOf(folder);
  const trace = `${folder}.trace`;
  const run = await runTraced(folder, mode, ['-o', trace, ...RECORDING]);
  expect(run.lines.at(-1)).toBe('closed');
  const calls = readRecording(trace, folder);
  // Played to its end, the recording gives the files that the process left behind.
  const disk = new UnpluggedDisk(before);
  for (const call of calls) disk.apply(call);
  const after = disk.afterPowerCut('kept', () => 0);
  expect(after.get('vault.db')).toEqual(filesOf(folder).get('vault.db'));
  return { calls, before };
}

/** Plays the recording to each cut, and shows what is found afterwards in a folder of its own. */
async function eachCut(
  { calls, before }: Awaited<ReturnType<typeof record>>,
  check: (after: VaultBench, said: readonly string[], cut: string) => Promise<void>,
  modes: readonly Unsynced[] = MODES,
): Promise<number> {
  let states = 0;
  let seed = 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed / 2 ** 32;
  };
  for (const mode of modes) {
    const cuts = new Set(sample([...calls.keys(), calls.length], MAX_CUTS));
    const disk = new UnpluggedDisk(before);
    const said: string[] = [];
    for (let at = 0; at <= calls.length; at += 1) {
      if (cuts.has(at)) {
        const folder = bench.emptyFolder();
        for (const [name, content] of disk.afterPowerCut(mode, random)) {
          if (!name.endsWith('-shm')) writeFileSync(join(folder, name), content, { mode: 0o600 });
        }
        const after = VaultBench.over(folder);
        try {
          await check(after, said, `${mode} at ${at} of ${calls.length}`);
        } finally {
          after.dispose();
        }
        states += 1;
      }
      const call = calls[at];
      if (call === undefined) break;
      disk.apply(call);
      if (call.is === 'said') said.push(call.line);
    }
  }
  return states;
}

describe('row 9: the power goes at any point', () => {
  test('of twelve changes: each acknowledged one is there, none is half there', async () => {
    const recording = await record('write');
    const held = new Set<number>();
    const states = await eachCut(recording, async (after, said, cut) => {
      const acknowledged = Number(
        said
          .filter((line) => line.startsWith('ack '))
          .at(-1)
          ?.slice(4) ?? 0,
      );
      const file = after.open();
      expect([cut, file.state]).toEqual([cut, 'locked']);
      const vault = await file.unlock({ with: 'keychain', secret: keychainSecret() });
      expect([cut, vault.tamperFindings, vault.damagedIds]).toEqual([cut, [], []]);
      const steps = bench.contents.indexOf(contentOf(vault));
      held.add(steps);
      expect([acknowledged, acknowledged + 1], cut).toContain(steps);
    });
    expect(states).toBeGreaterThan(1000);
    expect(held.size).toBe(STEPS + 1);
  });

  test('of a creation: there is a whole vault or none, and once it is acknowledged there is one', async () => {
    const recording = await record('create');
    const states = await eachCut(recording, (after, said, cut) => {
      const file = after.open();
      const allowed = said.includes('ack 0') ? ['locked'] : ['missing', 'locked'];
      expect(allowed, cut).toContain(file.state);
      return Promise.resolve();
    });
    expect(states).toBeGreaterThan(150);
  });
});

test('a disk that loses what was synced would be noticed', async () => {
  const { calls, before } = await record('write');
  let losses = 0;
  await eachCut(
    { calls: calls.filter(({ is }) => is !== 'sync'), before },
    async (after, said) => {
      const acknowledged = Number(
        said
          .filter((line) => line.startsWith('ack '))
          .at(-1)
          ?.slice(4) ?? 0,
      );
      const content = await after
        .reopen()
        .then((vault) => (vault.tamperFindings.length > 0 ? 'tampered' : contentOf(vault)))
        .catch(() => 'damaged');
      if (bench.contents.indexOf(content) < acknowledged) losses += 1;
    },
    ['dropped'],
  );
  expect(losses).toBeGreaterThan(50);
});
