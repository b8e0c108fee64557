// The window as it is built, with one addition: it is looked at from within, and tells what it saw. A process of its own,
// so that nothing of the bench is counted: bundled like the program, started like it.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { startBrowser } from '../../src-main/app/chromium-host/browser-process.ts';
import { goToKeys, keystrokes, scroll, USABLE } from './in-page.mjs';

const { pageDir, passphraseFile, restMs } = JSON.parse(process.env.KEYMOLT_BENCH);
const now = () => performance.timeOrigin + performance.now();
const tell = (name, value = now()) => process.send({ [name]: value });
const told = () => new Promise((resolve) => process.once('message', resolve));

const until = (page, condition) =>
  page.send('Runtime.evaluate', {
    awaitPromise: true,
    expression: `new Promise((done) => {
      const look = () => {
        if (!(${condition})) return;
        changes.disconnect();
        requestAnimationFrame(() => setTimeout(done));
      };
      const changes = new MutationObserver(look);
      changes.observe(document, { subtree: true, childList: true, attributes: true });
      look();
    })`,
  });
const KEYS = {
  Enter: { text: '\r' },
  Backspace: { windowsVirtualKeyCode: 8 },
};
const press = async (page, key) => {
  const more = KEYS[key] ?? { text: key };
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, ...more });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const look = async ({ page }, unlockedAt) => {
  await until(page, `document.querySelector('input[type=password]') !== null`);
  tell('locked');
  if (passphraseFile === undefined) return;
  await page.evaluate(`document.querySelector('input[type=password]').focus()`);
  await page.send('Input.insertText', { text: readFileSync(passphraseFile, 'utf8') });
  tell('entered');
  await press(page, 'Enter');
  await until(page, `document.querySelector('${USABLE}') !== null`);
  tell('usable');
  await until(page, `document.querySelector('[data-loaded]') !== null`);
  tell('listed');
  tell('unlockMs', unlockedAt());
  await told();
  if (restMs === undefined) return;
  await pause(restMs);
  tell('rest', process.pid);
  await told();
  await page.evaluate(goToKeys);
  await until(page, `document.querySelectorAll('main [role=row]').length > 1`);
  const hands = {
    evaluate: page.evaluate,
    press: (key) => press(page, key),
    wheel: (deltaY) =>
      page.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x: 700, y: 500, deltaX: 0, deltaY }),
  };
  tell('typed', await keystrokes(hands));
  tell('scrolled', await scroll(hands));
};

// In the order of the program (src-main/app/chromium-host/main.ts).
const browser = startBrowser({ isVisible: false });
const [{ runDesktop }, { openChromiumWindow }] = await Promise.all([
  import('../../src-main/app/run-desktop.ts'),
  import('../../src-main/app/chromium-host/chromium-window.ts'),
]);
await runDesktop({
  env: process.env,
  pageDir,
  open: async (seam, options) => {
    let unlockMs = 0;
    const timed = {
      ...seam,
      dispatch: async (channel, ...more) => {
        const from = performance.now();
        const outcome = await seam.dispatch(channel, ...more);
        if (channel === 'vault.unlock') unlockMs = performance.now() - from;
        return outcome;
      },
    };
    const window = await openChromiumWindow(timed, options, { isVisible: false, browser });
    void look(window, () => unlockMs)
      .catch((error) => tell('error', String(error)))
      .finally(() => window.close());
    return window;
  },
});
process.exit(0);
