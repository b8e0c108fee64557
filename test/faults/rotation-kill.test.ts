import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, pause } from '../support/homes/agent-home.ts';
import { schedules } from '../support/rotation/rotation-faults.ts';
import { endTrace, RotationHome } from '../support/rotation/rotation-home.ts';
import { sandboxFaultOf } from '../support/platform/sandbox-faults.ts';

/**
 * The built agent, really killed. An ordinary run takes a part of the places, another one each time; all of them:
 * `KEYMOLT_ROTATION_PART=1 KEYMOLT_ROTATION_KILLS=100 npx vitest … --project faults test/faults/rotation-kill.test.ts`.
 */
const KILLS = Number(process.env['KEYMOLT_ROTATION_KILLS'] ?? 4);
/** One of so many. */
const PART = Number(process.env['KEYMOLT_ROTATION_PART'] ?? 12);
const SEED = Number(process.env['KEYMOLT_ROTATION_SEED'] ?? Date.now() % 2 ** 31);

const partOf = <T>(all: readonly T[]): T[] => all.filter((_, index) => index % PART === SEED % PART);

/** So many calls to a platform are open at once (`transport.ts`): one kill is for so many bytes of an answer. */
const AT_ONCE = 8;
/** Of an ordinary run. */
const KILLS_FOR_BYTES = 2;

let bench: RotationHome;
beforeAll(async () => {
  bench = await RotationHome.start(AT_ONCE);
});
afterAll(() => bench.dispose());

/** Rotated by itself, where the others are rotated together. */
const KEY = 'agent-1';

/** Chance that a seed repeats (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** After a kill: up again, the rotation to its end, and everything as it was promised. */
async function expectRecovery(keys: readonly string[] = [KEY]): Promise<void> {
  await bench.clearFaults();
  await bench.killAndComeUp();
  const states = await Promise.all(keys.map((key) => bench.finish(key)));
  for (const state of states) expect(['done', 'rolled_back']).toContain(state);
  await bench.expectWhatIsPromised(keys);
}

