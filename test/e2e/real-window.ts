import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type ElectronApplication, _electron, type Page } from 'playwright-core';
import { openChromiumWindow } from '../../src-main/app/chromium-host/chromium-window.ts';
import { runDesktop } from '../../src-main/app/run-desktop.ts';
import { startDisplay } from '../support/window/display.ts';
import { findElectron } from '../support/window/electron-test-runtime.mjs';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** A home with nothing in it yet, and the command line on it. */
export interface Home {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs the built command line on this home. @returns its stdout; rejects where it failed */
  readonly keymolt: (...args: string[]) => Promise<string>;
  readonly dispose: () => Promise<void>;
}

export const newHome = async (): Promise<Home> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keymolt-e2e-'));
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name === 'KEYMOLT_HOME' ? [] : [[name, value] as const],
  );
  // A display of its own, because a display has one clipboard.
  const display = process.platform === 'linux' ? await startDisplay() : undefined;
  const env = {
    ...Object.fromEntries(inherited),
    KEYMOLT_HOME: path.join(folder, 'home'),
    ...(display === undefined ? {} : { DISPLAY: display.name }),
  };
  // The browser is started from within this process.
  if (display !== undefined) process.env['DISPLAY'] = display.name;
  // Not synchronous: the core that answers may be in this process.
  const keymolt = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const program = path.join(ROOT, 'out', 'cli', 'keymolt.cjs');
      execFile(process.execPath, [program, ...args], { env, timeout: 30_000 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`keymolt ${args.join(' ')}: ${stderr}`));
      });
    });
  return {
    folder,
    env,
    keymolt,
    dispose: async () => {
      await keymolt('sandbox', 'stop').catch(() => undefined);
      await keymolt('agent', 'stop').catch(() => undefined);
      display?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
};

export interface RealWindow {
  readonly page: Page;
  /** Closes the window as a person does, and waits until the app has ended. */
  readonly close: () => Promise<void>;
}

/** A driver of the test's own beside the app's, on the port that the browser opened for it. */
const driverOf = async (profile: string): Promise<Page> => {
  const [port] = readFileSync(path.join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${String(port)}`);
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error('the browser has no page');
  return page;
};

export interface ChromiumTestWindow extends RealWindow {
  /** The window that is opened after this one's page has crashed. */
  readonly reopened: Promise<RealWindow>;
}

/** The app in an installed browser, its core in this process: so that the test has the page in its hands. */
export const openInChromium = (home: Home): Promise<ChromiumTestWindow> =>
  new Promise((resolve, reject) => {
    let reopen: (window: RealWindow) => void = () => undefined;
    const reopened = new Promise<RealWindow>((settle) => {
      reopen = settle;
    });
    let isFirst = true;
    const ended = runDesktop({
      env: home.env,
      pageDir: path.join(ROOT, 'out', 'renderer'),
      open: async (seam, options) => {
        const window = await openChromiumWindow(seam, options, { switches: ['--remote-debugging-port=0'] });
        const page = await driverOf(window.profile);
        const close = async () => {
          await page.close();
          await ended;
        };
        if (isFirst) resolve({ page, close, reopened });
        else reopen({ page, close });
        isFirst = false;
        return window;
      },
    });
    ended.catch(reject);
  });

export interface ElectronWindow extends RealWindow {
  readonly app: ElectronApplication;
  /** The preload the window was made with. */
  readonly preload: string;
}

/** The built app in a real Electron: the official one where it is, else the stand-in for closed networks. */
export const openInElectron = async (home: Home): Promise<ElectronWindow> => {
  const { executable, kind } = await findElectron();
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      kind === 'official' ? ROOT : path.join(ROOT, 'out-test'),
    ],
    env: { ...home.env },
  });
  const page = await app.firstWindow();
  return {
    app,
    preload: path.join(ROOT, kind === 'official' ? 'out' : 'out-test', 'preload', 'index.cjs'),
    page,
    close: async () => {
      const ended = new Promise((resolve) => app.process().once('exit', resolve));
      await page.close();
      await ended;
    },
  };
};
