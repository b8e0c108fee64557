import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import { type ChildCommand, type ChildEnd, spawnError } from './child-command.ts';
import { signalTree } from './process-tree.ts';
import { windowsInvocation } from './windows-command.ts';

export interface StartedChild {
  readonly pid: number;
  /** Settles once the child itself has ended. */
  readonly ended: Promise<ChildEnd>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Null where it is one of ours. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

export interface SpawnOptions {
  readonly stdio: StdioOptions;
  /** In a session of its own, without our terminal. */
  readonly isDetached?: boolean;
}

/**
 * Starts a child on the given streams; ours are never touched, so a terminal stays one and a pipe stays blocking.
 * @throws {AppError} COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE, ENVIRONMENT_TOO_LARGE
 */
export const startChild = async (command: ChildCommand, options: SpawnOptions): Promise<StartedChild> => {
  let child: ChildProcess;
  try {
    child = spawnCommand(command, options);
  } catch (error) {
    throw spawnError(error, command);
  }
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await spawned(child, command);
  const { pid = 0, stdout, stderr } = child;
  const signal = (name: NodeJS.Signals): void => {
    // Behind a .cmd shim the program is a child of the child, and would go on.
    if (process.platform === 'win32') signalTree(pid, 'SIGKILL');
    else child.kill(name);
  };
  return { pid, ended, signal, stdout, stderr };
};

export interface PipedChild {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once the child has ended and both streams are at their end. */
  readonly ended: Promise<ChildEnd>;
  /** TERM to the child and all it started; KILL after `killAfterMs`. */
  readonly stop: (killAfterMs: number) => void;
}

/**
 * Starts a child with both streams piped, in a session of its own.
 * @param input what it reads on stdin; undefined: nothing
 * @throws as startChild
 */
export const startPiped = async (command: ChildCommand, input?: Uint8Array): Promise<PipedChild> => {
  let child: ChildProcess;
  try {
    child = spawnCommand(command, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      isDetached: process.platform !== 'win32',
    });
  } catch (error) {
    throw spawnError(error, command);
  }
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await spawned(child, command);
  const { pid = 0, stdin, stdout, stderr } = child;
  // A child that reads nothing closes its end: that is its own affair.
  stdin?.on('error', () => undefined);
  stdin?.end(input);
  if (stdout === null || stderr === null) throw new BugError('a piped child without pipes');
  const runId = command.env['KEYMOLT_RUN_ID'];
  return {
    pid,
    stdout,
    stderr,
    ended,
    stop: (killAfterMs) => {
      signalTree(pid, 'SIGTERM', runId);
      const timer = setTimeout(() => signalTree(pid, 'SIGKILL', runId), killAfterMs);
      void ended.then(() => clearTimeout(timer));
    },
  };
};

const spawned = (child: ChildProcess, command: ChildCommand): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(spawnError(error, command)));
  });

const spawnCommand = (
  { file, argv, env, cwd }: ChildCommand,
  { stdio, isDetached = false }: SpawnOptions,
): ChildProcess => {
  const [name = file, ...args] = argv;
  const options = { stdio, env, cwd, detached: isDetached };
  if (process.platform !== 'win32') return spawn(file, args, { ...options, argv0: name });
  const invocation = windowsInvocation(file, args, process.env);
  return spawn(invocation.file, invocation.args, {
    ...options,
    windowsVerbatimArguments: invocation.isVerbatim,
  });
};
