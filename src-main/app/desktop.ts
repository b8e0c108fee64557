import { homedir } from 'node:os';
import { openSync } from 'node:fs';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { ensurePrivateFolder, resolvePaths } from '../agent/paths.ts';
import { dispatch } from '../ipc/dispatch.ts';
import { createJsonLog } from '../log/json-log.ts';
import type { Clipboard } from '../services/ports.ts';
import { childLauncher } from './child-launcher.ts';
import { type RunningCore, startCore } from './start-core.ts';
import type { HostClipboard, WindowHost, WindowHostOptions, WindowSeam } from './window-host.ts';
import path from 'node:path';

export interface DesktopOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the built page (`out/renderer`). */
  readonly pageDir: string;
  readonly openWindow: (seam: WindowSeam, options: WindowHostOptions) => Promise<WindowHost>;
}

export interface Desktop {
  readonly core: RunningCore;
  readonly window: WindowHost;
  /** Settles once the window is closed, the vault locked and given up. */
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/**
 * The desktop app, whatever shows its window: the core in this process, its socket for the command line, and one window.
 * @throws {AppError} VAULT_IN_USE where the app is open already, and what opening the window throws
 */
export async function startDesktop({ env, pageDir, openWindow }: DesktopOptions): Promise<Desktop> {
  // SECURITY: a crash report would list the whole environment.
  process.report.excludeEnv = true;
  const paths = resolvePaths(env);
  ensurePrivateFolder(paths.home, { mayBeLink: true });
  ensurePrivateFolder(path.dirname(paths.log), { mayBeLink: true });
  const log = createJsonLog(openSync(paths.log, 'a', 0o600));
  let hostClipboard: HostClipboard | undefined;
  let settleEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    settleEnded = resolve;
  });
  const core = await startCore({
    host: 'desktop',
    env,
    log,
    clipboard: lateClipboard(() => hostClipboard),
    launcher: childLauncher(env, homedir()),
    onEnd: settleEnded,
  });
  try {
    const window = await openWindow(windowSeam(core), {
      pageDir,
      onSystemEvent: (event) => core.core.vault.lock(event),
    });
    hostClipboard = window.clipboard;
    const end = (): void => core.end('stop');
    void window.closed.then(end);
    void ended.then(() => window.close());
    return { core, window, ended, end };
  } catch (error) {
    core.end('stop');
    await ended;
    throw error;
  }
}

const windowSeam = (running: RunningCore): WindowSeam => ({
  dispatch: async (channel, payload, { trusted }) => {
    const { outcome } = await dispatch(running.core, {
      face: 'window',
      channel,
      payload,
      isTrustedSender: trusted,
      actor: 'window',
      process: null,
      signal: new AbortController().signal,
    });
    return outcome;
  },
  subscribe: running.subscribe,
});

/** The clipboard comes with the window, and the window after the core. */
const lateClipboard = (host: () => HostClipboard | undefined): Clipboard => ({
  write: async (value) => {
    const clipboard = host();
    if (clipboard === undefined)
      throw new AppError('CLIPBOARD_UNAVAILABLE', 'The window is not open yet.', 'Try again.');
    await clipboard.write(value.expose());
  },
  clearIfUnchanged: async (value) => (await host()?.clearIfHolding(value.expose())) ?? false,
});
