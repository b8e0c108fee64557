import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** Where everything of one home lies. Two homes share nothing. */
export interface Paths {
  /** The folder a person would name: KEYMOLT_HOME, or where the vault lies. */
  readonly home: string;
  readonly vault: string;
  /** The file whose lock says that a process has the vault. */
  readonly lock: string;
  readonly settings: string;
  /** Which project files a person has confirmed. */
  readonly projects: string;
  readonly sandbox: string;
  readonly log: string;
  /** A socket's path, or the name of a pipe on Windows. */
  readonly socket: string;
  /** The folder of the socket; null for a pipe. */
  readonly socketFolder: string | null;
  /** The socket lies in a shared place, where others could have been first. */
  readonly isSocketInSharedPlace: boolean;
}

/** What `resolvePaths` has to know of the machine; tests give their own. */
export interface Machine {
  readonly userHome: string;
  readonly uid: number;
  readonly userName: string;
  /** Where everybody may write. */
  readonly sharedTemp: string;
  readonly isDirectory: (folder: string) => boolean;
}

/** sockaddr_un.sun_path less its closing NUL: 108 bytes on Linux (unix(7)), 104 on macOS (unix(4)). */
const maxSocketPathBytes = (platform: NodeJS.Platform): number => (platform === 'darwin' ? 103 : 107);

/** @throws {AppError} UNSAFE_LOCATION where no place is short enough for a socket */
export const resolvePaths = (
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  machine: Machine = thisMachine,
): Paths => {
  const own = env['KEYMOLT_HOME'];
  if (own !== undefined && own !== '') {
    const home = (platform === 'win32' ? path.win32 : path.posix).resolve(own);
    return finish(home, home, platform, machine, env, `${home}/agent.sock`);
  }
  const { userHome } = machine;
  if (platform === 'win32') {
    const home = `${env['LOCALAPPDATA'] ?? `${userHome}\\AppData\\Local`}\\Keymolt`;
    return finish(home, home, platform, machine, env, '');
  }
  if (platform === 'darwin') {
    const home = `${userHome}/Library/Application Support/Keymolt`;
    return finish(home, `${userHome}/Library/Logs/Keymolt`, platform, machine, env, `${home}/agent.sock`);
  }
  // XDG Base Directory Specification 0.8: relative values are to be ignored.
  const xdg = (name: string, fallback: string): string => {
    const value = env[name];
    return path.posix.normalize(value?.startsWith('/') === true ? value : `${userHome}/${fallback}`);
  };
  const home = `${xdg('XDG_DATA_HOME', '.local/share')}/keymolt`;
  const state = `${xdg('XDG_STATE_HOME', '.local/state')}/keymolt`;
  const runtime = runtimeFolder(env, machine);
  const socket = runtime === undefined ? `${state}/agent.sock` : `${runtime}/keymolt/${socketName(home)}`;
  return finish(home, state, platform, machine, env, socket);
};

const finish = (
  home: string,
  logs: string,
  platform: NodeJS.Platform,
  machine: Machine,
  env: Readonly<Record<string, string | undefined>>,
  wanted: string,
): Paths => {
  const { socket, isShared } =
    platform === 'win32'
      ? { socket: `\\\\.\\pipe\\keymolt-${pipeSafe(machine.userName)}-${homeHash(home)}`, isShared: false }
      : shortSocket(wanted, home, platform, machine, env);
  const separator = platform === 'win32' ? '\\' : '/';
  return {
    home,
    vault: `${home}${separator}vault.db`,
    lock: `${home}${separator}lock.db`,
    settings: `${home}${separator}settings.json`,
    projects: `${home}${separator}projects.json`,
    sandbox: `${home}${separator}sandbox.json`,
    log: `${logs}${separator}agent.log`,
    socket,
    socketFolder: platform === 'win32' ? null : socket.slice(0, socket.lastIndexOf('/')),
    isSocketInSharedPlace: isShared,
  };
};

const shortSocket = (
  wanted: string,
  home: string,
  platform: NodeJS.Platform,
  machine: Machine,
  env: Readonly<Record<string, string | undefined>>,
): { socket: string; isShared: boolean } => {
  const fits = (socket: string): boolean => Buffer.byteLength(socket) <= maxSocketPathBytes(platform);
  if (fits(wanted)) return { socket: wanted, isShared: false };
  const runtime = runtimeFolder(env, machine);
  if (runtime !== undefined) {
    const socket = `${runtime}/keymolt/${socketName(home)}`;
    if (fits(socket)) return { socket, isShared: false };
  }
  const socket = `${machine.sharedTemp}/keymolt-${machine.uid}/${socketName(home)}`;
  if (fits(socket)) return { socket, isShared: true };
  throw new AppError(
    'UNSAFE_LOCATION',
    "every place for the agent's socket has a path too long for the system",
    'set KEYMOLT_HOME to a folder with a short path',
  );
};

/** A program outside the login session, such as a cron job, lacks XDG_RUNTIME_DIR and must still find the same socket. */
const runtimeFolder = (
  env: Readonly<Record<string, string | undefined>>,
  machine: Machine,
): string | undefined => {
  const named = env['XDG_RUNTIME_DIR'];
  if (named?.startsWith('/') === true) return named;
  const usual = `/run/user/${machine.uid}`;
  return machine.isDirectory(usual) ? usual : undefined;
};

/** A socket outside its home is named after the home, or two homes would meet there. */
const socketName = (home: string): string => `${homeHash(home)}.sock`;

