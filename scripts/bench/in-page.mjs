// What is done in an open window of ten thousand keys, and how long each frame took meanwhile, as the browser times it.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @typedef {object} Hands
 * @property {(expression: string) => Promise<unknown>} evaluate in the page
 * @property {(key: string) => Promise<void>} press a letter, or `Backspace`
 * @property {(deltaY: number) => Promise<void>} wheel over the list
 */

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
 * @param {Hands} hands
 * @returns from each keystroke to the frame that shows its outcome, and the frames, in ms
 */
export const keystrokes = async (hands) => {
  await hands.evaluate(`(() => {
    globalThis.benchStrokes = [];
    addEventListener('keydown', (event) => {
      const at = event.timeStamp;
      requestAnimationFrame(() => setTimeout(() => benchStrokes.push(performance.now() - at)));
    }, { capture: true });
    document.querySelector('[role=searchbox], input[type=search], main input').focus();
  })()`);
  const drawn = await frames(hands, async () => {
    for (const words of ['agent-012', 'prod team', 'moltbook']) {
      for (const key of [...words, ...Array.from(words, () => 'Backspace')]) {
        await hands.press(key);
        await pause(80);
      }
    }
    await pause(300);
  });
  return { frames: drawn, strokes: JSON.parse(await hands.evaluate('JSON.stringify(benchStrokes)')) };
};

/** @param {Hands} hands @returns the frames while the whole list is scrolled, in ms */
export const scroll = async (hands) => {
  await hands.evaluate(`(() => {
    const field = document.activeElement;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  })()`);
  await pause(500);
  return frames(hands, async () => {
    for (let turn = 0; turn < 60; turn += 1) await hands.wheel(400);
    await pause(300);
  });
};

/** What is there once the keys can be worked with, at either of the places where a window is opened here. */
export const USABLE = '#overview-figures, main [role=row][aria-rowindex="2"]';

/** From the overview to the list. */
export const goToKeys = `[...document.querySelectorAll('nav button')]
  .find(({ textContent }) => textContent.startsWith('Keys')).click()`;
