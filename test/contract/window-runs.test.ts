import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childLauncher } from '../../src-main/app/child-launcher.ts';
import { AHEAD_CHARACTERS, EVENT_CHARACTERS } from '../../src-main/services/launches/run-output.ts';
import type { RequestOf } from '../../src-shared/contract/channels.ts';
import type { WindowRunView } from '../../src-shared/contract/views.ts';
import { bytes, makeOpenCore, type TestCore } from '../support/test-core.ts';

const CANARY = 'mbd_test_CanaryCanaryCanaryCanaryCana12';
const SECOND = 'mbd_test_SecondSecondSecondSecondSeco34';
const WINDOW = { face: 'window' } as const;
const SIZE = { columns: 100, rows: 30 };

let core: TestCore;
/** What each command has printed, as the pages were told. */
const printed = new Map<string, string>();
let isDrawing = true;

beforeAll(async () => {
  core = await makeOpenCore({ host: 'desktop', launcher: childLauncher(process.env, process.cwd()) });
  await core.call('keys.add', { name: 'canary', platform: 'den-hosting', value: bytes(CANARY) });
  core.subscribe((name, event) => {
    if (name !== 'runOutput') return;
    const { id, offset, text } = event as { id: string; offset: number; text: string };
    expect(text.length).toBeLessThanOrEqual(EVENT_CHARACTERS);
    printed.set(id, (printed.get(id) ?? '') + text);
    if (isDrawing) void core.call('runs.drawn', { id, offset: offset + text.length }, WINDOW);
  });
});
afterAll(async () => {
  for (const text of printed.values()) expect(text).not.toMatch(/CanaryCanary|SecondSecond/);
  await core.dispose();
});

/** Starts `script` in a shell, and looks at it as a page does. */
const launch = async (
  script: string,
  more: Partial<RequestOf<'runs.launch'>> = {},
): Promise<WindowRunView> => {
  const { run } = await core.call(
    'runs.launch',
    { env: 'dev', command: ['sh', '-c', script], keys: ['canary'], size: SIZE, ...more },
    WINDOW,
  );
  await watch(run.id);
  return run;
};
const watch = async (id: string): Promise<void> => {
  const { text } = await core.call('runs.output', { id }, WINDOW);
  printed.set(id, text);
};
const prints = (id: string, what: string | RegExp) =>
  expect.poll(() => printed.get(id) ?? '', { timeout: 20_000, interval: 20 }).toMatch(what);
const viewOf = async (id: string) =>
  (await core.call('runs.list', {}, WINDOW)).runs.find((run) => run.id === id);
const ends = async (id: string) => {
  await expect.poll(async () => (await viewOf(id))?.ended ?? null, { timeout: 20_000 }).not.toBeNull();
  return (await viewOf(id))?.ended;
};

