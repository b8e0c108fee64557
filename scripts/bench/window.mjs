// The window in an installed browser, beside a bare page in the same browser. Unseen, so that no display is needed; both
// are timed from the call that opens them to what a person waits for.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { chromium } from 'playwright-core';
import { openChromiumWindow } from '../../src-main/app/chromium-host/chromium-window.ts';
import { findBrowser } from '../../src-main/app/chromium-host/find-browser.ts';
import { runDesktop } from '../../src-main/app/run-desktop.ts';
import { root } from '../prepare.mjs';
import { summary, takeTurns } from './rounds.mjs';

const pageDir = path.join(root, 'out', 'renderer');

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

/** The app, its core in this process. @returns what `use` returns; the app has ended by then */
async function withWindow(env, use) {
  const startedAt = performance.now();
  let used;
  await runDesktop({
    env,
    pageDir,
    open: async (seam, options) => {
      const window = await openChromiumWindow(seam, options, { isVisible: false });
      used = (async () => {
        await window.page.getByLabel('Passphrase').waitFor();
        return await use(window.page, startedAt);
      })().finally(() => window.close());
      used.catch(() => undefined);
      return window;
    },
  });
  return used;
}

/** Types into the filter of an open list, and times every frame that is drawn meanwhile. */
async function typeInFilter(page) {
  await page.evaluate(() => {
    const frames = (globalThis.keymoltFrames = []);
    let last = performance.now();
    const next = (now) => {
      frames.push(now - last);
      last = now;
      globalThis.requestAnimationFrame(next);
    };
    globalThis.requestAnimationFrame(next);
  });
  const field = page
    .getByRole('searchbox')
    .or(page.getByPlaceholder(/search|filter/i))
    .first();
  await field.click();
  await page.keyboard.type('agent-012', { delay: 80 });
  await page.waitForTimeout(300);
  return page.evaluate(() => globalThis.keymoltFrames.slice(5));
}

/** Turns the wheel over an open list of 10,000 keys. @returns how long each frame took, in milliseconds */
async function scrollList(page) {
  await page.getByRole('searchbox').fill('');
  await page.getByRole('grid', { name: 'Keys' }).hover();
  await page.evaluate(() => (globalThis.keymoltFrames.length = 0));
  for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, 400);
  await page.waitForTimeout(300);
  return page.evaluate(() => globalThis.keymoltFrames.slice(5));
}

/** Of this process, which has the core, and of all below it: the browser. @returns MB, shared memory counted once */
function memoryOfAll() {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended.
    }
  }
  const isOurs = (pid) => pid === process.pid || (parents.has(pid) && isOurs(parents.get(pid)));
  let kilobytes = 0;
  for (const pid of [...parents.keys()].filter(isOurs)) {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    } catch {
      // As above, or not ours to read.
    }
  }
  return kilobytes / 1024;
}

/**
 * @param home a home with ten thousand keys
 * @param empty a home with one
 */
export async function windowFigures({ rounds, home, empty }) {
  const executablePath = await findBrowser();
  if (executablePath === undefined) {
    return {
      figures: [],
      tables: {},
      notes: ['window: not measured, for there is no Chrome, Chromium or Edge here'],
    };
  }
  for (const { keymolt } of [home, empty]) keymolt('agent', 'stop');
  const frames = [];
  const scrolled = [];
  const memory = [];
  const times = await takeTurns(rounds, {
    'a bare page': () => barePage(executablePath),
    'the locked screen': () => withWindow(empty.env, (_page, startedAt) => performance.now() - startedAt),
    'usable with 10,000 keys': () =>
      withWindow(home.env, async (page, startedAt) => {
        await page.getByLabel('Passphrase').fill(home.passphrase().toString());
        await page.keyboard.press('Enter');
        await page.locator('[data-loaded]').waitFor();
        // It opens where it was left: the lines of the overview, or the rows of the list.
        const listed = page.getByRole('main').getByRole('listitem').nth(3);
        await listed.or(page.getByRole('row').nth(3)).first().waitFor();
        const tookMs = performance.now() - startedAt;
        await page.getByRole('navigation').getByRole('button', { name: 'Keys' }).click();
        await page.getByRole('row').nth(3).waitFor();
        frames.push(...(await typeInFilter(page)));
        scrolled.push(...(await scrollList(page)));
        if (process.platform === 'linux') {
          await page.waitForTimeout(2000);
          memory.push(memoryOfAll());
        }
        return tookMs;
      }),
  });
  const { median, p95 } = summary(frames);
  const base = times['a bare page'].median;
  return {
    figures: [
      ['window: start to the locked screen', times['the locked screen'].median / base, 1.6, '× a bare page'],
      [
        'window: usable with 10,000 keys, unlocking included',
        times['usable with 10,000 keys'].median,
        3000,
        'ms',
      ],
      // A frame that was missed takes 33 ms; the clock of an unseen page ticks at 16.7.
      ['window: a frame while typing in the filter, median', median, 17, 'ms'],
      ['window: a frame while typing in the filter, p95', p95, 50, 'ms'],
      ['window: a frame while scrolling 10,000 keys, median', summary(scrolled).median, 17, 'ms'],
      ...(memory.length === 0
        ? []
        : [['window: all processes at rest, the bench’s own too', summary(memory).median, undefined, 'MB']]),
    ],
    tables: { 'The window, from its opening (ms)': { times, baseline: 'a bare page' } },
    notes: [],
  };
}
