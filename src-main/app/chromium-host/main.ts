import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { runDesktop } from '../run-desktop.ts';
import type { WindowSeam } from '../window-host.ts';
import { type ChromiumWindow, openChromiumWindow } from './chromium-window.ts';

// Entry of the window on plain Node: for machines that have a browser but no Electron runtime. With `--screenshot` it
// draws the window unseen, saves what a person would see, and ends; for machines without a display.

const { values } = parseArgs({
  options: { screenshot: { type: 'string' }, 'password-file': { type: 'string' } },
});

let window: ChromiumWindow | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void window?.close());

const LIST_TIMEOUT_MS = 20_000;

const takePicture = async (file: string, seam: WindowSeam, { page }: ChromiumWindow): Promise<void> => {
  const passphraseFile = values['password-file'];
  if (passphraseFile !== undefined) {
    const secret = new Uint8Array(await readFile(passphraseFile));
    const end = secret.at(-1) === 0x0a ? -1 : undefined;
    const outcome = await seam.dispatch(
      'vault.unlock',
      { with: 'passphrase', secret: secret.subarray(0, end) },
      { trusted: true },
    );
    if (!outcome.ok) throw new AppError(outcome.error.code, outcome.error.message, outcome.error.hint);
    await page.locator('[data-loaded]').waitFor({ timeout: LIST_TIMEOUT_MS });
  }
  await page.screenshot({ path: file, animations: 'disabled' });
};

try {
  await runDesktop({
    env: process.env,
    pageDir: fileURLToPath(new URL('../renderer', import.meta.url)),
    open: async (seam, options) => {
      const isVisible = values.screenshot === undefined;
      window = await openChromiumWindow(seam, options, { isVisible });
      if (values.screenshot !== undefined) {
        await takePicture(values.screenshot, seam, window).finally(window.close);
      }
      return window;
    },
  });
  process.exit(0);
} catch (error) {
  const words =
    error instanceof AppError
      ? `${error.code}: ${error.message} (${error.hint})`
      : `INTERNAL: ${String(error)}`;
  process.stderr.write(`keymolt: ${words}\n`);
  process.exit(1);
}
