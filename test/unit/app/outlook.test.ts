import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followOutlook } from '../../../src-main/app/desktop/follow-outlook.ts';
import { OutlookWatch } from '../../../src-main/app/desktop/outlook-watch.ts';
import { type TrayAction, type TrayItem, trayMenu } from '../../../src-main/app/desktop/tray-menu.ts';
import { noticeWords } from '../../../src-main/app/desktop/words.ts';
import type { ChannelName } from '../../../src-shared/contract/channels.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { Notice } from '../../../src-shared/domain/notices.ts';
import { fakeKey } from '../../support/fake-core/data.ts';

const NOW = Date.parse('2026-03-28T12:00:00Z');
const status = (vault: StatusView['vault']) => ({ vault, runs: [] }) as unknown as StatusView;

describe('the watch on what the vault holds', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  const watched = (lookTakesMs = 0) => {
    let daysLeft = 30;
    const told: Notice[] = [];
    const states: unknown[] = [];
    let looks = 0;
    const watch = new OutlookWatch({
      ask: async (channel: ChannelName) => {
        if (channel === 'keys.list') looks += 1;
        if (lookTakesMs > 0) await new Promise((resolve) => setTimeout(resolve, lookTakesMs));
        const answers: Partial<Record<ChannelName, unknown>> = {
          'keys.list': { keys: [fakeKey({ name: 'canary-name', days_left: daysLeft }, NOW)] },
          'limits.list': { keys: [] },
          'rotations.list': { rotations: [] },
          'vault.status': status('unlocked'),
        };
        return answers[channel] as never;
      },
      now: () => Date.now(),
      onNotices: (notices) => told.push(...notices),
      onChange: (state) => states.push(state),
    });
    return {
      watch,
      told,
      states,
      looks: () => looks,
      leave: (days: number) => {
        daysLeft = days;
      },
    };
  };

  it('looks once a burst, and tells what got worse', async () => {
    const { watch, told, states, looks, leave } = watched();
    watch.onEvent('statusChanged', status('unlocked'));
    await vi.advanceTimersByTimeAsync(1010);
    expect([looks(), states.at(-1)]).toEqual([1, { vault: 'unlocked', urgent: 0 }]);
    leave(-1);
    for (let times = 0; times < 50; times += 1) {
      watch.onEvent('dataChanged', { what: 'keys' });
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(3000);
    expect(looks()).toBe(2);
    expect(told.map(({ kind }) => kind)).toEqual(['overdue']);
    expect(states.at(-1)).toEqual({ vault: 'unlocked', urgent: 1 });
    watch.close();
  });

  it('looks by itself now and then, for days pass without an event; and not while locked', async () => {
    const { watch, told, looks, leave } = watched();
    watch.onEvent('statusChanged', status('unlocked'));
    await vi.advanceTimersByTimeAsync(1010);
    leave(-1);
    await vi.advanceTimersByTimeAsync(16 * 60_000);
    expect([looks(), told.length]).toEqual([2, 1]);
    watch.onEvent('statusChanged', status('locked'));
    watch.onEvent('dataChanged', { what: 'keys' });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(looks()).toBe(2);
    watch.close();
  });

  it('forgets what it saw when the vault locks: the next look is a quiet one', async () => {
    const { watch, told, states, leave } = watched();
    watch.onEvent('statusChanged', status('unlocked'));
    await vi.advanceTimersByTimeAsync(1010);
    watch.onEvent('statusChanged', status('locked'));
    expect(states.at(-1)).toEqual({ vault: 'locked', urgent: null });
    leave(-1);
    watch.onEvent('statusChanged', status('unlocked'));
    await vi.advanceTimersByTimeAsync(1010);
    expect(told).toEqual([]);
    expect(JSON.stringify(watch)).not.toContain('canary');
    watch.close();
  });

  it('a vault that is long to look through is looked at less often', async () => {
    const { watch, looks } = watched(500);
    watch.onEvent('statusChanged', status('unlocked'));
    await vi.advanceTimersByTimeAsync(600);
    for (let times = 0; times < 20; times += 1) {
      watch.onEvent('dataChanged', { what: 'keys' });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(looks()).toBeLessThanOrEqual(3);
    watch.close();
  });
});

describe('a profile that is chosen in the tray', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => vi.useRealTimers());

  const chosen = async (answer: object) => {
    const dispatched: unknown[] = [];
    const told: unknown[] = [];
    const places: unknown[] = [];
    let menu: { items: readonly TrayItem[]; choose: (action: TrayAction) => void } | undefined;
    let send: (name: 'statusChanged', event: StatusView) => void = () => undefined;
    const answers: Partial<Record<string, unknown>> = {
      'keys.list': { keys: [] },
      'limits.list': { keys: [] },
      'rotations.list': { rotations: [] },
      'vault.status': status('unlocked'),
      'profiles.list': { profiles: [{ id: 'p1', name: 'Support agent', env: 'prod' }] },
      'environments.list': { environments: [{ name: 'prod', kind: 'live' }] },
    };
    const stop = followOutlook({
      system: {
        loginItem: null,
        notify: null,
        showTray: ({ items }, choose) => {
          menu = { items, choose };
        },
      },
      desktop: { settings: () => ({ startAtLogin: null, notifications: null, stayInTray: null }) },
      seam: {
        ask: (channel, payload) => {
          if (channel === 'profiles.start') dispatched.push(payload);
          return Promise.resolve(
            channel === 'profiles.start' ? answer : { ok: true, result: answers[channel] },
          ) as never;
        },
        subscribe: (listener) => {
          send = listener;
          return () => undefined;
        },
      },
      goTo: (place) => places.push(place),
      tell: (name, event) => told.push([name, event]),
      lock: () => undefined,
      quit: () => undefined,
    });
    send('statusChanged', status('unlocked'));
    await vi.advanceTimersByTimeAsync(1010);
    await vi.waitFor(() => expect(menu?.items.some(({ kind }) => kind === 'group')).toBe(true));
    const group = menu?.items.find((item) => item.kind === 'group');
    const [line] = group?.kind === 'group' ? group.items : [];
    if (line?.kind !== 'action') throw new Error('nothing is offered');
    menu?.choose(line.action);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    stop();
    return { label: line.label, dispatched, told, places };
  };

  it('says its environment, starts, and the window shows its terminal', async () => {
    const run = { id: 'r1' };
    const { label, dispatched, told, places } = await chosen({ ok: true, result: { run } });
    expect(label).toBe('PROD · LIVE: Support agent');
    expect(dispatched).toEqual([{ id: 'p1', size: { columns: 100, rows: 24 } }]);
    expect(places).toEqual([{ at: 'screen', screen: 'agents' }]);
    expect(told).toEqual([['trayStarted', { run, problem: null }]]);
  });

  it('says in the window why it did not start', async () => {
    const error = { code: 'FILE_NOT_FOUND', message: 'There is no program node.', hint: 'Install it.' };
    const { told } = await chosen({ ok: false, error });
    expect(told).toEqual([
      ['trayStarted', { run: null, problem: { message: error.message, hint: error.hint } }],
    ]);
  });
});

