import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApprovalView } from '../../../src-shared/contract/views.ts';
import type { EnvironmentRecord } from '../../../src-main/services/keys/key-directory.ts';
import type { CallerProcess, ProcessFacts } from '../../../src-main/services/ports.ts';
import {
  APPROVAL_WAIT_MS,
  ApprovalDesk,
  type ApprovalWish,
} from '../../../src-main/services/runs/approval-desk.ts';
import { GrantBook } from '../../../src-main/services/runs/grants.ts';

const environment = (name: string): EnvironmentRecord =>
  ({ id: `${name}-id`, meta: { name, kind: name === 'prod' ? 'live' : 'test', approve: 'live' } }) as never;
const PROD = environment('prod');
/** init → agent (4) → sh (3) → keymolt. */
const caller = (pid: number, more: Partial<CallerProcess> = {}): CallerProcess => ({
  pid,
  startTicks: pid,
  sessionId: 4,
  sessionStartTicks: 4,
  hasTerminal: false,
  ancestors: [3, 4, 1].map((ancestor) => ({ pid: ancestor, startTicks: ancestor })),
  ...more,
});

let now: number;
let grants: GrantBook;
let desk: ApprovalDesk;
let shown: readonly ApprovalView[];
let names: Record<number, Partial<ProcessFacts>>;
beforeEach(() => {
  now = 1_000_000;
  names = {
    3: { name: 'sh' },
    4: { name: 'open\u202eclaw', cwd: '/work\u001b[2J' },
    1: { name: 'init', uid: 0 },
  };
  grants = new GrantBook(() => now);
  shown = [];
  let ids = 0;
  desk = new ApprovalDesk({
    grants,
    facts: (pid) => ({ name: 'node', uid: 1000, cwd: '/', ...names[pid] }),
    now: () => now,
    newId: () => `id-${(ids += 1)}`,
    onChange: (asked) => (shown = asked),
  });
});

const ask = (pid: number, more: Partial<ApprovalWish> = {}): Promise<string> =>
  desk
    .ask({
      caller: caller(pid),
      environment: PROD,
      keys: ['prod/deploy'],
      purpose: 'run',
      command: 'node',
      signal: new AbortController().signal,
      ...more,
    })
    .then(
      () => 'allowed',
      (error: unknown) => (error as { code: string }).code,
    );
const answer = (decision: 'once' | 'tree' | 'hours' | 'deny', at = 0) => {
  const { id, revision } = shown[at]!;
  return desk.answer(id, revision, decision);
};