describe('kill -9 before and after every write of the journal', () => {
  /** The n-th call of this name on the vault's log of changes: with the first `pwrite64` a write begins, with `fsync` it ends. */
  interface Place {
    readonly call: 'pwrite64' | 'fsync';
    readonly nth: number;
  }

  const log = (): string[] => ['-P', `${bench.home.paths.vault}-wal`, '-e', 'trace=pwrite64,fsync'];

  /** Where a piece of work can be killed, from one run of it. */
  async function placesOf(work: () => Promise<unknown>): Promise<Place[]> {
    const record = path.join(bench.home.folder, 'trace');
    const strace = await bench.trace('first', ...log(), '-o', record);
    await work();
    await endTrace(strace);
    const places: Place[] = [];
    const seen = { pwrite64: 0, fsync: 0 };
    let isWriting = false;
    for (const line of readFileSync(record, 'utf8').split('\n')) {
      const call = /\b(pwrite64|fsync)\(/.exec(line)?.[1] as Place['call'] | undefined;
      if (call === undefined) continue;
      seen[call] += 1;
      if (call === 'fsync' || !isWriting) places.push({ call, nth: seen[call] });
      isWriting = call === 'pwrite64';
    }
    return places;
  }

  async function killAt({ call, nth }: Place, work: () => Promise<unknown>): Promise<boolean> {
    const strace = await bench.trace('first', ...log(), '-e', `inject=${call}:signal=KILL:when=${nth}`);
    await work();
    const wasKilled = bench.home.agentPids().length === 0;
    await endTrace(strace);
    await expectRecovery();
    return wasKilled;
  }

  it(`on the way forward (part ${SEED % PART} of ${PART})`, async () => {
    const places = await placesOf(() => bench.rotate(KEY));
    expect(places.length).toBeGreaterThan(24);
    let kills = 0;
    for (const place of partOf(places)) if (await killAt(place, () => bench.rotate(KEY))) kills += 1;
    expect(kills).toBeGreaterThan(partOf(places).length / 2);
  });

  it(`on the way back (part ${SEED % PART} of ${PART})`, async () => {
    const abort = (): Promise<unknown> =>
      bench.agent.request('rotations.abort', { key: KEY }).catch(() => undefined);
    // Somebody else's value: the rotation stops there, with the new key in use and the old one alive.
    const stop = async (): Promise<void> => {
      const file = bench.fileOf(KEY);
      const own = readFileSync(file);
      writeFileSync(file, 'MOLTBOTDEN_API_KEY=of-somebody-else\n');
      expect(await bench.rotate(KEY)).toBe('stored');
      writeFileSync(file, own);
    };
    await stop();
    const places = await placesOf(abort);
    expect(places.length).toBeGreaterThan(8);
    let kills = 0;
    for (const place of partOf(places)) {
      await stop();
      if (await killAt(place, abort)) kills += 1;
    }
    expect(kills).toBeGreaterThan(partOf(places).length / 2);
  });
});

describe('a target file', () => {
  const onNewFile = (...tracing: string[]): string[] => ['-P', bench.newFileOf(KEY), ...tracing];

  it('kill -9 while it is written: the old value or the new one is there, and no copy beside it', async () => {
    const calls = ['openat', 'write', 'fsync', 'rename', 'fchmod'];
    for (const call of PART === 1 ? calls : [0, 2].map((more) => calls[(SEED + more) % calls.length]!)) {
      const strace = await bench.trace(
        'all',
        ...onNewFile('-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL`),
      );
      expect(await bench.rotate(KEY)).toBeUndefined();
      await endTrace(strace);
      await expectRecovery();
    }
  });

  it('the disk is full, or fails: the old key stays, and the rotation goes on once there is room', async () => {
    for (const [call, error] of [
      ['write', 'ENOSPC'],
      ['write', 'EIO'],
      ['fsync', 'EIO'],
      ['rename', 'EROFS'],
    ] as const) {
      const { key: before } = (await bench.agent.request('keys.show', { key: KEY })).result();
      const was = readFileSync(bench.fileOf(KEY));
      const strace = await bench.trace(
        'all',
        ...onNewFile('-e', `trace=${call}`, '-e', `inject=${call}:error=${error}`),
      );
      expect(await bench.rotate(KEY)).toBe('stored');
      await endTrace(strace);
      expect(readFileSync(bench.fileOf(KEY))).toEqual(was);
      const { keys } = await bench.platform();
      expect(keys.find(({ key_id: id }) => id === before.key_id)?.status).toBe('active');
      expect(await bench.finish(KEY)).toBe('done');
      await bench.expectWhatIsPromised([KEY]);
    }
  });
});

it(`kill -9 at every byte of the create's answer (seed ${SEED})`, async () => {
  // Head and body of the sandbox's 201; past its end nothing is missing any more.
  const all = Array.from({ length: 340 }, (_, index) => index);
  const step = PART === 1 ? 1 : Math.ceil(all.length / (AT_ONCE * KILLS_FOR_BYTES));
  const bytes = all.filter((at) => at % step === SEED % step);
  for (let from = 0; from < bytes.length; from += AT_ONCE) {
    const some = bytes.slice(from, from + AT_ONCE);
    const keys = bench.keys.slice(0, some.length);
    for (const at of some) await bench.fault({ kind: 'stall', bytes: at, method: 'POST' });
    const made = async (): Promise<number> => (await bench.platform()).keys.length;
    const before = await made();
    const started = keys.map((key) => bench.rotate(key));
    await eventually('every create is at its byte', async () => (await made()) === before + some.length);
    await pause(20);
    await bench.home.killAgent();
    await Promise.all(started);
    await expectRecovery(keys);
  }
  bench.expectNothingSaid();
});

it('kill -9 while `key create` waits for its answer: the vault names the lost key, and a rotation replaces it', async () => {
  const named = async () => (await bench.platform()).keys.filter(({ name }) => name.startsWith('made'));
  await bench.fault({ kind: 'stall', bytes: SEED % 200, method: 'POST' });
  const creating = bench.agent
    .request('keys.create', { name: 'made', platform: 'sandbox-hosting' })
    .catch(() => undefined);
  await eventually('the key is made', async () => (await named()).length === 1);
  await bench.home.killAgent();
  await creating;
  await bench.clearFaults();
  await bench.killAndComeUp();
  const [orphan] = await named();
  await eventually('the lost key is in the vault', async () => {
    const { keys } = (await bench.agent.request('keys.list', {})).result();
    return keys.some(({ key_id: id, status }) => id === orphan!.key_id && status === 'lost');
  });
  const { rotation } = (
    await bench.agent.request('rotations.start', { key: 'made', lost: true, no_deploy_check: true })
  ).result();
  expect(rotation.state).toBe('done');
  const active = (await named()).filter(({ status }) => status === 'active');
  expect(active).toHaveLength(1);
  expect(active[0]!.key_id).not.toBe(orphan!.key_id);
});

it(`${KILLS} kills at any moment (seed ${SEED})`, async () => {
  const random = chance(SEED);
  for (let kill = 0; kill < KILLS; kill += 1) {
    // A platform that takes its time, before or after the effect.
    await bench.clearFaults();
    await bench.fault({ kind: 'latency', ms: 15, times: 0, after_effect: random() < 0.5 });
    const started = bench.rotate(KEY);
    await pause(random() * 400);
    await bench.home.killAgent();
    await started;
    if (random() < 0.6) {
      await bench.killAndComeUp();
      continue;
    }
    // Every second or third time it may come to its end.
    await expectRecovery();
  }
  await expectRecovery();
  const { intact } = (await bench.agent.request('audit.verify', {})).result();
  expect(intact).toBe(true);
  bench.expectNothingSaid();
});

/** Puts the target into the state that a fault of the schedule needs. @returns what takes it back */
function breakTarget(fault: string | undefined): () => void {
  const file = bench.fileOf(KEY);
  switch (fault) {
    case 'READ_ONLY':
    case 'DISK_FULL':
      chmodSync(file, 0o400);
      return () => chmodSync(file, 0o600);
    case 'FILE_NOT_FOUND':
      renameSync(file, `${file}.away`);
      return () => renameSync(`${file}.away`, file);
    case 'TARGET_CHANGED': {
      const own = readFileSync(file);
      writeFileSync(file, 'MOLTBOTDEN_API_KEY=of-somebody-else\n');
      return () => writeFileSync(file, own);
    }
    default:
      return () => undefined;
  }
}

/** Each takes as long as a few kills. */
const SCHEDULES = Math.ceil(KILLS / 2);

it(`${SCHEDULES} random fault schedules, as the property test makes them up, with real kills (seed ${SEED})`, async () => {
  const random = chance(SEED);
  for (const schedule of fc.sample(schedules, { numRuns: SCHEDULES, seed: SEED })) {
    const [deployFault] = schedule.deploys.values();
    const mend = breakTarget(deployFault);
    for (const [number, fault] of schedule.calls) {
      const told = sandboxFaultOf(number, fault);
      if (told !== undefined) await bench.fault(told);
    }
    const started = bench.rotate(KEY);
    for (const what of schedule.meanwhile.values()) {
      await pause(random() * 60);
      const request =
        what === 'lock'
          ? bench.agent.request('vault.lock', {})
          : what === 'abort'
            ? bench.agent.request('rotations.abort', { key: KEY, wait_ms: 0 })
            : undefined;
      await request?.catch(() => undefined);
    }
    await pause(random() * 500);
    await bench.home.killAgent();
    await started;
    // Now and then the next life meets what is left of the faults, and is killed too.
    if (random() < 0.4) {
      await bench.killAndComeUp();
      await pause(random() * 300);
      await bench.home.killAgent();
    }
    mend();
    await expectRecovery();
  }
  bench.expectNothingSaid();
});