describe('the menu of the tray', () => {
  const labels = (items: readonly TrayItem[]): string[] =>
    items.flatMap((item) =>
      item.kind === 'separator'
        ? []
        : item.kind === 'group'
          ? [item.label, ...labels(item.items)]
          : [item.label],
    );
  const runs = Array.from({ length: 9 }, (_, at) => ({
    id: `run-${at}`,
    label: `node agent-${at}.js`.repeat(9),
  }));

  it('says how many things need a person, and leads there', () => {
    const menu = trayMenu({ vault: 'unlocked', urgent: 1234, runs: [] });
    expect(menu.tooltip).toBe('Keymolt · 1,234 things need you');
    expect(menu.items[0]).toMatchObject({
      kind: 'action',
      action: { do: 'go', place: { screen: 'overview' } },
    });
    expect(labels(menu.items)).toEqual(['1,234 things need you', 'Open Keymolt', 'Lock', 'Quit Keymolt']);
  });

  it('locked: tells nothing, offers no command, and no second lock', () => {
    const menu = trayMenu({ vault: 'locked', urgent: null, runs });
    expect(menu.tooltip).toBe('Keymolt · Locked');
    expect(labels(menu.items)).toEqual(['Locked', 'Open Keymolt', 'Quit Keymolt']);
  });

  it('offers the latest commands, each of a readable length', () => {
    const menu = trayMenu({ vault: 'unlocked', urgent: 0, runs });
    const offered = menu.items.find(({ kind }) => kind === 'group');
    expect(offered?.kind === 'group' ? offered.items.length : 0).toBe(6);
    expect(Math.max(...labels(menu.items).map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(labels(menu.items)[0]).toBe('Nothing needs you');
  });
});

it('notices are counted, and name nobody', () => {
  const place = { at: 'key', key: 'prod/canary-name' } as const;
  for (const kind of ['due_soon', 'overdue', 'overlap', 'surge', 'rotated', 'put_back'] as const) {
    const one = noticeWords({ kind, count: 1, place });
    const many = noticeWords({ kind, count: 2400, place });
    expect(one.title).toMatch(/^A /);
    expect(many.title).toMatch(/^2,400 /);
    expect(JSON.stringify([one, many])).not.toMatch(/canary|prod/);
  }
});
