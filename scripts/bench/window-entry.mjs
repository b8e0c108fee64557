// The window as it is built, with one addition: it is looked at from within, and tells what it saw. A process of its own,
// so that nothing of the bench is counted: bundled like the program, started like it.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { startBrowser } from '../../src-main/app/chromium-host/browser-process.ts';
import { typePassphrase, unlock, untilListed, untilLocked, untilUsable, workInList } from './in-page.mjs';

const { pageDir, passphraseFile, restMs } = JSON.parse(process.env.KEYMOLT_BENCH);
const now = () => performance.timeOrigin + performance.now();
const tell = (name, value = now()) => process.send({ [name]: value });
const told = () => new Promise((resolve) => process.once('message', resolve));

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const look = async ({ page }, unlockedAt) => {
  tell('locked', await untilLocked(page));
  if (passphraseFile === undefined) return;
  await typePassphrase(page, readFileSync(passphraseFile, 'utf8'));
  tell('entered');
  await unlock(page);
  const [usable, listed] = await Promise.all([untilUsable(page), untilListed(page)]);
  tell('usable', usable);
  tell('listed', listed);
  tell('unlockMs', unlockedAt());
  await told();
  if (restMs === undefined) return;
  await pause(restMs);
  tell('rest', process.pid);
  await told();
  const { typed, scrolled } = await workInList(page);
  tell('typed', typed);
  tell('scrolled', scrolled);
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
