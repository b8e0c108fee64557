import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { connectToAgent } from '../agent/client.ts';
import { type Paths, resolvePaths } from '../agent/paths.ts';
import { type AgentServer, serveAgent } from '../agent/server.ts';
import { findAgentNode } from '../agent/start-agent.ts';
import { type AskForFile, type AskForPlace, createDocuments } from '../documents/documents.ts';
import { createOsKeyStore, type OsKeyStoreOptions } from '../keystore/os-key-store.ts';
import type { Log } from '../log/ports.ts';
import { findSandbox, startSandboxProcess, stopSandboxProcess } from '../sandbox/start-sandbox.ts';
import type { SandboxInfo as RunningSandbox } from '../sandbox/state-file.ts';
import type { Core } from '../services/context.ts';
import type {
  Clipboard,
  Desktop,
  Launcher,
  PagePrinter,
  SandboxInfo,
  SandboxProcess,
} from '../services/ports.ts';
import { Secret } from '../vault/secret.ts';
import { prepareToClearMemory } from './clear-memory.ts';
import { type ComposedCore, composeCore } from './compose.ts';
import { findPlainPrograms, type PlainPrograms } from './plain-programs.ts';
import { VERSION } from './version.ts';

export interface RunningCore {
  readonly core: Core;
  readonly subscribe: ComposedCore['subscribe'];
  readonly version: string;
  /** Somebody was answered: some quiet seconds later, what that took in memory is given back. */
  readonly answered: () => void;
  /** Answers what is open, locks, closes, then calls `onEnd`. Once is enough. */
  readonly end: (why: 'stop' | 'hand_over') => void;
}

export interface StartOptions {
  readonly host: 'desktop' | 'headless';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** What only a desktop app has. */
  readonly clipboard?: Clipboard;
  readonly launcher?: Launcher;
  readonly printer?: PagePrinter;
  /** Asks the person where a file is to go. */
  readonly askForPlace?: AskForPlace | undefined;
  /** Asks the person which file is meant. */
  readonly askForFile?: AskForFile | undefined;
  readonly desktop?: Desktop;
  /** Some seconds have passed since the last answer. */
  readonly onQuiet?: () => void;
  readonly onEnd: () => void;
}

/** A window asks for one thing after the other while somebody works in it. */
const QUIET_MS = { headless: 2000, desktop: 5000 } as const;

const noClipboard: Clipboard = {
  write: () =>
    Promise.reject(
      new AppError(
        'CLIPBOARD_UNAVAILABLE',
        'An agent without a window has no clipboard.',
        'Use `keymolt key copy`.',
      ),
    ),
  clearIfUnchanged: () => Promise.resolve(false),
};

const noPrinter: PagePrinter = {
  toPdf: () =>
    Promise.reject(
      new AppError('WINDOW_UNAVAILABLE', 'There is no window to print from.', 'Open the desktop app.'),
    ),
};

const noLauncher: Launcher = {
  homeFolder: '/',
  inheritedEnvironment: () => ({}),
  launch: () =>
    Promise.reject(
      new AppError('REFUSED', 'An agent without a window starts no commands.', 'Use `keymolt run`.'),
    ),
};

/** An agent without a window: no page asks it for these. */
const noDesktop: Desktop = {
  settings: () => ({ startAtLogin: null, notifications: null, stayInTray: null }),
  set: () => undefined,
  takePlace: () => null,
  remember: () => undefined,
  protectScreen: () => undefined,
};

/**
 * The core with its socket, ready for clients. A desktop app asks a headless agent that has the vault to hand it over.
 * @throws {AppError} VAULT_IN_USE, AGENT_UNAVAILABLE, UNSAFE_LOCATION
 */
