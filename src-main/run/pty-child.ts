import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { ChildCommand, ChildEnd } from './child-command.ts';
import { throughEnv } from './hand-over.ts';

/** What the pty package's native part does for a POSIX system. */
interface NativePty {
  readonly fork: (
    file: string,
    args: readonly string[],
    env: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    isUtf8: boolean,
    helper: string,
    onExit: (code: number, signal: number) => void,
  ) => { readonly fd: number; readonly pid: number; readonly pty: string };
  readonly resize: (descriptor: number, columns: number, rows: number) => void;
}

export interface PtyChild {
  readonly pid: number;
  /** The master's end: what the child writes can be read there. */
  readonly master: number;
  /** The terminal's own name, such as /dev/pts/3. */
  readonly name: string;
  readonly ended: Promise<ChildEnd>;
  readonly resize: (columns: number, rows: number) => void;
}

/** Descriptors of ours that the child is to have in place of its terminal. */
export interface PtyStreams {
  readonly stdin?: number;
  readonly stdout?: number;
  readonly stderr?: number;
}

const PACKAGE = '@lydell/node-pty';

/**
 * Starts a child in a session of its own, on a terminal of its own. The package's JavaScript is passed by: it drops what
 * a slow reader has not read 200 ms after the child's end, and sets variables of the child.
 * @throws {AppError} PTY_UNAVAILABLE
 */
export const startOnPty = (
  command: ChildCommand,
  streams: PtyStreams,
  [columns, rows]: readonly [number, number],
): PtyChild => {
  const { native, helper } = loadPty();
  const { file, args } = withStreams(command, streams);
  const env = Object.entries(command.env).map(([name, value]) => `${name}=${value}`);
  let settle!: (end: ChildEnd) => void;
  const ended = new Promise<ChildEnd>((resolve) => (settle = resolve));
  try {
    const { fd, pid, pty } = native.fork(
      file,
      args,
      env,
      command.cwd,
      columns,
      rows,
      -1,
      -1,
      true,
      helper,
      (code, signal) =>
        settle(signal === 0 ? { code, signal: null } : { code: null, signal: nameOf(signal) }),
    );
    return { pid, master: fd, name: pty, ended, resize: (width, height) => native.resize(fd, width, height) };
  } catch (cause) {
    throw unavailable(cause);
  }
};

const loadPty = (): { readonly native: NativePty; readonly helper: string } => {
  if (process.platform === 'win32') throw unavailable(undefined);
  const load = createRequire(path.join(import.meta.dirname, 'pty-child.js'));
  const binaries = `${PACKAGE}-${process.platform}-${process.arch}`;
  try {
    return {
      native: load(`${binaries}/pty.node`) as NativePty,
      helper: process.platform === 'darwin' ? load.resolve(`${binaries}/spawn-helper`) : '',
    };
  } catch (cause) {
    throw unavailable(cause);
  }
};

const unavailable = (cause: unknown): AppError =>
  new AppError(
    'PTY_UNAVAILABLE',
    'this system gives no pseudo-terminal, so output on a terminal cannot be masked',
    'leave --mask always out, or send the output through a pipe: … | cat',
    { cause },
  );

/**
 * All three streams of a child on a pty are the pty. Where one is to be another, a shell opens that first: nobody else
 * can, between the fork and the program.
 */
const withStreams = (
  command: ChildCommand,
  { stdin, stdout, stderr }: PtyStreams,
): { readonly file: string; readonly args: readonly string[] } => {
  const direct = throughEnv(command) ?? { file: command.argv[0] ?? '', args: command.argv.slice(1) };
  const redirections = [
    ...(stdin === undefined ? [] : [`<${ownDescriptor(stdin)}`]),
    ...(stdout === undefined ? [] : [`>${ownDescriptor(stdout)}`]),
    ...(stderr === undefined ? [] : [`2>${ownDescriptor(stderr)}`]),
  ];
  if (redirections.length === 0) return direct;
  if (process.platform !== 'linux') throw unavailable(undefined);
  return {
    file: '/bin/sh',
    args: ['-c', `exec "$@" ${redirections.join(' ')}`, 'sh', direct.file, ...direct.args],
  };
};

const ownDescriptor = (descriptor: number): string => `/proc/${process.pid}/fd/${descriptor}`;

const nameOf = (number: number): NodeJS.Signals =>
  (Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ??
    'SIGKILL') as NodeJS.Signals;