// Loaded where it is used: it would cost every start of the command line some milliseconds.
const homeHash = (home: string): string =>
  process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(canonicalPath(home))
    .digest('hex')
    .slice(0, 16);

/** Links resolved as far as the path exists, so that two spellings of one home are one home. */
const canonicalPath = (folder: string): string => {
  try {
    return realpathSync(folder);
  } catch {
    const parent = path.dirname(folder);
    return parent === folder ? folder : path.join(canonicalPath(parent), path.basename(folder));
  }
};

const pipeSafe = (name: string): string => name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64);

const os = (): typeof import('node:os') => process.getBuiltinModule('node:os');

/** Each fact is found out where it is asked for: with KEYMOLT_HOME, none is. */
const thisMachine: Machine = {
  get userHome() {
    return os().homedir();
  },
  get uid() {
    return process.getuid?.() ?? 0;
  },
  get userName() {
    return os().userInfo().username;
  },
  // Not TMPDIR: it differs from shell to shell, and all of them must find the same socket.
  get sharedTemp() {
    return process.platform === 'win32' ? os().tmpdir() : '/tmp';
  },
  isDirectory: (folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
};

const unsafe = (folder: string, why: string, hint: string): AppError =>
  new AppError('UNSAFE_LOCATION', `${folder} ${why}`, hint, { details: { path: folder } });

const KNOWN_FILES = /^(vault|lock)\.db$|^agent\.log$|\.sock$/;

/**
 * Makes sure that a folder is there, is a folder of this user, and is closed to everybody else (0700).
 * One that is open is closed where it is empty or plainly ours; otherwise it is left as it is.
 * @throws {AppError} UNSAFE_LOCATION, READ_ONLY
 */
export const ensurePrivateFolder = (folder: string, options: { readonly mayBeLink: boolean }): void => {
  try {
    makeFolder(folder);
  } catch (error) {
    throw cannotMake(folder, error);
  }
  if (process.platform === 'win32') return;
  const { mode } = checkOwner(folder, options.mayBeLink);
  if ((mode & 0o077) === 0) return;
  const entries = readdirSync(folder);
  const isWritable = (mode & 0o022) !== 0;
  const isSticky = (mode & 0o1000) !== 0;
  // SECURITY: where others may write, they may have put another vault or socket in the place of ours.
  if (isSticky || (isWritable && entries.length > 0)) {
    throw unsafe(folder, 'may be written by other users', 'set KEYMOLT_HOME to a folder of its own');
  }
  if (entries.length > 0 && !entries.some((name) => KNOWN_FILES.test(name))) {
    throw unsafe(
      folder,
      'is open to other users, and holds other files',
      `set KEYMOLT_HOME to a folder of its own, or close this one: chmod 700 '${folder}'`,
    );
  }
  chmodSync(folder, 0o700);
};

/**
 * With the folders above it. Not by Node's `recursive`, which goes on for ever where a file system answers ENOENT to every
 * new folder, as /proc does.
 */
const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // What is there already is looked at by the caller.
    if (hasCode(error, 'EEXIST')) return;
    const parent = path.dirname(folder);
    if (!hasCode(error, 'ENOENT') || existsSync(parent)) throw error;
    makeFolder(parent);
    mkdirSync(folder, { mode: 0o700 });
  }
};

const cannotMake = (folder: string, cause: unknown): AppError => {
  if (hasCode(cause, 'ENOTDIR'))
    return unsafe(folder, 'is not a folder', 'set KEYMOLT_HOME to another place');
  return new AppError(
    'READ_ONLY',
    `the folder ${folder} cannot be made`,
    'check that you may write there, or set KEYMOLT_HOME',
    {
      cause,
    },
  );
};

/**
 * Whether the socket's folder and the socket itself can be trusted before anything is sent.
 * @returns false where there is no socket
 * @throws {AppError} UNSAFE_LOCATION where they are somebody else's, or open to others
 */
export const isSocketThere = (paths: Paths): boolean => {
  if (paths.socketFolder === null) return true;
  let socket: Stats;
  try {
    socket = lstatSync(paths.socket);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw unsafe(paths.socket, 'cannot be looked at', 'check who owns the folders above it');
  }
  // SECURITY: in a shared place somebody else may have been first (test/unit/agent/paths.test.ts).
  const folder = checkOwner(paths.socketFolder, !paths.isSocketInSharedPlace);
  if ((folder.mode & 0o022) !== 0) {
    throw unsafe(
      paths.socketFolder,
      'may be written by other users',
      `close it: chmod 700 '${paths.socketFolder}'`,
    );
  }
  const uid = process.getuid?.();
  if (!socket.isSocket() || socket.uid !== uid) {
    throw unsafe(
      paths.socket,
      'is not a socket of yours',
      'remove it, or set KEYMOLT_HOME to another folder',
    );
  }
  return true;
};

const checkOwner = (folder: string, mayBeLink: boolean): Stats => {
  const uid = process.getuid?.();
  const link = lstatSync(folder);
  if (link.isSymbolicLink() && (!mayBeLink || (link.uid !== uid && link.uid !== 0))) {
    throw unsafe(folder, 'is a symbolic link', 'remove it, or set KEYMOLT_HOME to the real folder');
  }
  const stats = link.isSymbolicLink() ? statSync(folder) : link;
  if (!stats.isDirectory()) throw unsafe(folder, 'is not a folder', 'set KEYMOLT_HOME to another place');
  if (stats.uid !== uid)
    throw unsafe(folder, 'belongs to another user', 'set KEYMOLT_HOME to a folder of yours');
  return stats;
};

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
