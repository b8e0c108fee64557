import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { DebuggingPipe } from './debugging-pipe.ts';
import { findBrowser } from './find-browser.ts';

const DISABLED_FEATURES = [
  'Translate',
  'OptimizationHints',
  'MediaRouter',
  'AutofillServerCommunication',
  'PasswordManagerOnboarding',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'PaintHolding',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  // One page that stays: no process waits for a page that might come after it.
  'SpareRendererForSitePerProcess',
];

// SECURITY: the service that would reach the network, were it let, has no sandbox of its own on Linux, so it may as well
// live in the browser's process; elsewhere it has one, and keeps it.
const NETWORK_SWITCHES = process.platform === 'linux' ? ['--enable-features=NetworkServiceInProcess2'] : [];

const SWITCHES = [
  // An app window has no tabs and no address bar. It takes no `about:` page; `--test-type` keeps the bar about unusual
  // switches away.
  '--app=data:text/html,<title>Keymolt</title>',
  '--test-type',
  '--class=keymolt',
  '--window-size=1280,800',
  // A profile that was made just now has no first run, no crash to restore from and no browser to compare itself with.
  '--no-first-run',
  '--no-default-browser-check',
  '--no-service-autorun',
  '--hide-crash-restore-bubble',
  '--disable-search-engine-choice-screen',
  '--disable-default-apps',
  // Nothing of the browser's own may use the network, and nothing of the page can: what is not answered from our own
  // files would have to go through a proxy that is not there.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-updater-scheduler',
  '--disable-edgeupdater',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-field-trial-config',
  '--disable-breakpad',
  '--metrics-recording-only',
  '--no-pings',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--disable-extensions',
  '--disable-component-extensions-with-background-pages',
  '--disable-print-preview',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
  // The profile keeps no password, so no keychain need be opened for it.
  '--password-store=basic',
  '--use-mock-keychain',
  '--disable-back-forward-cache',
];

export interface BrowserProcess {
  readonly pipe: DebuggingPipe;
  /** Made for this window, 0700; it holds the window's look and nothing secret, and goes when the window does. */
  readonly profile: string;
  /** Settles once the browser has ended and its profile is gone. */
  readonly ended: Promise<void>;
  /** Asks the browser to end, and makes it end where it does not. */
  readonly end: () => Promise<void>;
}

export interface BrowserOptions {
  /** False: drawn where nobody sees it, and no display is needed. */
  readonly isVisible?: boolean;
  /** More switches, for tests that look at the page with a driver of their own. */
  readonly switches?: readonly string[];
}

const END_MS = 5000;

/** @throws {AppError} WINDOW_UNAVAILABLE where there is no browser, or none that starts */
export const startBrowser = async ({
  isVisible = true,
  switches = [],
}: BrowserOptions = {}): Promise<BrowserProcess> => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw noBrowser();
  // SECURITY: Chromium's sandbox does not work for root, and refuses to start. Only then, as in a container or a test,
  // it is left out, and said so.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.stderr.write('keymolt: running as root, so the browser runs without its sandbox\n');
  const profile = mkdtempSync(join(tmpdir(), 'keymolt-window-'));
  const child = spawn(
    executablePath,
    [
      ...SWITCHES,
      ...NETWORK_SWITCHES,
      ...(isVisible ? [] : ['--headless', '--hide-scrollbars', '--mute-audio']),
      ...(isRoot ? ['--no-sandbox'] : []),
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      ...switches,
    ],
    // A group of its own: a signal from the terminal is for us, who end it in order.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
  );
  const kill = () => killGroup(child);
  process.once('exit', kill);
  const hasExited = new Promise<void>((resolve) => {
    child.once('exit', resolve).once('error', resolve);
  });
  const ended = hasExited.then(async () => {
    process.off('exit', kill);
    await removeFolder(profile);
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve).once('error', reject);
  }).catch(async (error: unknown) => {
    await ended;
    throw doesNotStart(error);
  });
  const [out, input] = child.stdio.slice(3) as [Writable, Readable];
  const pipe = new DebuggingPipe(input, out);
  const end = async () => {
    await Promise.race([
      pipe.send('Browser.close').then(
        () => hasExited,
        () => hasExited,
      ),
      sleep(END_MS),
    ]);
    kill();
    await ended;
  };
  return { pipe, profile, ended, end };
};

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended just now.
  }
};

const REMOVE_TRIES = 8;
const REMOVE_PAUSE_MS = 60;

/** The browser has ended before its helpers have written their last file, so what is removed may come back once. */
const removeFolder = async (folder: string): Promise<void> => {
  for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    await sleep(REMOVE_PAUSE_MS);
    if (!existsSync(folder)) return;
  }
};

const noBrowser = (): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'There is no Chrome, Chromium or Edge to show the window in.',
    'Install one, or name one with KEYMOLT_BROWSER. The command line works without.',
  );

/** What is said of a browser that ends before it has shown anything. */
export const doesNotStart = (cause?: unknown): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'The browser ended as soon as it was started.',
    'Look whether it starts by itself, or name another one with KEYMOLT_BROWSER. The command line works without.',
    { cause },
  );