export async function startCore(options: StartOptions): Promise<RunningCore> {
  const paths = resolvePaths(options.env);
  if (options.host === 'desktop') await takeOver(paths);
  let server: AgentServer | undefined;
  let isEnding = false;
  const end = (why: 'stop' | 'hand_over'): void => {
    if (isEnding) return;
    isEnding = true;
    // Who waits for news would keep the socket open.
    composed.core.watches.close();
    composed.core.approvals.clear();
    clearTimeout(quiet);
    void (server?.close() ?? Promise.resolve())
      .then(() => composed.close(why === 'hand_over' ? 'hand_over' : 'by_user'))
      .catch((error: unknown) => options.log.error('agent.end', {}, error))
      .finally(options.onEnd);
  };
  const memory = prepareToClearMemory();
  const rest = () => {
    memory.shrink();
    options.onQuiet?.();
  };
  const quiet = setTimeout(rest, QUIET_MS[options.host]).unref();
  const answered = () => void quiet.refresh();
  const programs = findPlainPrograms(fileURLToPath(import.meta.url));
  const composed = composeCore({
    host: options.host,
    version: VERSION,
    paths,
    log: options.log,
    keyStore: createOsKeyStore({ env: options.env, ...keychainHelper(programs) }),
    clipboard: options.clipboard ?? noClipboard,
    launcher: options.launcher ?? noLauncher,
    printer: options.printer ?? noPrinter,
    documents: createDocuments({
      homeFolder: options.env['HOME'] ?? homedir(),
      ownFolder: paths.home,
      env: options.env,
      ask: options.askForPlace,
      askForFile: options.askForFile,
    }),
    desktop: options.desktop ?? noDesktop,
    sandbox: sandboxProcess(paths.home, options.env, programs),
    // After the answer is out: nobody waits for it.
    onLocked: () => setImmediate(memory.clear),
    onShutDown: end,
  });
  try {
    server = await serveAgent(composed.core, paths, answered);
  } catch (error) {
    await composed.close('by_user');
    throw error;
  }
  return { core: composed.core, subscribe: composed.subscribe, version: VERSION, answered, end };
}

const HAND_OVER_MS = 8000;

/**
 * A headless agent locks and ends. It is not asked for the vault's key: whatever could be asked for that over a socket,
 * anybody could ask.
 */
async function takeOver(paths: Paths): Promise<void> {
  const agent = await connectToAgent(paths);
  if (agent === undefined) return;
  try {
    await agent.request('agent.handOver', {});
  } finally {
    agent.close();
  }
  const until = Date.now() + HAND_OVER_MS;
  while (Date.now() < until) {
    const still = await connectToAgent(paths);
    if (still === undefined) return;
    still.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new AppError(
    'AGENT_UNAVAILABLE',
    'The running agent did not hand the vault over.',
    'End it with `keymolt agent stop`, then start again.',
  );
}

/** In a package the helper that asks the keychain has the Node and the module beside the archive. */
const keychainHelper = ({ root, node }: PlainPrograms): OsKeyStoreOptions =>
  node === undefined
    ? {}
    : { nodePath: node, modulePath: createRequire(join(root, 'package.json')).resolve('keytar') };

function sandboxProcess(home: string, env: StartOptions['env'], programs: PlainPrograms): SandboxProcess {
  const entryPath = join(programs.root, 'out', 'sandbox', 'sandbox.mjs');
  const toInfo = ({ owners, ...found }: RunningSandbox): SandboxInfo => ({
    ...found,
    owners: {
      test: { email: owners.test.email, password: Secret.fromText(owners.test.password) },
      live: { email: owners.live.email, password: Secret.fromText(owners.live.password) },
    },
  });
  return {
    find: async () => {
      const found = await findSandbox(home);
      return found === undefined ? undefined : toInfo(found);
    },
    start: async ({ port, tier }) => {
      if (!existsSync(entryPath))
        throw new AppError(
          'SANDBOX_UNAVAILABLE',
          `The sandbox’s program ${entryPath} is missing.`,
          'Run `npm run build`.',
        );
      const nodePath = programs.node ?? findAgentNode(programs.root, env);
      return toInfo(
        await startSandboxProcess({ home, entryPath, nodePath, port: port ?? 0, tier: tier ?? 'spark' }),
      );
    },
    stop: () => stopSandboxProcess(home),
  };
}
