import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOver } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { findRotation, type RotationRecord } from '../../../src-main/services/rotation/journal.ts';
import { abortRotation, resumeRotation } from '../../../src-main/services/rotation/continue-rotation.ts';
import { startRotation } from '../../../src-main/services/rotation/start-rotation.ts';
import { editKey } from '../../../src-main/services/keys/creation/add-key.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { KEY_NAME } from '../../support/platform/faulty-platform.ts';
import { RotationBench } from '../../support/rotation/rotation-bench.ts';
import {
  CALL_FAULTS,
  type CallFault,
  DEPLOY_FAULTS,
  NO_FAULTS,
  type Schedule,
  schedules,
} from '../../support/rotation/rotation-faults.ts';

/** What a caller can be told beside an answer: never a mistake of ours. */
const isExpected = (error: unknown): boolean =>
  error instanceof AppError && error.code !== 'INTERNAL'
    ? true
    : (error as Error).constructor.name === 'Killed';

async function attempt(bench: RotationBench, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isExpected(error) && !bench.wasKilled) throw error;
    bench.said.push(String(error), JSON.stringify(error instanceof AppError ? error.toView() : {}));
  }
}

/** Starts a rotation under a schedule, comes up again as often as it takes, and gives where it ended. */
async function rotate(
  schedule: Schedule,
): Promise<{ bench: RotationBench; record: RotationRecord | undefined }> {
  const bench = await RotationBench.start(schedule);
  await attempt(bench, () =>
    startRotation(bench.core, bench.call, { key: KEY_NAME, no_deploy_check: true }, undefined),
  );
  for (let times = 0; times < 12; times += 1) {
    if (times === 6) bench.endFaults();
    await attempt(bench, () => bench.comeUp());
    if (bench.wasKilled || bench.isLocked) continue;
    const record = findRotation(bench.core.vault.require(), bench.keyRecord);
    if (record === undefined || isOver(record.meta.plan)) break;
    await attempt(bench, () => resumeRotation(bench.core, bench.call, { key: KEY_NAME }, undefined));
  }
  bench.endFaults();
  await bench.comeUp();
  return { bench, record: findRotation(bench.core.vault.require(), bench.keyRecord) };
}

async function checkSchedule(schedule: Schedule): Promise<string> {
  const { bench, record } = await rotate(schedule);
  try {
    const vault = bench.core.vault.require();
    expect(bench.violations).toEqual([]);
    // Killed before it was begun: the key is as it was.
    const state = record?.meta.plan.state ?? 'rolled_back';
    expect(['done', 'rolled_back']).toContain(state);
    expect(bench.alive.map(({ value }) => value)).toEqual([bench.vaultValue]);
    expect(bench.alive.includes(bench.oldKey)).toBe(state === 'rolled_back');
    expect(new Set(bench.targetValues)).toEqual(
      new Set(bench.targetValues.length === 0 ? [] : [bench.vaultValue]),
    );
    for (const foreign of bench.foreign) expect(foreign.status).toBe('active');
    expect(record?.hasValue ?? false).toBe(false);
    bench.said.push(JSON.stringify(vault.auditEntries({ limit: 1000 })), JSON.stringify(record?.meta ?? {}));
    expect(bench.said.join('\n')).not.toMatch(/mbd_test_[A-Za-z0-9]{8}/);
    return state;
  } finally {
    bench.close();
  }
}

/** Of a rotation without faults; with faults there are more, and those meet later numbers. */
const CALLS = 8;
const WRITES = 14;

