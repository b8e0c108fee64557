// The window in an installed browser, beside a bare page in the same browser. Unseen, so that no display is needed; both
// are timed from the call that opens them to what a person waits for.
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { hashRaw } from '@node-rs/argon2';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { findBrowser } from '../../src-main/app/chromium-host/find-browser.ts';
import { STANDARD_KDF } from '../../src-main/vault/crypto/kdf.ts';
import { root } from '../prepare.mjs';
import { electronFigures } from './electron-window.mjs';
import { openAt } from './home.mjs';
import { memoryOf, processorTimeOf, treeOf, wakingsAtRest } from './processes.mjs';
import { summary, takeTurns, timed } from './rounds.mjs';

const pageDir = path.join(root, 'out', 'renderer');
const isLinux = process.platform === 'linux';
/** Until everything that follows a start has been done and given back. */
const REST_MS = 12_000;
const KDF = {
  memoryCost: STANDARD_KDF.memoryKib,
  timeCost: STANDARD_KDF.passes,
  parallelism: STANDARD_KDF.lanes,
  outputLen: 32,
  salt: Buffer.alloc(16, 1),
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The same browser with the same means, and a page of one line. @returns ms until the line is seen */
async function barePage(executablePath) {
  const profile = mkdtempSync(path.join(tmpdir(), 'keymolt-bare-'));
  const startedAt = performance.now();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--app=data:text/html,<title>bare</title>'],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await context.route('**/*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>bare</title><input aria-label="Passphrase">',
    }),
  );
  await page.goto('https://bare.invalid/');
  await page.getByLabel('Passphrase').waitFor();
  const tookMs = performance.now() - startedAt;
  await context.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return tookMs;
}

/** What the browser by itself takes, at rest, for a page of one line. */
async function bareAtRest(executablePath) {
  const profile = mkdtempSync(path.join(tmpdir(), 'keymolt-bare-'));
  const args = [
    '--headless',
    '--app=data:text/html,<title>bare</title>bare',
    '--no-first-run',
    `--user-data-dir=${profile}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const child = spawn(executablePath, args, { stdio: 'ignore', detached: true });
  const hasEnded = new Promise((resolve) => child.once('exit', resolve));
  await pause(REST_MS);
  const memory = memoryOf(child.pid);
  process.kill(-child.pid, 'SIGKILL');
  await hasEnded;
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return memory;
}

/** The program as `build-node.mjs` makes it, from an entry that looks at its own window. @returns its file */
async function buildEntry() {
  const dir = path.join(root, 'out', 'bench');
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'window-entry.mjs'),
    external: (id) => !id.startsWith('.') && !path.isAbsolute(id) && !/^zod(\/|$)/.test(id),
    platform: 'node',
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
  });
  await bundle.write({
    dir,
    entryFileNames: 'window.mjs',
    chunkFileNames: '[name].mjs',
    format: 'esm',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  });
  await bundle.close();
  return path.join(dir, 'window.mjs');
}

/**
 * The app in a process of its own.
 * @param seen called by the name of what the app tells, with what it told, its process and the milliseconds since its start
 */
async function withWindow(entry, env, order, seen) {
  const startedAt = performance.timeOrigin + performance.now();
  const child = fork(entry, {
    env: { ...env, KEYMOLT_BENCH: JSON.stringify({ pageDir, ...order }) },
    silent: true,
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  let done = Promise.resolve();
  child.on('message', (message) => {
    const [[name, value]] = Object.entries(message);
    if (name === 'error') said += value;
    done = done.then(() => seen[name]?.(value, child, value - startedAt));
  });
  const hangs = setTimeout(() => child.kill(), 120_000);
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(hangs);
  await done;
  if (status !== 0 || /Error/.test(said)) throw new Error(`the window: ${said}`);
}

/**
 * @param home a home with ten thousand keys
 * @param empty a home with one
 */
export async function windowFigures({ rounds, home, empty }) {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    return {
      figures: [],
      tables: {},
      notes: ['window: not measured, for there is no Chrome, Chromium or Edge here'],
    };
  }
  for (const { keymolt } of [home, empty]) keymolt('agent', 'stop');
  const entry = await buildEntry();
  const typed = { frames: [], strokes: [] };
  const scrolled = [];
  /** From the start until all of ten thousand keys are listed. */
  const listed = [];
  const processor = { usable: [], kdf: [] };
  /** At rest with few keys, and with many. */
  const rest = { few: [], many: [] };
  const wakings = { host: [], page: [] };
  const lock = async () => {
    let lockedMs;
    await withWindow(entry, empty.env, {}, { locked: (_at, _child, ms) => (lockedMs = ms) });
    return lockedMs;
  };
  /** Up to the first look at the keys; the person who types the passphrase takes no time. */
  const use = async ({ env, passphraseFile }, screen, restMs, into) => {
    openAt(env, screen);
    let lockedMs;
    let enteredAt;
    let usableAt;
    await withWindow(
      entry,
      env,
      { passphraseFile, restMs },
      {
        locked: (_at, _child, ms) => (lockedMs = ms),
        entered: (at) => (enteredAt = at),
        usable: (at) => (usableAt = at),
        listed: (at, child) => {
          if (env === home.env && screen === 'overview') listed.push(lockedMs + at - enteredAt);
          if (isLinux) processor.usable.push(processorTimeOf(child.pid));
        },
        unlockMs: (_ms, child) => child.send('go'),
        rest: async (pid, child) => {
          into.push(memoryOf(pid));
          const page = treeOf(pid).find(({ kind }) => kind === 'renderer')?.pid;
          const woken = await wakingsAtRest({ host: pid, page });
          wakings.host.push(woken.host);
          wakings.page.push(woken.page);
          child.send('go');
        },
        typed: (value) => {
          typed.frames.push(...value.frames);
          typed.strokes.push(...value.strokes);
        },
        scrolled: (value) => scrolled.push(...value),
      },
    );
    return lockedMs + usableAt - enteredAt;
  };
  const times = await takeTurns(rounds, {
    'a bare page': () => barePage(executablePath),
    'the locked screen': lock,
    'bare Argon2id, as unlocking has it': async () => {
      const before = process.cpuUsage();
      const tookMs = await timed(() => hashRaw('a passphrase', KDF));
      const { user, system } = process.cpuUsage(before);
      processor.kdf.push((user + system) / 1000);
      return tookMs;
    },
    'usable with 10,000 keys, unlocking included': () => use(home, 'overview'),
    'the same where it opens on their list': () => use(home, 'keys'),
  });
  const kdfMs = times['bare Argon2id, as unlocking has it'].median;
  const bare = isLinux ? await bareAtRest(executablePath) : undefined;
  await use(home, 'overview', isLinux ? REST_MS : 0, rest.many);
  if (isLinux) await use(empty, 'overview', REST_MS, rest.few);
  const electron = await electronFigures({
    rounds,
    home,
    empty,
    kdf: {
      ms: kdfMs,
      processorMs: summary(processor.kdf).median,
    },
  });
  return {
    figures: [
      [
        'window: start to the locked screen',
        times['the locked screen'].median / times['a bare page'].median,
        1.6,
        '× a bare page',
      ],
      [
        'window: usable with 10,000 keys, without the KDF',
        times['usable with 10,000 keys, unlocking included'].median - kdfMs,
        2000,
        'ms',
      ],
      [
        'window: the same where it opens on their list',
        times['the same where it opens on their list'].median - kdfMs,
        2000,
        'ms',
      ],
      ['window: all of them listed, without the KDF', summary(listed).median - kdfMs, 2000, 'ms'],
      ['window: a keystroke in the filter to its frame, p95', summary(typed.strokes).p95, 50, 'ms'],
      ['window: the first keystroke after a rest', typed.strokes[0], undefined, 'ms'],
      // A frame that was missed takes 33 ms; the clock of an unseen page ticks at 16.7.
      ['window: a frame while typing in the filter, p95', summary(typed.frames).p95, 50, 'ms'],
      ['window: a frame while scrolling 10,000 keys, median', summary(scrolled).median, 17, 'ms'],
      ...(isLinux
        ? [
            // Less than the time above where two processors share the work; hardly more where others keep them busy.
            [
              'window: processor time of all processes until then, without the KDF',
              summary(processor.usable).median - summary(processor.kdf).median,
              undefined,
              'ms',
            ],
            ['a bare page of the same browser at rest', bare.all, undefined, 'MB PSS'],
            ['window: all processes at rest, one key, shared memory once', rest.few[0].all, 250, 'MB PSS'],
            ['window: of that, not read from the browser’s files', rest.few[0].own, undefined, 'MB'],
            ['window: all processes at rest, 10,000 keys', rest.many[0].all, undefined, 'MB PSS'],
            ['window: of that, not read from the browser’s files', rest.many[0].own, 250, 'MB'],
            ['window: host at rest, wakings of its main thread', Math.max(...wakings.host), 1, 'a second'],
            ['window: page at rest, wakings of its main thread', Math.max(...wakings.page), 1, 'a second'],
          ]
        : []),
      ...electron.figures,
    ],
    tables: {
      'The window, from its start (ms)': { times, baseline: 'a bare page' },
      ...electron.tables,
    },
    notes: [
      ...(isLinux
        ? [
            `window at rest, one key (MB PSS): ${rest.few[0].byKind}`,
            `window at rest, 10,000 keys (MB PSS): ${rest.many[0].byKind}`,
          ]
        : []),
      ...electron.notes,
    ],
  };
}
