// The same window in Electron: the official runtime where it is, else the stand-in of the tests, which is an older one.
// It is watched from outside, over a pipe to its page, and a bare page in the same runtime beside it just so: a driver
// would look into the main process as well, and slow it down.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DebuggingPipe } from '../../src-main/app/chromium-host/debugging-pipe.ts';
import { startDisplay } from '../../test/support/window/display.ts';
import { buildForTestRuntime } from '../../test/support/window/electron-test-build.mjs';
import { findElectron } from '../../test/support/window/electron-test-runtime.mjs';
import { root } from '../prepare.mjs';
import {
  typePassphrase,
  unlock,
  until,
  untilListed,
  untilLocked,
  untilUsable,
  workInList,
} from './in-page.mjs';
import { memoryOf, processorTimeOf, treeOf, wakingsAtRest } from './processes.mjs';
import { openAt } from './home.mjs';
import { summary, takeTurns } from './rounds.mjs';

const REST_MS = 12_000;
/** Epoch ms, finer than a whole one. */
const now = () => performance.timeOrigin + performance.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const BARE = `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const page = new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true } });
  void page.loadURL('data:text/html,<title>bare</title><input aria-label="Passphrase">');
});`;

const untilBare = (page) => until(page, `document.querySelector('input') !== null`);

/** @returns the first page that is opened, as `in-page.mjs` wants it */
const firstPage = (pipe) =>
  new Promise((resolve, reject) => {
    pipe.listen(({ method, params }) => {
      if (method !== 'Target.attachedToTarget' || params.targetInfo.type !== 'page') return;
      const send = (name, more = {}) => pipe.send(name, more, params.sessionId);
      const evaluate = async (expression) =>
        (await send('Runtime.evaluate', { expression, returnByValue: true })).result.value;
      resolve({ send, evaluate });
    });
    pipe
      .send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true })
      .catch(reject);
  });

/**
 * @param home a home with ten thousand keys
 * @param empty a home with one
 * @param kdf what Argon2id takes by itself: `{ ms, processorMs }`, of the same run
 */