describe('one fault', () => {
  it('nothing goes wrong: done', async () => {
    expect(await checkSchedule(NO_FAULTS)).toBe('done');
  });

  it.each(CALL_FAULTS)('%j at each call', async (fault) => {
    for (let at = 0; at < CALLS; at += 1)
      await checkSchedule({ ...NO_FAULTS, calls: new Map([[at, fault]]) });
  });

  it.each(['kill_before', 'kill_after', 'disk_full'] as const)(
    '%s at each write of the journal',
    async (fault) => {
      for (let at = 0; at < WRITES; at += 1)
        await checkSchedule({ ...NO_FAULTS, writes: new Map([[at, fault]]) });
    },
  );

  it.each(['lock', 'day_ahead', 'day_back', 'foreign_key', 'abort'] as const)(
    '%s before each call',
    async (what) => {
      for (let at = 0; at < CALLS; at += 1)
        await checkSchedule({ ...NO_FAULTS, meanwhile: new Map([[at, what]]) });
    },
  );

  it.each(DEPLOY_FAULTS)('a target: %s', async (what) => {
    for (let at = 0; at < 3; at += 1)
      await checkSchedule({ ...NO_FAULTS, targets: 3, deploys: new Map([[at, what]]) });
  });

  it('a new key that works after 5 s, a revoked one that goes on for 9 s', async () => {
    expect(await checkSchedule({ ...NO_FAULTS, startsLateMs: 5000, revocationDelayMs: 9000 })).toBe('done');
  });
});

it('a new key that does not work yet, and whose end was refused: its refusal is no proof that it is gone', async () => {
  const schedule = { ...NO_FAULTS, startsLateMs: 5000 };
  for (let at = 0; at < CALLS; at += 1) {
    for (const status of [401, 404]) {
      const refused: CallFault = { kind: 'status', status };
      const calls = new Map([at + 1, at + 2].map((call) => [call, refused]));
      await checkSchedule({ ...schedule, calls, meanwhile: new Map([[at, 'abort']]) });
      await checkSchedule({
        ...schedule,
        calls: new Map([[at + 1, refused]]),
        meanwhile: new Map([[at, 'abort']]),
      });
    }
  }
});

describe('what others do meanwhile', () => {
  it.each(['old_ends', 'new_ends'] as const)('%s in the console, before each call', async (what) => {
    for (let at = 0; at < CALLS; at += 1) {
      const { bench, record } = await rotate({ ...NO_FAULTS, meanwhile: new Map([[at, what]]) });
      const state = record?.meta.plan.state;
      expect(bench.violations).toEqual([]);
      expect(['done', 'rolled_back', 'failed']).toContain(state);
      // Nobody but the console ended the old key while it was the one to go back to.
      if (what === 'new_ends' && state === 'rolled_back') expect(bench.alive).toEqual([bench.oldKey]);
      if (what === 'old_ends' && state === 'done') {
        expect(bench.alive.map(({ value }) => value)).toEqual([bench.vaultValue]);
        expect(new Set(bench.targetValues)).toEqual(new Set([bench.vaultValue]));
      }
      for (const foreign of bench.foreign) expect(foreign.status).toBe('active');
      bench.close();
    }
  });

  it('a command that stays on the old key: warned of at 10 min, let go of at 15, and done once it has moved', async () => {
    const bench = await RotationBench.start(NO_FAULTS);
    const vault = bench.core.vault.require();
    const fingerprint = vault.fingerprint(Buffer.from(bench.oldKey.value));
    const keys = [{ id: bench.keyRecord, address: 'dev/agent', fingerprint }];
    bench.holders.push({ runId: 'run', pid: 7, startTicks: 7, command: 'agent-loop', keys });
    const startedAt = bench.core.now();
    const { rotation } = await startRotation(bench.core, bench.call, { key: KEY_NAME }, undefined);
    const waitedMs = bench.core.now() - startedAt;
    expect(waitedMs).toBeGreaterThanOrEqual(15 * 60_000);
    expect(rotation).toMatchObject({
      state: 'deployed',
      laggards: [{ pid: 7, command: 'agent-loop', file: null }],
    });
    const warnings = vault.auditEntries({ limit: 100 }).filter(({ action }) => action === 'rotate.overlap');
    expect(warnings).toHaveLength(1);
    expect(Date.parse(warnings[0]!.at) - startedAt).toBeLessThan(11 * 60_000);
    expect(bench.oldKey.status).toBe('active');
    bench.holders.length = 0;
    const ended = await resumeRotation(bench.core, bench.call, { key: KEY_NAME }, undefined);
    expect(ended.rotation).toMatchObject({ state: 'done', laggards: [] });
    bench.close();
  });

  it('two machines rotate one key: each ends with a key of its own, and neither touches the other’s', async () => {
    const one = await RotationBench.start(NO_FAULTS);
    const two = await RotationBench.start(NO_FAULTS, one);
    const start = ({ core, call }: RotationBench) =>
      startRotation(core, call, { key: KEY_NAME, no_deploy_check: true }, undefined);
    const answers = await Promise.all([start(one), start(two)]);
    expect(answers.map(({ rotation }) => rotation.state)).toEqual(['done', 'done']);
    expect(one.alive.map(({ value }) => value).sort()).toEqual([one.vaultValue, two.vaultValue].sort());
    expect(one.oldKey.status).toBe('revoked');
    // The one that comes too late for the old key says so, and leaves nothing behind.
    const late = await RotationBench.start(NO_FAULTS, one);
    const { rotation } = await start(late);
    expect(rotation).toMatchObject({ state: 'rolled_back', cause: { code: 'KEY_REJECTED' } });
    expect(one.alive).toHaveLength(2);
    for (const bench of [one, two, late]) bench.close();
  });
});