describe('a command of the window', () => {
  it('has a terminal of the page’s size, and a value that it prints is masked before any page hears of it', async () => {
    const { id, is_terminal } = await launch('test -t 0 && stty size; echo "$MOLTBOTDEN_API_KEY"; exit 7');
    expect(is_terminal).toBe(true);
    await prints(id, /30 100\s+\[molt:canary\]/);
    expect(await ends(id)).toMatchObject({ exit_code: 7, signal: null });
    const { text } = await core.call('runs.output', { id }, WINDOW);
    expect(text).toContain('[molt:canary]');
  });

  it('reads what is typed, and hears of another size', async () => {
    const { id } = await launch('read -r line; echo "heard $line"; stty size');
    await core.call('runs.resize', { id, size: { columns: 61, rows: 17 } }, WINDOW);
    await core.call('runs.type', { id, text: 'a word\r' }, WINDOW);
    await prints(id, /heard a word\s+17 61/);
    await ends(id);
    await expect(core.call('runs.type', { id, text: 'x' }, WINDOW)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('that prints without end waits for the page, and neither fills the memory nor holds up the core', async () => {
    isDrawing = false;
    const { id } = await launch('exec yes "$MOLTBOTDEN_API_KEY"');
    const told = () => printed.get(id)?.length ?? 0;
    await expect.poll(told, { timeout: 20_000 }).toBeGreaterThan(AHEAD_CHARACTERS);
    const most = told();
    for (let asked = 0; asked < 20; asked += 1) await core.call('keys.list', {}, WINDOW);
    expect(told()).toBe(most);
    // One read of the pty, masked, is the most that comes on top.
    expect(most).toBeLessThan(AHEAD_CHARACTERS + 8 * EVENT_CHARACTERS);
    isDrawing = true;
    await core.call('runs.drawn', { id, offset: most }, WINDOW);
    await expect.poll(told, { timeout: 20_000 }).toBeGreaterThan(most + AHEAD_CHARACTERS);
    await core.call('runs.stop', { id }, WINDOW);
    expect(await ends(id)).toMatchObject({ exit_code: null, signal: 'SIGTERM' });
  });

  it('is stopped with all it started, also where it takes no notice of TERM', async () => {
    const { id } = await launch('trap "" TERM; (trap "" TERM; sleep 600) & echo "child $!"; wait');
    await prints(id, /child \d+/);
    const child = Number(/child (\d+)/.exec(printed.get(id) ?? '')?.[1]);
    await core.call('runs.stop', { id, now: true }, WINDOW);
    expect(await ends(id)).toMatchObject({ signal: 'SIGKILL' });
    await expect.poll(() => isAlive(child), { timeout: 20_000 }).toBe(false);
  });

  it('starts anew under the same id with the value of now, and by itself where it watches its keys', async () => {
    const script = 'echo "holds $MOLTBOTDEN_API_KEY" | wc -c; sleep 600';
    const [byHand, byItself] = [await launch(script), await launch(script, { watch: true })];
    await Promise.all([byHand, byItself].map(({ id }) => prints(id, /\d/)));
    await core.call('keys.edit', { key: 'canary', value: bytes(SECOND) });
    await expect
      .poll(async () => (await viewOf(byItself.id))?.run_id, { timeout: 20_000 })
      .not.toBe(byItself.run_id);
    const { runs } = await core.call('vault.status', {}, WINDOW);
    expect(runs.find(({ run_id }) => run_id === byHand.run_id)).toMatchObject({ laggard: true });
    const { run } = await core.call('runs.restart', { id: byHand.id }, WINDOW);
    expect(run).toMatchObject({ id: byHand.id, ended: null });
    expect(run.run_id).not.toBe(byHand.run_id);
    const status = await core.call('vault.status', {}, WINDOW);
    expect(status.runs.filter(({ laggard }) => laggard)).toEqual([]);
    for (const { id } of [byHand, byItself]) {
      await core.call('runs.stop', { id }, WINDOW);
      await ends(id);
      await core.call('runs.dismiss', { id }, WINDOW);
      expect(await viewOf(id)).toBeUndefined();
    }
  });

  it('is kept as a profile, sealed in the vault, and started from it', async () => {
    const command = ['sh', '-c', 'echo profile-of-a-command; exit 0'];
    const wish = { name: 'Search agent', env: 'dev', command, keys: ['canary'], watch: false };
    const { profile } = await core.call('profiles.save', wish, WINDOW);
    await expect(core.call('profiles.save', wish, WINDOW)).rejects.toMatchObject({ code: 'REFUSED' });
    await core.call('profiles.save', { ...wish, id: profile.id, name: 'Indexer' }, WINDOW);
    expect((await core.call('profiles.list', {}, WINDOW)).profiles).toMatchObject([
      { id: profile.id, name: 'Indexer', env: 'dev', command, cwd: null, keys: ['canary'], watch: false },
    ]);
    const { run } = await core.call('profiles.start', { id: profile.id, size: SIZE }, WINDOW);
    expect(run.title).toBe('Indexer');
    await watch(run.id);
    await prints(run.id, 'profile-of-a-command');
    expect(await ends(run.id)).toMatchObject({ exit_code: 0 });
    expect(readFileSync(core.paths.vault).includes('profile-of-a-command')).toBe(false);
    await core.call('profiles.remove', { id: profile.id }, WINDOW);
    expect((await core.call('profiles.list', {}, WINDOW)).profiles).toEqual([]);
  });

  it('that cannot be started leaves nothing behind, and nobody but a window keeps or starts one', async () => {
    await expect(launch('', { command: ['no-such-program-anywhere'] })).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
    });
    const { outcome } = await core.ask('profiles.save', {
      name: 'planted',
      env: 'dev',
      command: ['x'],
      keys: [],
    });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
  });
});

/** Not one that has ended and is waited for by nobody: proc_pid_stat(5), third field. */
const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
};
