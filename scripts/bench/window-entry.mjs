// The window as it is built, with one addition: it is looked at from within, and tells what it saw. A process of its own,
// so that nothing of the bench is counted: bundled like the program, started like it.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { startBrowser } from '../../src-main/app/chromium-host/browser-process.ts';

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
const press = async (page, key, text) => {
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, ...(text && { text }) });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long each frame took while `work` was going on, in ms. */
const frames = async (page, work) => {
  await page.evaluate(`(() => {
    globalThis.benchFrames = [];
    let last = performance.now();
    const next = (now) => {
      benchFrames.push(now - last);
      last = now;
      globalThis.benchFrame = requestAnimationFrame(next);
    };
    globalThis.benchFrame = requestAnimationFrame(next);
  })()`);
  await work();
  const json = await page.evaluate('cancelAnimationFrame(benchFrame), JSON.stringify(benchFrames.slice(5))');
  return JSON.parse(json);
};

/** From a keystroke to the frame that shows its outcome, as the browser itself times it. */
const keystrokes = async (page) => {
  await page.evaluate(`(() => {
    globalThis.benchStrokes = [];
    addEventListener('keydown', (event) => {
      const at = event.timeStamp;
      requestAnimationFrame(() => setTimeout(() => benchStrokes.push(performance.now() - at)));
    }, { capture: true });
    document.querySelector('[role=searchbox], input[type=search], main input').focus();
  })()`);
  const drawn = await frames(page, async () => {
    for (const letter of 'agent-012') {
      await press(page, letter, letter);
      await pause(80);
    }
    await pause(300);
  });
  return { frames: drawn, strokes: JSON.parse(await page.evaluate('JSON.stringify(benchStrokes)')) };
};

const scroll = async (page) => {
  await page.evaluate(`(() => {
    const field = document.activeElement;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  })()`);
  await pause(500);
  return frames(page, async () => {
    for (let turn = 0; turn < 60; turn += 1)
      await page.send('Input.dispatchMouseEvent', {
        type: 'mouseWheel',
        x: 700,
        y: 500,
        deltaX: 0,
        deltaY: 400,
      });
    await pause(300);
  });
};

const look = async ({ page }, unlockedAt) => {
  await until(page, `document.querySelector('input[type=password]') !== null`);
  tell('locked');
  if (passphraseFile === undefined) return;
  await page.evaluate(`document.querySelector('input[type=password]').focus()`);
  await page.send('Input.insertText', { text: readFileSync(passphraseFile, 'utf8') });
  tell('entered');
  await press(page, 'Enter', '\r');
  await until(page, `document.querySelector('[data-loaded]') !== null`);
  tell('usable');
  tell('unlockMs', unlockedAt());
  await told();
  if (restMs === undefined) return;
  await pause(restMs);
  tell('rest', process.pid);
  await told();
  await page.evaluate(
    `[...document.querySelectorAll('nav button')].find(({ textContent }) => textContent.startsWith('Keys')).click()`,
  );
  await until(page, `document.querySelectorAll('main [role=row]').length > 1`);
  tell('typed', await keystrokes(page));
  tell('scrolled', await scroll(page));
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