describe('the proof before the old key is given up', () => {
  const request = { key: KEY_NAME, no_deploy_check: true };

  it('a new key whose use the list does not show: stands still with both alive, and can go back', async () => {
    const bench = await RotationBench.start({ ...NO_FAULTS, hidesUse: true });
    const { rotation } = await startRotation(bench.core, bench.call, request, undefined);
    expect(rotation).toMatchObject({ state: 'deployed', cause: { code: 'PLATFORM_ANSWER' } });
    expect(rotation.cause?.message).toContain('does not show that it was used');
    expect(bench.alive).toHaveLength(2);
    expect(bench.alive).toContain(bench.oldKey);
    const { rotation: back } = await abortRotation(bench.core, bench.call, { key: KEY_NAME });
    expect(back.state).toBe('rolled_back');
    expect(bench.alive).toEqual([bench.oldKey]);
    bench.close();
  });

  it('a file that has the old value again is named, and keeps the old key alive', async () => {
    const deploys = new Map([[0, 'undone' as const]]);
    const bench = await RotationBench.start({ ...NO_FAULTS, deploys });
    const { rotation } = await startRotation(bench.core, bench.call, request, undefined);
    expect(rotation).toMatchObject({
      state: 'deployed',
      laggards: [{ pid: null, command: null, file: '/target/0' }],
      cause: { code: 'ROTATION_UNFINISHED' },
    });
    expect(rotation.cause?.message).toContain('/target/0');
    expect(bench.oldKey.status).toBe('active');
    const ended = await resumeRotation(bench.core, bench.call, request, undefined);
    expect(ended.rotation).toMatchObject({ state: 'done', laggards: [] });
    expect(bench.targetValues).toEqual([bench.vaultValue]);
    bench.close();
  });

  it('an old key that goes on working after its end is said, and asked again', async () => {
    const bench = await RotationBench.start({ ...NO_FAULTS, revocationDelayMs: 60_000 });
    const { rotation } = await startRotation(bench.core, bench.call, request, undefined);
    expect(rotation).toMatchObject({ state: 'revoked', cause: { code: 'STILL_ALIVE' } });
    expect(rotation.cause?.message).toMatch(/goes on accepting the old key of dev\/agent 10 s after its end/);
    await expect(abortRotation(bench.core, bench.call, { key: KEY_NAME })).rejects.toMatchObject({
      code: 'REFUSED',
    });
    let state: string = rotation.state;
    for (let times = 0; times < 5 && state === 'revoked'; times += 1)
      ({ state } = (await resumeRotation(bench.core, bench.call, request, undefined)).rotation);
    expect(state).toBe('done');
    bench.close();
  });
});

