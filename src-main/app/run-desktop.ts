import { openSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { ChannelName, RequestOf, ResponseOf } from '../../src-shared/contract/channels.ts';
import { type Crossed, uncross } from '../../src-shared/contract/columns.ts';
import type { EventOf } from '../../src-shared/contract/events.ts';
import type { Place } from '../../src-shared/domain/place.ts';
import { failure, type Outcome } from '../../src-shared/contract/outcome.ts';
import { ensurePrivateFolder, resolvePaths } from '../agent/paths.ts';
import type { Arrival, dispatch } from '../ipc/dispatch.ts';
import { createJsonLog } from '../log/json-log.ts';
import type { Log } from '../log/ports.ts';
import type { Clipboard, PagePrinter } from '../services/ports.ts';
import { childLauncher } from './child-launcher.ts';
import { CrashCount } from './desktop/crash-count.ts';
import { followOutlook } from './desktop/follow-outlook.ts';
import { DesktopLife, type DesktopSystem, NO_SYSTEM } from './desktop/desktop-life.ts';
import { MemoryBook } from './desktop/desktop-memory.ts';
import type { RunningCore } from './start-core.ts';
import type { OpenWindow, SystemEvent, WindowHost, WindowSeam } from './window-host.ts';

export interface DesktopOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the built page. */
  readonly pageDir: string;
  readonly open: OpenWindow;
  /**
   * Loading the core takes a good part of a second. Where this process hands out the page's files, they come first; where
   * a browser has yet to start, there is nothing to wait for.
   */
  readonly startsCore?: 'at once' | 'after the page';
  readonly system?: DesktopSystem;
  /** Without a window in sight, as after a login. */
  readonly isHidden?: boolean;
  /** Called at once: what the host may ask of the app from then on. */
  readonly onControls?: (controls: DesktopControls) => void;
}

export interface DesktopControls {
  /** Shows the window, and leads it there. */
  readonly goTo: (place: Place | null) => void;
}

type AnsweringCore = RunningCore & { readonly dispatch: typeof dispatch };
type EventListener = Parameters<WindowSeam['subscribe']>[0];

/**
 * The desktop app: a core with its socket, and a window on it. Window and core start side by side, because neither
 * needs the other to begin. Where the core cannot start, the window says why and asks again.
 * @returns once the window is closed, or a client ended the core; the vault is locked and given up by then
 */
