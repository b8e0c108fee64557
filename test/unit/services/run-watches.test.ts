import { beforeEach, describe, expect, it } from 'vitest';
import { RunRegister } from '../../../src-main/services/runs/run-register.ts';
import { RunWatches } from '../../../src-main/services/runs/run-watches.ts';
import type { RecordId } from '../../../src-main/vault/ports.ts';

const KEY = 'key-a' as RecordId;
const OTHER = 'key-b' as RecordId;
const never = new AbortController().signal;

let alive: Set<number>;
let values: Map<RecordId, string | null>;
let isLocked: boolean;
let runs: RunRegister;
let watches: RunWatches;
beforeEach(() => {
  alive = new Set([1, 2, 3]);
  values = new Map([
    [KEY, 'a1'],
    [OTHER, 'b1'],
  ]);
  isLocked = false;
  runs = new RunRegister({
    describe: () => undefined,
    facts: () => undefined,
    isAlive: (pid) => alive.has(pid),
  });
  watches = new RunWatches(runs, (id) => (isLocked ? undefined : (values.get(id) ?? null)));
});

const start = (runId: string, pid: number, more: { watches?: boolean; keys?: RecordId[] } = {}) =>
  runs.add({
    runId,
    pid,
    startTicks: 1,
    command: 'node',
    cwd: '/',
    env: 'dev',
    since: '2026-01-01T00:00:00Z',
    keys: (more.keys ?? [KEY]).map((id) => ({ id, address: `dev/${id}`, fingerprint: values.get(id) ?? '' })),
    watches: more.watches ?? true,
  });
const state = async (promise: Promise<unknown>): Promise<string> => {
  const first = await Promise.race([promise.then(() => 'done'), Promise.resolve(Symbol('pending'))]).catch(
    () => 'failed',
  );
  return typeof first === 'symbol' ? 'pending' : first;
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a command that follows changes', () => {
  it('hears of a change of a key that it holds, by name, and of no other', async () => {
    start('r1', 1);
    const news = watches.wait('r1', never);
    values.set(OTHER, 'b2');
    watches.look();
    await settled();
    expect(await state(news)).toBe('pending');
    values.set(KEY, 'a2');
    watches.look();
    expect(await news).toEqual({ what: 'restart', keys: ['dev/key-a'] });
  });

  it('hears at once of what happened before it asked, and after an unlock of what happened before', async () => {
    start('r1', 1);
    values.set(KEY, null);
    isLocked = true;
    const news = watches.wait('r1', never);
    watches.look();
    await settled();
    expect(await state(news)).toBe('pending');
    isLocked = false;
    watches.look();
    expect(await news).toMatchObject({ what: 'restart' });
    expect(await watches.wait('r1', never)).toMatchObject({ what: 'restart' });
  });

  it('is not kept waiting when it is gone, unknown, or the socket closes', async () => {
    start('r1', 1);
    start('plain', 2, { watches: false });
    const gone = new AbortController();
    const news = watches.wait('r1', gone.signal);
    gone.abort();
    await expect(news).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(watches.wait('r1', gone.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(watches.wait('nobody', never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(watches.wait('plain', never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const last = watches.wait('r1', never);
    watches.close();
    expect(await last).toEqual({ what: 'closing' });
  });
});

describe('a rotation', () => {
  it('sees who holds a key, and with which value', () => {
    start('r1', 1);
    start('r2', 2, { watches: false, keys: [KEY, OTHER] });
    start('r3', 3, { keys: [OTHER] });
    values.set(KEY, 'a2');
    start('r4', 3);
    const holders = watches
      .holdersOf(KEY)
      .map(({ runId, watches: can, isCurrent }) => [runId, can, isCurrent]);
    expect(holders).toEqual([
      ['r1', true, false],
      ['r2', false, false],
      ['r4', true, true],
    ]);
    alive.delete(2);
    expect(watches.holdersOf(KEY).map(({ runId }) => runId)).toEqual(['r1', 'r4']);
  });

  it('rolls one after the other, and is told when each is in place again', async () => {
    start('r1', 1);
    start('r2', 2);
    const news = [watches.wait('r1', never), watches.wait('r2', never)] as const;
    const release = watches.rollByHand(KEY);
    values.set(KEY, 'a2');
    watches.look();
    await settled();
    expect([await state(news[0]), await state(news[1])]).toEqual(['pending', 'pending']);

    const rolled = watches.roll('r1', never);
    expect(await news[0]).toEqual({ what: 'restart', keys: [] });
    expect([await state(rolled), await state(news[1])]).toEqual(['pending', 'pending']);
    start('r1-again', 1);
    watches.replaced('r1', 'r1-again');
    runs.end('r1');
    await settled();
    expect(await state(rolled)).toBe('pending');
    void watches.wait('r1-again', never);
    await rolled;

    release();
    release();
    expect(await news[1]).toEqual({ what: 'restart', keys: ['dev/key-a'] });
  });

  it('may ask while the command is not listening for a moment', async () => {
    start('r1', 1);
    const rolled = watches.roll('r1', never);
    expect(await watches.wait('r1', never)).toEqual({ what: 'restart', keys: [] });
    start('r2', 1);
    watches.replaced('r1', 'r2');
    void watches.wait('r2', never);
    await rolled;
  });

  it('does not wait for a command that ended, and may stop waiting', async () => {
    start('r1', 1);
    start('plain', 2, { watches: false });
    const rolled = watches.roll('r1', never);
    alive.delete(1);
    await rolled;
    await watches.roll('r1', never);
    await expect(watches.roll('plain', never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    start('r3', 3);
    const enough = new AbortController();
    const tired = watches.roll('r3', enough.signal);
    enough.abort();
    await expect(tired).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
