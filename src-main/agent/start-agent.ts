import { spawn, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { type AgentConnection, connectToAgent } from './client.ts';
import { ensurePrivateFolder, type Paths } from './paths.ts';
import { readErrorView } from './wire/protocol.ts';

/** better-sqlite3's prebuilt module crashes older ones. */
const MIN_AGENT_NODE = 22;
const READY_TIMEOUT_MS = 15_000;
/** How long the winner of two agents started at once may need until it listens. */
const WINNER_TIMEOUT_MS = 5000;
const POLL_MS = 25;

/**
 * What the agent inherits. SECURITY: nothing else, for it lives for hours and its environment can be read by every
 * process of the user: keys and tokens of the shell that happened to start it do not belong there.
 */
const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.+|TZ|TMPDIR|XDG_.+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|GNOME_KEYRING_CONTROL|(HTTPS?|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|KEYMOLT_(HOME|TEST_.+)|SystemRoot|SystemDrive|APPDATA|LOCALAPPDATA|USERPROFILE|USERNAME|USERDOMAIN|TEMP|TMP|PATHEXT|COMSPEC|WINDIR|ProgramData)$/i;

export interface AgentProgram {
  /** The agent's file, `out/agent/agent.mjs`. */
  readonly entry: string;
  /** The folder whose node_modules may hold a Node of our own. */
  readonly packageRoot: string;
}

/**
 * Starts a headless agent in the background and connects to it. Where another one was faster, connects to that one.
 * @throws {AppError} NODE_TOO_OLD, AGENT_UNAVAILABLE, UNSAFE_LOCATION, or what the agent could not start for
 */
export const startAgent = async (
  paths: Paths,
  program: AgentProgram,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<AgentConnection> => {
  const node = findAgentNode(program.packageRoot, env);
  if (!existsSync(program.entry)) {
    throw new AppError(
      'AGENT_UNAVAILABLE',
      `the agent's program ${program.entry} is missing`,
      'run `npm run build`',
    );
  }
  ensurePrivateFolder(paths.home, { mayBeLink: true });
  ensurePrivateFolder(path.dirname(paths.log), { mayBeLink: true });

  const failure = await launch(node, program.entry, paths, env);
  if (failure !== undefined && failure.code !== 'AGENT_UNAVAILABLE') throw failure;
  const giveUpAt = Date.now() + WINNER_TIMEOUT_MS;
  for (;;) {
    const connection = await connectToAgent(paths);
    if (connection !== undefined) return connection;
    if (Date.now() > giveUpAt) {
      throw (
        failure ??
        new AppError('AGENT_UNAVAILABLE', 'the agent started, but does not listen', `look into ${paths.log}`)
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

/** @returns why it did not start, or undefined once it is ready */
const launch = async (
  node: string,
  entry: string,
  paths: Paths,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AppError | undefined> => {
  const log = openLog(paths.log);
  const child = spawn(node, [entry], {
    detached: true,
    cwd: path.parse(paths.home).root,
    stdio: ['ignore', 'ignore', log, 'pipe'],
    env: agentEnvironment(env),
    windowsHide: true,
  });
  closeSync(log);
  const ready = child.stdio[3] as Readable;
  const outcome = new Promise<AppError | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(notReady('is not ready after 15 s', paths)), READY_TIMEOUT_MS);
    const settle = (failure: AppError | undefined): void => {
      clearTimeout(timer);
      resolve(failure);
    };
    let line = '';
    ready.setEncoding('utf8');
    ready.on('data', (text: string) => {
      line += text;
      if (line.includes('\n')) settle(readReadiness(line, paths));
    });
    ready.on('error', () => undefined);
    child.on('error', () => settle(notReady('could not be started', paths)));
    child.on('exit', (code, signal) =>
      settle(notReady(`ended with ${signal ?? `code ${code ?? '?'}`}`, paths)),
    );
  });
  const failure = await outcome;
  ready.destroy();
  child.removeAllListeners();
  child.unref();
  return failure;
};

/** @throws {AppError} READ_ONLY, DISK_FULL: where no log can be written, no vault can */
const openLog = (file: string): number => {
  try {
    return openSync(file, 'a', 0o600);
  } catch (cause) {
    const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw isFull
      ? new AppError('DISK_FULL', `the disk is full: ${file} cannot be made`, 'free some space', { cause })
      : new AppError('READ_ONLY', `${file} cannot be written`, 'check that its folder and disk can be', {
          cause,
        });
  }
};

const readReadiness = (line: string, paths: Paths): AppError | undefined => {
  try {
    const said = JSON.parse(line) as { readonly ready?: boolean; readonly error?: unknown };
    if (said.ready === true) return undefined;
    return readErrorView(Buffer.from(JSON.stringify(said.error)));
  } catch {
    return notReady('said something unreadable', paths);
  }
};

const notReady = (what: string, paths: Paths): AppError =>
  new AppError('AGENT_UNAVAILABLE', `the agent ${what}`, `look into ${paths.log}`);

const agentEnvironment = (env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => INHERITED.test(name)));
  const home = env['KEYMOLT_HOME'];
  // The agent runs in the root folder, so a relative home would be another one there.
  return home === undefined || home === '' ? kept : { ...kept, KEYMOLT_HOME: path.resolve(home) };
};

/** @throws {AppError} NODE_TOO_OLD where there is no Node new enough */
export const findAgentNode = (
  packageRoot: string,
  env: Readonly<Record<string, string | undefined>>,
): string => {
  if (majorOf(process.versions.node) >= MIN_AGENT_NODE && !('electron' in process.versions)) {
    return process.execPath;
  }
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const bundled = ['node/bin', '../node/bin'].map((place) =>
    path.join(packageRoot, 'node_modules', place, name),
  );
  // SECURITY: relative entries of PATH would run whatever lies in the current folder.
  const onPath = (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name));
  const found = [...bundled, ...new Set(onPath)].find(
    (file) => isExecutable(file) && majorOfFile(file) >= MIN_AGENT_NODE,
  );
  if (found !== undefined) return found;
  throw new AppError(
    'NODE_TOO_OLD',
    `the agent needs Node ${MIN_AGENT_NODE} or newer; this is Node ${process.versions.node}, and no newer one is installed`,
    'install Node 24, or put it first on the PATH',
  );
};

const majorOf = (version: string): number => Number.parseInt(version, 10);

const majorOfFile = (file: string): number => {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 5000, env: {} });
  const version = /^v(\d+)\./.exec(stdout)?.[1];
  return version === undefined ? 0 : Number(version);
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