export async function runDesktop({
  env,
  pageDir,
  open,
  startsCore = 'at once',
  system = NO_SYSTEM,
  isHidden = false,
  onControls,
}: DesktopOptions): Promise<void> {
  // SECURITY: a crash report would list the whole environment.
  process.report.excludeEnv = true;
  process.report.reportOnFatalError = false;
  const log = openLog(env);
  const listeners = new Set<EventListener>();
  const ended = withResolvers();
  let window: WindowHost | undefined;
  const tell: EventListener = (name, event) => {
    for (const listener of listeners) listener(name, event);
  };
  const memory = new MemoryBook(resolvePaths(env).home, log);
  const desktop = new DesktopLife(memory, system, {
    callPage: () => tell('placeAsked', {}),
    protect: (on) => window?.protect(on),
  });
  const goTo = (place: Place | null): void => {
    if (place !== null) desktop.goTo(place);
    window?.show();
  };
  onControls?.({ goTo });
  const clipboard: Clipboard = {
    write: (value) => (window === undefined ? Promise.reject(noWindow()) : window.clipboard.write(value)),
    clearIfUnchanged: (value) => window?.clipboard.clearIfUnchanged(value) ?? Promise.resolve(false),
  };

  const printer: PagePrinter = {
    // Only a page asks for it, so there is one.
    toPdf: () => (window === undefined ? Promise.reject(noWindow()) : window.toPdf()),
  };
  // Known once the window is there; which host has a dialog does not change.
  const askForPlace = (suggested: string): Promise<string | null> | undefined =>
    window?.askForPlace?.(suggested);
  const askForFile = (): Promise<string | null> | undefined => window?.askForFile();

  const start = async (): Promise<AnsweringCore> => {
    // The core is most of the program: the window's own process starts while it is loaded.
    const [{ startCore }, { dispatch }] = await Promise.all([
      import('./start-core.ts'),
      import('../ipc/dispatch.ts'),
    ]);
    const core = await startCore({
      host: 'desktop',
      env,
      log,
      clipboard,
      printer,
      askForPlace,
      askForFile,
      launcher: childLauncher(env, homedir()),
      desktop,
      onQuiet: () => window?.rest?.(),
      onEnd: ended.resolve,
    });
    let asked = 0;
    core.subscribe((name, event) => {
      if (name === 'approvalsChanged') {
        const before = asked;
        asked = (event as EventOf<'approvalsChanged'>).approvals.length;
        // A program waits for the person, who may be looking elsewhere.
        if (asked > before) window?.show();
      }
      tell(name, event);
    });
    return { ...core, dispatch };
  };
  let starting: Promise<AnsweringCore> | undefined;
  const running = (): Promise<AnsweringCore> => {
    starting ??= start().catch((error: unknown) => {
      // The next call tries again: the other process may have ended meanwhile.
      starting = undefined;
      throw error;
    });
    return starting;
  };

  const windowClosed = new AbortController();
  const answer = async (
    asked: Pick<Arrival, 'channel' | 'payload' | 'isTrustedSender'>,
  ): Promise<Outcome<unknown>> => {
    try {
      const { core, answered, dispatch } = await running();
      const { outcome } = await dispatch(core, {
        ...asked,
        asColumns: true,
        face: 'window',
        actor: 'window',
        process: null,
        signal: windowClosed.signal,
      });
      answered();
      return outcome;
    } catch (error) {
      return failure(toAppError(error, log).toView());
    }
  };
  const seam: WindowSeam = {
    dispatch: (channel, payload, { trusted }) => answer({ channel, payload, isTrustedSender: trusted }),
    // The dispatcher has cut the answer to the contract's schema.
    ask: async <C extends ChannelName>(channel: C, payload: RequestOf<C>) =>
      uncross((await answer({ channel, payload, isTrustedSender: true })) as Crossed<ResponseOf<C>>),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  const lock = (reason: SystemEvent | 'window_crash' | 'by_user'): void => {
    // Only a core that runs has something to lock.
    void starting?.then(({ core }) => core.vault.lock(reason)).catch(() => undefined);
  };
  const crashes = new CrashCount();
  const quitting = withResolvers();
  const stopFollowing = followOutlook({
    system,
    desktop,
    seam,
    goTo,
    tell,
    lock: () => lock('by_user'),
    quit: quitting.resolve,
  });
  const beginCore = (): void => {
    running().catch((error: unknown) => log.error('core.start', {}, error));
  };
  if (startsCore === 'at once') beginCore();
  try {
    for (let isAgain = false; ; isAgain = true) {
      window = await open(seam, {
        pageDir,
        onSystemEvent: lock,
        onServed: beginCore,
        memory,
        isHidden: isHidden && !isAgain,
        hidesOnClose: () => desktop.settings().stayInTray === true,
      });
      // Also where the page asked for no file.
      beginCore();
      const why = await Promise.race([window.closed, ended.promise, quitting.promise]);
      if (why !== 'crashed') break;
      // SECURITY: nobody knows what ended the page, and what is opened next is a page that was never unlocked
      // (test/e2e/electron-window.spec.ts).
      lock('window_crash');
      log.warn('window.crashed');
      await window.close();
      if (!crashes.mayReopen(Date.now())) throw crashesOnly();
    }
  } finally {
    stopFollowing();
    windowClosed.abort();
    await window?.close();
    memory.flush();
    const core = await starting?.catch(() => undefined);
    if (core !== undefined) {
      core.end('stop');
      await ended.promise;
    }
  }
}

const openLog = (env: DesktopOptions['env']): Log => {
  const { home, log } = resolvePaths(env);
  ensurePrivateFolder(home, { mayBeLink: true });
  ensurePrivateFolder(path.dirname(log), { mayBeLink: true });
  return createJsonLog(openSync(log, 'a', 0o600));
};

const crashesOnly = (): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'The window crashed several times within a minute.',
    'The vault is locked and safe. Start Keymolt anew, or use the command line.',
  );

const noWindow = (): AppError =>
  new AppError('CLIPBOARD_UNAVAILABLE', 'The window is not open yet.', 'Try again once it is.');

const toAppError = (error: unknown, log: Log): AppError => {
  if (error instanceof AppError) return error;
  log.error('core.start', {}, error);
  return new AppError(
    'INTERNAL',
    'Keymolt could not start because of a mistake of ours.',
    'Its log tells more.',
  );
};

/** Node 20, which the oldest supported Electron has, lacks `Promise.withResolvers`. */
const withResolvers = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