describe('a request for keys', () => {
  it('is shown with what is known of who asks, and nothing that could forge the rest', () => {
    void ask(10);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({
      env: 'prod',
      kind: 'live',
      keys: ['prod/deploy'],
      command: 'node',
      parent: { pid: 3, name: 'sh' },
      tree: { pid: 4, name: 'open\\u{202e}claw', cwd: '/work\\u{1b}[2J' },
      is_terminal: false,
      requests: 1,
    });
  });

  it('is one question for a whole tree, answered once for all', async () => {
    const twenty = Array.from({ length: 20 }, (_, at) => ask(10 + at));
    expect(shown).toHaveLength(1);
    expect(shown[0]?.requests).toBe(20);
    answer('once');
    expect(new Set(await Promise.all(twenty))).toEqual(new Set(['allowed']));
    expect(shown).toEqual([]);
    expect(grants.covers(caller(10), PROD.id)).toBe(false);
  });

  it('is another question from another tree, and for another environment', async () => {
    const first = ask(10);
    const stranger = ask(20, { caller: caller(20, { ancestors: [{ pid: 7, startTicks: 7 }] }) });
    const staging = ask(11, { environment: environment('staging') });
    expect(shown).toHaveLength(3);
    answer('deny');
    expect(await first).toBe('APPROVAL_DENIED');
    expect(shown).toHaveLength(2);
    answer('once');
    answer('once');
    expect([await stranger, await staging]).toEqual(['allowed', 'allowed']);
  });

  it('refused is refused for the whole bunch, also for those who come a moment later', async () => {
    const first = ask(10);
    answer('deny');
    expect(await first).toBe('APPROVAL_DENIED');
    expect(await ask(11)).toBe('APPROVAL_DENIED');
    now += 10_000;
    const later = ask(12);
    expect(shown).toHaveLength(1);
    answer('once');
    expect(await later).toBe('allowed');
  });

  it('allowed for the tree covers what the agent starts from now on, in any shell of its own, until the lock', async () => {
    const first = ask(10);
    answer('tree');
    expect(await first).toBe('allowed');
    const sibling = caller(30, {
      ancestors: [
        { pid: 29, startTicks: 29 },
        { pid: 4, startTicks: 4 },
      ],
    });
    expect(grants.covers(sibling, PROD.id)).toBe(true);
    expect(grants.covers(caller(31, { ancestors: [{ pid: 1, startTicks: 1 }] }), PROD.id)).toBe(false);
    now += 1e12;
    expect(grants.covers(sibling, PROD.id)).toBe(true);
    grants.clear();
    expect(grants.covers(sibling, PROD.id)).toBe(false);
  });

  it('allowed for 8 hours is over after them', async () => {
    const first = ask(10);
    answer('hours');
    expect(await first).toBe('allowed');
    now += 8 * 3_600_000 - 1;
    expect(grants.covers(caller(11), PROD.id)).toBe(true);
    now += 1;
    expect(grants.covers(caller(11), PROD.id)).toBe(false);
  });

  it('is never for the tree of init or of somebody else’s service', () => {
    const cron = {
      ancestors: [
        { pid: 3, startTicks: 3 },
        { pid: 5, startTicks: 5 },
        { pid: 1, startTicks: 1 },
      ],
    };
    names[5] = { name: 'cron', uid: 0 };
    void ask(10, { caller: caller(10, cron) });
    expect(shown[0]?.tree?.pid).toBe(3);
    void ask(11, { caller: caller(11, { ancestors: [{ pid: 1, startTicks: 1 }] }) });
    expect(shown[1]?.tree?.pid).toBe(11);
  });

  it('on a terminal is for that terminal session', () => {
    void ask(10, { caller: caller(10, { hasTerminal: true }) });
    expect(shown[0]).toMatchObject({ is_terminal: true, tree: null });
  });

  it('is not answered by a click that was meant for less', async () => {
    const first = ask(10);
    const seen = shown[0]!;
    const second = ask(11, { keys: ['prod/root'] });
    expect(() => desk.answer(seen.id, seen.revision, 'once')).toThrow('More was asked for');
    expect(shown[0]?.keys).toEqual(['prod/deploy', 'prod/root']);
    answer('once');
    expect([await first, await second]).toEqual(['allowed', 'allowed']);
    expect(() => desk.answer(seen.id, seen.revision, 'once')).toThrow('Nobody waits');
  });

  it('goes when the last one who asked has gone', async () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const [first, second] = [ask(10, { signal: a.signal }), ask(11, { signal: b.signal })];
    a.abort();
    expect(await first).toBe('CANCELLED');
    expect(shown[0]?.requests).toBe(1);
    b.abort();
    expect(await second).toBe('CANCELLED');
    expect(shown).toEqual([]);
    expect(await ask(12, { signal: a.signal })).toBe('CANCELLED');
  });

  it('waits a minute and no longer', async () => {
    vi.useFakeTimers();
    try {
      const first = ask(10);
      vi.advanceTimersByTime(APPROVAL_WAIT_MS);
      expect(await first).toBe('APPROVAL_REQUIRED');
      expect(shown).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with the lock, and is one of twenty at most', async () => {
    const all = Array.from({ length: 21 }, (_, at) =>
      ask(100 + at, { caller: caller(100 + at, { ancestors: [{ pid: 200 + at, startTicks: 1 }] }) }),
    );
    expect(shown).toHaveLength(20);
    expect(await all.at(-1)).toBe('APPROVAL_REQUIRED');
    desk.clear();
    expect(await all[0]).toBe('VAULT_LOCKED');
    expect(shown).toEqual([]);
  });
});
