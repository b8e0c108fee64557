import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matter, mattersOf, urgencyOf, type WatchedKey } from '../../../src-shared/domain/attention.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;
const days = (count: number): string => new Date(NOW + count * DAY_MS).toISOString();

const key = (change: Partial<WatchedKey> = {}): WatchedKey => ({
  name: 'agent',
  env: 'dev',
  platform: 'den-hosting',
  status: 'active',
  days_left: 50,
  created_at: days(-40),
  last_used_at: days(-1),
  expires_at: null,
  last_check: null,
  damaged: false,
  ...change,
});
const none = { keys: [], limits: [], runs: [], rotations: [] };
const of = (change: Partial<WatchedKey>): Matter | undefined =>
  mattersOf({ ...none, keys: [key(change)] }, NOW)[0];

describe('what needs a person', () => {
  it.each<[string, Partial<WatchedKey>, object | undefined]>([
    ['a key in order: nothing', {}, undefined],
    ['overdue', { days_left: -4 }, { kind: 'overdue', days: 4 }],
    ['due within two weeks', { days_left: 14 }, { kind: 'due', days: 14 }],
    ['due later: nothing', { days_left: 15 }, undefined],
    ['due today', { days_left: 0 }, { kind: 'due', days: 0 }],
    ['expired', { expires_at: days(-0.5) }, { kind: 'expired' }],
    ['about to expire', { expires_at: days(3.5) }, { kind: 'expiring', days: 3 }],
    ['overdue weighs more than about to expire', { expires_at: days(3), days_left: -1 }, { kind: 'overdue' }],
    ['the last check failed', { last_check: { at: days(-1), outcome: 'KEY_REJECTED' } }, { kind: 'failing' }],
    ['the last check went well: nothing', { last_check: { at: days(-1), outcome: 'ok' } }, undefined],
    ['unused for 30 days', { last_used_at: days(-30) }, { kind: 'unused', days: 30 }],
    ['never used, made 31 days ago', { last_used_at: null, created_at: days(-31) }, { kind: 'unused' }],
    ['never used, made yesterday: nothing', { last_used_at: null, created_at: days(-1) }, undefined],
    ['damaged before all else', { damaged: true, days_left: -9, status: 'revoked' }, { kind: 'damaged' }],
    ['revoked: nothing, however late', { status: 'revoked', days_left: -90 }, undefined],
    ['lost: nothing', { status: 'lost', days_left: -90 }, undefined],
  ])('%s', (_, change, expected) => {
    const found = of(change);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it('a platform that does not answer is one line for all of its keys, and says nothing of them', () => {
    const silent = { at: days(-0.1), outcome: 'NETWORK' };
    const keys = [
      key({ name: 'a', last_check: silent }),
      key({ name: 'b', env: 'prod', last_check: { at: days(-0.05), outcome: 'TIMEOUT' } }),
      key({ name: 'late', days_left: -1, last_check: silent }),
      key({ name: 'refused', last_check: { at: days(-0.2), outcome: 'KEY_REJECTED' } }),
      key({ name: 'other', platform: 'moltbook', last_check: silent }),
    ];
    const matters = mattersOf({ ...none, keys }, NOW);
    expect(matters.map(({ kind }) => kind)).toEqual(['overdue', 'platform_silent', 'failing', 'failing']);
    expect(matters[1]).toEqual({
      kind: 'platform_silent',
      platform: 'den-hosting',
      keys: ['dev/a', 'prod/b'],
      code: 'TIMEOUT',
      at: days(-0.05),
    });
  });

  it('a platform that has answered since is not silent: its keys are told of one by one', () => {
    const keys = [
      key({ name: 'a', last_check: { at: days(-2), outcome: 'NETWORK' } }),
      key({ name: 'b', last_check: { at: days(-2), outcome: 'NETWORK' } }),
      key({ name: 'c', last_check: { at: days(-1), outcome: 'ok' } }),
    ];
    expect(mattersOf({ ...none, keys }, NOW).map(({ kind }) => kind)).toEqual(['failing', 'failing']);
  });

  it('low headroom is the tightest window, and said of a key that has nothing more pressing', () => {
    const windows = [
      { id: 'minute', limit: 30, remaining: 5, exhausted_in_s: null },
      { id: 'day', limit: 1000, remaining: 20, exhausted_in_s: null },
      { id: 'burst', limit: 0, remaining: 0, exhausted_in_s: null },
      { id: 'hour', limit: null, remaining: null, exhausted_in_s: null },
    ];
    const limits = [{ name: 'agent', env: 'dev', windows }];
    expect(mattersOf({ ...none, keys: [key()], limits }, NOW)).toEqual([
      { kind: 'low_headroom', key: 'dev/agent', remaining: 20, limit: 1000 },
    ]);
    expect(
      mattersOf({ ...none, keys: [key({ days_left: -1 })], limits }, NOW).map(({ kind }) => kind),
    ).toEqual(['overdue']);
  });

  it('a run with an old value is named, one with the present value is not', () => {
    const run = { run_id: 'r', command: 'node', pid: 1, env: 'dev', keys: ['dev/agent'], laggard: false };
    expect(mattersOf({ ...none, runs: [run] }, NOW)).toEqual([]);
    expect(mattersOf({ ...none, runs: [{ ...run, laggard: true }] }, NOW)).toHaveLength(1);
  });

  it('an open rotation comes before all else, and stands for its key', () => {
    const rotation = {
      key: 'agent',
      env: 'dev',
      state: 'created',
      deadline_at: new Date(NOW + 60_000).toISOString() as string | null,
      ended_at: null as string | null,
      cause: null as { code: string } | null,
    };
    const keys = [key({ days_left: -9 }), key({ name: 'other', damaged: true })];
    const kinds = (rotations: (typeof rotation)[]): string[] =>
      mattersOf({ ...none, keys, rotations }, NOW).map(({ kind }) => kind);
    expect(kinds([rotation])).toEqual(['overlap_open', 'damaged']);
    const stuck = { ...rotation, deadline_at: null, cause: { code: 'NETWORK' } };
    expect(kinds([stuck])).toEqual(['rotation_stuck', 'damaged']);
    expect(kinds([{ ...rotation, ended_at: rotation.deadline_at }])).toEqual(['damaged', 'overdue']);
  });

  it('the most urgent comes first, within a kind the longest overdue, and no key twice', () => {
    const someKey = fc.record({
      days_left: fc.integer({ min: -100, max: 100 }),
      status: fc.constantFrom('active', 'retiring', 'revoked', 'lost'),
      damaged: fc.boolean(),
      expires_at: fc.option(fc.integer({ min: -20, max: 40 }).map(days)),
      last_used_at: fc.option(fc.integer({ min: -60, max: 0 }).map(days)),
    });
    fc.assert(
      fc.property(fc.array(someKey, { maxLength: 40 }), (changes) => {
        const keys = changes.map((change, index) => key({ ...change, name: `k${String(index)}` }));
        const matters = mattersOf({ ...none, keys }, NOW);
        const ranks = matters.map((matter) => ['now', 'soon', 'look'].indexOf(urgencyOf(matter)));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        const overdue = matters.flatMap((matter) => (matter.kind === 'overdue' ? [matter.days] : []));
        expect(overdue).toEqual(overdue.toSorted((a, b) => b - a));
        const named = matters.flatMap((matter) => ('key' in matter ? [matter.key] : []));
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });
});