describe('the end that was noted for a key', () => {
  const ENDS = '2026-03-01T00:00:00.000Z';
  const NEW_ENDS = '2026-09-01T00:00:00.000Z';
  const request = { key: KEY_NAME, no_deploy_check: true };

  async function startWithEnd(schedule: Schedule): Promise<RotationBench> {
    const bench = await RotationBench.start(schedule);
    editKey(bench.core, bench.call, { key: KEY_NAME, metadata: { expires_at: ENDS } }, undefined);
    return bench;
  }
  const metaOf = ({ core, keyRecord }: RotationBench) =>
    core.vault.require().find(keyRecord)?.meta as KeyMeta;

  it.each([undefined, NEW_ENDS])(
    'goes with the old key; the platform says of the new one: %s',
    async (end) => {
      const more = end === undefined ? {} : { newKeyEndsAt: end };
      for (const schedule of [
        { ...NO_FAULTS, ...more },
        { ...NO_FAULTS, ...more, strategy: 'cutover' as const, regenerates: true },
      ]) {
        const bench = await startWithEnd(schedule);
        const before = metaOf(bench).fingerprint;
        const { rotation } = await startRotation(bench.core, bench.call, request, undefined);
        expect(rotation.state).toBe('done');
        expect(metaOf(bench)).toMatchObject({ expiresAt: end ?? null, previousFingerprints: [before] });
        const stored = rotation.steps.find(({ name }) => name === 'store')?.detail;
        expect(stored).toContain(end === undefined ? 'ends on 2026-03-01 was noted' : 'ends on 2026-09-01');
        bench.close();
      }
    },
  );

  it('goes with a value that a person brings for it, by a rotation or by hand', async () => {
    const bench = await startWithEnd({ ...NO_FAULTS, strategy: 'cutover' });
    const value = bench.platform.regenerate();
    await startRotation(bench.core, bench.call, request, value);
    expect(metaOf(bench).expiresAt).toBeNull();
    const edit = (more: object) =>
      editKey(bench.core, bench.call, { key: KEY_NAME, ...more }, bench.platform.regenerate());
    const noted = edit({ metadata: { expires_at: NEW_ENDS } });
    expect(noted.key.expires_at).toBe(NEW_ENDS);
    expect(noted.warnings).toEqual([]);
    const { key, warnings } = edit({});
    expect(key.expires_at).toBeNull();
    expect(warnings.join()).toContain('2026-09-01');
    bench.close();
  });

  it('comes back with the old key, as it was noted last', async () => {
    // Stands at `stored`, with the new key in use.
    const bench = await startWithEnd({ ...NO_FAULTS, deploys: new Map([[0, 'READ_ONLY']]) });
    const { rotation } = await startRotation(bench.core, bench.call, request, undefined);
    expect([rotation.state, metaOf(bench).expiresAt]).toEqual(['stored', null]);
    await abortRotation(bench.core, bench.call, { key: KEY_NAME });
    expect(metaOf(bench)).toMatchObject({
      expiresAt: ENDS,
      previousFingerprints: [rotation.new?.fingerprint],
    });
    bench.close();
  });
});

const RUNS = Number(process.env['KEYMOLT_ROTATION_SCHEDULES'] ?? 1000);
const TIME_LIMIT_MS = Math.max(600_000, RUNS * 1000);

it(
  'whatever goes wrong in whatever order: one wanted key, no orphan, no early end, targets that work',
  async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        await checkSchedule(schedule);
      }),
      {
        numRuns: RUNS,
        interruptAfterTimeLimit: Number.MAX_SAFE_INTEGER,
      },
    );
  },
  TIME_LIMIT_MS,
);