export async function electronFigures({ rounds, home, empty, kdf }) {
  const display = await startDisplay().catch(() => undefined);
  const found = await findElectron().catch(() => undefined);
  if (display === undefined || found === undefined) {
    display?.stop();
    return { figures: [], tables: {}, notes: ['Electron: not measured, for it or a display is not here'] };
  }
  if (found.kind !== 'official') buildForTestRuntime();
  const bareFolder = mkdtempSync(path.join(tmpdir(), 'keymolt-bare-'));
  writeFileSync(path.join(bareFolder, 'package.json'), JSON.stringify({ name: 'bare', main: 'main.js' }));
  writeFileSync(path.join(bareFolder, 'main.js'), BARE);
  const program = found.kind === 'official' ? root : path.join(root, 'out-test');
  /** @param work is given the app's process, its page and when it was started */
  const withApp = async (folder, env, work) => {
    const startedAt = now();
    const child = spawn(
      found.executable,
      [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--remote-debugging-pipe', folder],
      { env: { ...env, DISPLAY: display.name }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const pipe = new DebuggingPipe(child.stdio[4], child.stdio[3]);
    const hangs = setTimeout(() => child.kill('SIGKILL'), 120_000);
    try {
      return await work({ pid: child.pid, page: await firstPage(pipe), startedAt });
    } finally {
      clearTimeout(hangs);
      await pipe.send('Browser.close').catch(() => undefined);
      await ended;
    }
  };
  const processor = [];
  /** From the start until all keys are listed. */
  const listed = [];
  const use = ({ env, passphraseFile }, screen, more = () => undefined) => {
    openAt(env, screen);
    return withApp(program, env, async ({ pid, page, startedAt }) => {
      const lockedMs = (await untilLocked(page)) - startedAt;
      await typePassphrase(page, readFileSync(passphraseFile, 'utf8'));
      const enteredAt = now();
      await unlock(page);
      const [usableAt, listedAt] = await Promise.all([untilUsable(page), untilListed(page)]);
      if (env === home.env && screen === 'overview') listed.push(lockedMs + listedAt - enteredAt);
      processor.push(processorTimeOf(pid));
      await more({ pid, page });
      return lockedMs + usableAt - enteredAt;
    });
  };
  const lockedMs = (folder, env, isThere) =>
    withApp(folder, env, async ({ page, startedAt }) => (await isThere(page)) - startedAt);
  const wakings = { host: [], page: [] };
  const atRest = async (pid) => {
    await pause(REST_MS);
    const memory = memoryOf(pid);
    const page = treeOf(pid).find(({ kind }) => kind === 'renderer')?.pid;
    const woken = await wakingsAtRest({ host: pid, page });
    wakings.host.push(woken.host);
    wakings.page.push(woken.page);
    return memory;
  };
  try {
    const times = await takeTurns(rounds, {
      'a bare page in Electron': () => lockedMs(bareFolder, process.env, untilBare),
      'the locked screen': () => lockedMs(program, empty.env, untilLocked),
      'usable with 10,000 keys, unlocking included': () => use(home, 'overview'),
      'the same where it opens on their list': () => use(home, 'keys'),
    });
    const usable = times['usable with 10,000 keys, unlocking included'].median;
    const processorMs = summary(processor).median;
    let bare;
    await withApp(bareFolder, process.env, async ({ pid }) => {
      await pause(REST_MS);
      bare = memoryOf(pid);
    });
    let many;
    let typed;
    let scrolled;
    await use(home, 'overview', async ({ pid, page }) => {
      many = await atRest(pid);
      ({ typed, scrolled } = await workInList(page));
    });
    let few;
    await use(empty, 'overview', async ({ pid }) => {
      few = await atRest(pid);
    });
    return {
      figures: [
        ['Electron: usable with 10,000 keys, without the KDF', usable - kdf.ms, 2000, 'ms'],
        [
          'Electron: the same where it opens on their list',
          times['the same where it opens on their list'].median - kdf.ms,
          2000,
          'ms',
        ],
        ['Electron: all of them listed, without the KDF', summary(listed).median - kdf.ms, 2000, 'ms'],
        ['Electron: a keystroke in the filter to its frame, p95', summary(typed.strokes).p95, 50, 'ms'],
        ['Electron: the first keystroke after a rest', typed.strokes[0], undefined, 'ms'],
        ['Electron: a frame while scrolling 10,000 keys, median', summary(scrolled).median, 17, 'ms'],
        [
          'Electron: processor time of all processes until then, without the KDF',
          processorMs - kdf.processorMs,
          undefined,
          'ms',
        ],
        ['a bare page in Electron at rest', bare.all, undefined, 'MB PSS'],
        ['Electron: all processes at rest, one key, shared memory once', few.all, 250, 'MB PSS'],
        ['Electron: of that, not read from its files', few.own, undefined, 'MB'],
        ['Electron: all processes at rest, 10,000 keys', many.all, undefined, 'MB PSS'],
        ['Electron: of that, not read from its files', many.own, 250, 'MB'],
        [
          'Electron: main process at rest, wakings of its main thread',
          Math.max(...wakings.host),
          1,
          'a second',
        ],
        ['Electron: page at rest, wakings of its main thread', Math.max(...wakings.page), 1, 'a second'],
      ],
      tables: {
        'The window in Electron, from its start (ms)': { times, baseline: 'a bare page in Electron' },
      },
      notes: [
        `Electron is ${found.kind === 'official' ? 'the official runtime' : 'the stand-in of the tests, 33'}`,
        `Electron at rest, one key (MB PSS): ${few.byKind}`,
        `Electron at rest, 10,000 keys (MB PSS): ${many.byKind}`,
      ],
    };
  } finally {
    rmSync(bareFolder, { recursive: true, force: true });
    display.stop();
  }
}
