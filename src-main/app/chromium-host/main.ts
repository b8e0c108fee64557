import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { WindowSeam } from '../window-host.ts';
import type { AppPage } from './app-page.ts';
import { startBrowser } from './browser-process.ts';
import type { ChromiumWindow } from './chromium-window.ts';

// Entry of the window on plain Node: for machines that have a browser but no Electron runtime. With `--screenshot` it
// draws the window unseen, saves what a person would see, and ends; for machines without a display.

const { values } = parseArgs({
  options: { screenshot: { type: 'string' }, 'password-file': { type: 'string' } },
});

const isVisible = values.screenshot === undefined;
// It takes longer to start than everything else, which is loaded meanwhile.
const firstBrowser = startBrowser({ isVisible });
firstBrowser.catch(() => undefined);
let isFirst = true;

let window: ChromiumWindow | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void window?.close());

const SHOWN_MS = 20_000;
const LOOK_MS = 100;
const SETTLE_MS = 400;

const until = async (page: AppPage, expression: string): Promise<void> => {
  const lastLook = Date.now() + SHOWN_MS;
  while (Date.now() < lastLook) {
    if ((await page.evaluate(expression)) === true) return;
    await sleep(LOOK_MS);
  }
  throw new AppError('WINDOW_UNAVAILABLE', 'The page showed nothing in time.', 'Try again.');
};

const takePicture = async (file: string, seam: WindowSeam, { page }: ChromiumWindow): Promise<void> => {
  const passphraseFile = values['password-file'];
  if (passphraseFile !== undefined) {
    const secret = new Uint8Array(await readFile(passphraseFile));
    const end = secret.at(-1) === 0x0a ? -1 : undefined;
    const outcome = await seam.ask('vault.unlock', {
      with: 'passphrase',
      secret: secret.subarray(0, end),
    });
    if (!outcome.ok) throw new AppError(outcome.error.code, outcome.error.message, outcome.error.hint);
    await until(page, 'document.querySelector("[data-loaded]") !== null');
  } else await until(page, 'document.querySelector("h1") !== null');
  // What comes in by moving would be caught half way.
  const features = [{ name: 'prefers-reduced-motion', value: 'reduce' }];
  await page.send('Emulation.setEmulatedMedia', { features });
  await sleep(SETTLE_MS);
  const { data } = await page.send('Page.captureScreenshot', { format: 'png' });
  await writeFile(file, Buffer.from(String(data), 'base64'));
};

try {
  const [{ runDesktop }, { openChromiumWindow }] = await Promise.all([
    import('../run-desktop.ts'),
    import('./chromium-window.ts'),
  ]);
  await runDesktop({
    env: process.env,
    pageDir: fileURLToPath(new URL('../renderer', import.meta.url)),
    open: async (seam, options) => {
      const browser = isFirst ? firstBrowser : undefined;
      isFirst = false;
      window = await openChromiumWindow(seam, options, { isVisible, browser });
      if (values.screenshot !== undefined) {
        await takePicture(values.screenshot, seam, window).finally(window.close);
      }
      return window;
    },
  });
  process.exit(0);
} catch (error) {
  await firstBrowser.then(({ end }) => end()).catch(() => undefined);
  const words =
    error instanceof AppError
      ? `${error.code}: ${error.message} (${error.hint})`
      : `INTERNAL: ${String(error)}`;
  process.stderr.write(`keymolt: ${words}\n`);
  process.exit(1);
}
