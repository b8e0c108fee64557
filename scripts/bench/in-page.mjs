// What is done in a window of ten thousand keys, and how long it took, as the browser times it.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @typedef {object} Page one that is talked to as DevTools do
 * @property {(method: string, params?: object) => Promise<Record<string, unknown>>} send
 * @property {(expression: string) => Promise<unknown>} evaluate
 */

/**
 * Settles after the first frame in which `condition` holds.
 * @param {Page} page
 * @param {string} condition an expression
 * @returns when that was by the page's clock, epoch ms: who asks may hear of it late, being busy with the page's next wish
 */
export const until = async ({ send }, condition) => {
  const expression = `new Promise((done) => {
    const look = () => {
      if (!(${condition})) return;
      changes.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.timeOrigin + performance.now())));
    };
    const changes = new MutationObserver(look);
    changes.observe(document, { subtree: true, childList: true, attributes: true });
    look();
  })`;
  for (;;) {
    // A document that goes takes its answer along; the next one is asked.
    const { result } = await send('Runtime.evaluate', { awaitPromise: true, expression }).catch(() => ({}));
    if (typeof result?.value === 'number') return result.value;
    await pause(5);
  }
};

const KEYS = {
  Enter: { text: '\r', windowsVirtualKeyCode: 13 },
  Backspace: { windowsVirtualKeyCode: 8 },
};

/** @param {Page} page @param {string} key a letter, or one of the keys above */
const press = async ({ send }, key) => {
  const stroke = { key, code: key };
  await send('Input.dispatchKeyEvent', { type: 'keyDown', ...stroke, ...(KEYS[key] ?? { text: key }) });
  await send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke });
};

/** The locked screen is there. @param {Page} page */
export const untilLocked = (page) => until(page, `document.querySelector('input[type=password]') !== null`);

/** @param {Page} page */
export const typePassphrase = async ({ send, evaluate }, passphrase) => {
  await evaluate(`document.querySelector('input[type=password]').focus()`);
  await send('Input.insertText', { text: passphrase });
};

/** @param {Page} page */
export const unlock = (page) => press(page, 'Enter');

/** The keys can be worked with, at either of the places where a window is opened here. @param {Page} page */
export const untilUsable = (page) =>
  until(page, `document.querySelector('#overview-figures, main [role=row][aria-rowindex="2"]') !== null`);

/** All keys are listed. @param {Page} page */
export const untilListed = (page) => until(page, `document.querySelector('[data-loaded]') !== null`);

/** How long each frame took while `work` was going on, in ms. */
const frames = async ({ evaluate }, work) => {
  await evaluate(`(() => {
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
  return JSON.parse(await evaluate('cancelAnimationFrame(benchFrame), JSON.stringify(benchFrames.slice(5))'));
};

/**
 * Three searches, each typed and taken back; the first keystroke comes after a rest.
 * @param {Page} page
 * @returns from each keystroke to the frame that shows its outcome, and the frames, in ms
 */
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
    for (const words of ['agent-012', 'prod team', 'moltbook']) {
      for (const key of [...words, ...Array.from(words, () => 'Backspace')]) {
        await press(page, key);
        await pause(80);
      }
    }
    await pause(300);
  });
  return { frames: drawn, strokes: JSON.parse(await page.evaluate('JSON.stringify(benchStrokes)')) };
};

/** @param {Page} page @returns the frames while the whole list is scrolled, in ms */
const scroll = async (page) => {
  await page.evaluate(`(() => {
    const field = document.activeElement;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  })()`);
  await pause(500);
  return frames(page, async () => {
    const wheel = { type: 'mouseWheel', x: 700, y: 500, deltaX: 0, deltaY: 400 };
    for (let turn = 0; turn < 60; turn += 1) await page.send('Input.dispatchMouseEvent', wheel);
    await pause(300);
  });
};

const goToKeys = `[...document.querySelectorAll('nav button')]
  .find(({ textContent }) => textContent.startsWith('Keys')).click()`;

/** From wherever it is to the list of keys, and there all that is timed. @param {Page} page */
export const workInList = async (page) => {
  await page.evaluate(goToKeys);
  await untilListed(page);
  await until(page, `document.querySelector('main [role=row][aria-rowindex="2"]') !== null`);
  const typed = await keystrokes(page);
  return { typed, scrolled: await scroll(page) };
};