describe('a cut-over, where a person regenerates the one key', () => {
  /** The person regenerates once it is asked for, and brings the value as often as it takes. */
  async function checkCutover(given: Schedule): Promise<void> {
    const schedule: Schedule = { ...given, strategy: 'cutover' };
    const bench = await RotationBench.start(schedule);
    /** What the person got from the platform's page, and keeps. */
    let brought: string | undefined;
    const isDown = (): boolean => bench.wasKilled || bench.isLocked;
    await attempt(bench, () =>
      startRotation(bench.core, bench.call, { key: KEY_NAME, no_deploy_check: true }, undefined),
    );
    for (let times = 0; times < 14; times += 1) {
      if (times === 8) bench.endFaults();
      await attempt(bench, () => bench.comeUp());
      if (isDown()) continue;
      // The agent is at it by itself: a person sees where it ended.
      const begun = findRotation(bench.core.vault.require(), bench.keyRecord);
      if (begun !== undefined) await bench.core.rotations.whenIdle(begun.id);
      // Killed or locked while it was at it.
      const record =
        bench.core.vault.file.opened && findRotation(bench.core.vault.require(), bench.keyRecord);
      if (isDown()) continue;
      if (record !== undefined && isOver(record.meta.plan)) {
        expect(record.meta.plan.state).toBe('done');
        break;
      }
      // With a call of the platform a person is asked only where that did not do.
      const isAwaited =
        record?.meta.plan.state === 'planned' &&
        (!schedule.regenerates || record.meta.cause?.code === 'INPUT_REQUIRED');
      if (isAwaited && brought !== bench.agent!.value) {
        bench.platform.regenerate();
        brought = bench.agent!.value;
      }
      const value = isAwaited ? Secret.fromText(bench.agent!.value) : undefined;
      const request = { key: KEY_NAME, no_deploy_check: true };
      await attempt(bench, () =>
        record === undefined
          ? startRotation(bench.core, bench.call, request, value)
          : resumeRotation(bench.core, bench.call, request, value),
      );
    }
    bench.endFaults();
    await bench.comeUp();
    const record = findRotation(bench.core.vault.require(), bench.keyRecord);
    expect(record?.meta.plan.state).toBe('done');
    expect(record?.hasValue).toBe(false);
    expect(bench.vaultValue).toBe(bench.agent!.value);
    expect(new Set(bench.targetValues)).toEqual(
      new Set(bench.targetValues.length === 0 ? [] : [bench.vaultValue]),
    );
    const audit = bench.core.vault.require().auditEntries({ limit: 1000 });
    bench.said.push(JSON.stringify(audit), JSON.stringify(record?.meta));
    expect(bench.said.join('\n')).not.toMatch(/moltbotden_sk_[0-9a-f]{8}/);
    bench.close();
  }

  it.each([false, true])('nothing goes wrong; the platform has a call for it: %s', (regenerates) =>
    checkCutover({ ...NO_FAULTS, regenerates }),
  );

  it.each(CALL_FAULTS)('%j at each call', async (fault) => {
    for (const regenerates of [false, true])
      for (let at = 0; at < 6; at += 1)
        await checkCutover({ ...NO_FAULTS, regenerates, calls: new Map([[at, fault]]) });
  });

  it.each(['kill_before', 'kill_after', 'disk_full'] as const)(
    '%s at each write of the journal',
    async (fault) => {
      for (let at = 0; at < WRITES; at += 1)
        for (const regenerates of [false, true])
          await checkCutover({ ...NO_FAULTS, regenerates, writes: new Map([[at, fault]]) });
    },
  );

  it('a value that is not the last one the platform made: stands still, and takes the right one', async () => {
    const bench = await RotationBench.start({ ...NO_FAULTS, strategy: 'cutover' });
    const stale = bench.platform.regenerate();
    const value = bench.platform.regenerate();
    const request = { key: KEY_NAME, no_deploy_check: true };
    const { rotation } = await startRotation(bench.core, bench.call, request, stale);
    expect(rotation).toMatchObject({ state: 'created', cause: { code: 'KEY_REJECTED' } });
    await expect(abortRotation(bench.core, bench.call, { key: KEY_NAME })).rejects.toMatchObject({
      code: 'REFUSED',
    });
    const ended = await resumeRotation(bench.core, bench.call, request, value);
    expect(ended.rotation.state).toBe('done');
    expect(bench.vaultValue).toBe(bench.agent!.value);
    bench.close();
  });

  it(
    'whatever goes wrong in whatever order: the key that works is in the vault and everywhere it is used',
    async () => {
      await fc.assert(
        fc.asyncProperty(schedules, async (schedule) => {
          const meanwhile = [...schedule.meanwhile].filter(([, what]) => what !== 'abort');
          await checkCutover({ ...schedule, meanwhile: new Map(meanwhile), startsLateMs: 0 });
        }),
        { numRuns: Math.ceil(RUNS / 4), interruptAfterTimeLimit: Number.MAX_SAFE_INTEGER },
      );
    },
    TIME_LIMIT_MS,
  );
});
