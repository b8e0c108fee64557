import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import { windowsInvocation } from './windows-command.ts';

export interface ChildCommand {
  /** The program's path, as `resolveCommand` found it. */
  readonly file: string;
  /** What the person typed, then its arguments. Reaches the child unchanged; there is no shell. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Passed on whenever we get them: nobody else tells the child. */
const FORWARDED: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGCONT',
];
/** A terminal sends these to the whole foreground group, the child included. */
const OF_THE_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * Runs a child on our own stdin, stdout and stderr until it ends, and passes signals on.
 * The streams themselves are never touched, so a terminal stays a terminal and a pipe stays blocking.
 * @throws {AppError} COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE, ENVIRONMENT_TOO_LARGE
 */
export const runInForeground = (command: ChildCommand): Promise<ChildEnd> =>
  new Promise((resolve, reject) => {
    let child: ChildProcess | undefined;
    // Before the spawn: a signal between the two would end us and leave the child alone.
    const early: NodeJS.Signals[] = [];
    const forward = (signal: NodeJS.Signals): void => {
      if (child === undefined) early.push(signal);
      else child.kill(signal);
    };
    const forwardUnlessSent = (signal: NodeJS.Signals): void => {
      if (!isForeground()) forward(signal);
    };
    const stop = (): void => {
      forward('SIGTSTP');
      process.kill(process.pid, 'SIGSTOP');
    };
    const removeHandlers = (): void => {
      for (const signal of FORWARDED) process.removeListener(signal, forward);
      for (const signal of OF_THE_TERMINAL) process.removeListener(signal, forwardUnlessSent);
      process.removeListener('SIGTSTP', stop);
    };
    if (process.platform !== 'win32') {
      for (const signal of FORWARDED) process.on(signal, forward);
      // In the foreground a stop is left to the kernel, which stops both of us, as the shell expects.
      if (!isForeground()) process.on('SIGTSTP', stop);
    }
    for (const signal of OF_THE_TERMINAL) process.on(signal, forwardUnlessSent);

    const fail = (error: unknown): void => {
      removeHandlers();
      reject(spawnError(error, command));
    };
    try {
      child = spawnCommand(command, 'inherit', false);
    } catch (error) {
      fail(error);
      return;
    }
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      removeHandlers();
      resolve({ code, signal });
    });
    for (const signal of early) child.kill(signal);
  });

const RAISE_TIMEOUT_MS = 500;

/**
 * Ends this process the way the child ended: with its code, or by its signal, so that a shell sees no difference.
 * @param onlyCode for Windows, and for signals that do not end a Node: 128 + the signal's number
 */
export const endLikeChild = async (
  { code, signal }: ChildEnd,
  signalNumbers: Readonly<Record<string, number>>,
): Promise<number> => {
  if (signal === null) return code ?? 1;
  if (process.platform !== 'win32') {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // It comes at once, but not before this line; SIGPIPE and SIGXFSZ never come, for Node ignores them.
    if (signal !== 'SIGPIPE' && signal !== 'SIGXFSZ')
      await new Promise((resolve) => setTimeout(resolve, RAISE_TIMEOUT_MS));
  }
  return 128 + (signalNumbers[signal] ?? 0);
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

/** Starts a child without stdin and with both streams piped, in a process group of its own. @throws as runInForeground */
export const startPiped = async (command: ChildCommand): Promise<PipedChild> => {
  let child: ChildProcess;
  try {
    child = spawnCommand(command, ['ignore', 'pipe', 'pipe'], process.platform !== 'win32');
  } catch (error) {
    throw spawnError(error, command);
  }
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(spawnError(error, command)));
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new BugError('a piped child without pipes');
  return {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    ended,
    stop: (killAfterMs) => {
      stopTree(child, 'SIGTERM');
      const timer = setTimeout(() => stopTree(child, 'SIGKILL'), killAfterMs);
      void ended.then(() => clearTimeout(timer));
    },
  };
};

const stopTree = (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void => {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    // Windows has no process groups: taskkill follows the parent's ids.
    spawn('taskkill', ['/pid', String(child.pid), '/t', ...(signal === 'SIGKILL' ? ['/f'] : [])], {
      stdio: 'ignore',
    });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended already.
  }
};

const spawnCommand = (
  { file, argv, env, cwd }: ChildCommand,
  stdio: StdioOptions,
  isDetached: boolean,
): ChildProcess => {
  const [name = file, ...args] = argv;
  const options = { stdio, env, cwd, detached: isDetached };
  if (process.platform !== 'win32') return spawn(file, args, { ...options, argv0: name });
  const invocation = windowsInvocation(file, args, env);
  return spawn(invocation.file, invocation.args, {
    ...options,
    windowsVerbatimArguments: invocation.isVerbatim,
  });
};

const spawnError = (cause: unknown, { argv }: ChildCommand): AppError => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const name = argv[0] ?? '';
  if (code === 'ENOENT') {
    return new AppError(
      'COMMAND_NOT_FOUND',
      `'${name}' cannot be started: its interpreter is missing`,
      'check its first line',
      { cause },
    );
  }
  if (code === 'E2BIG') {
    return new AppError(
      'ENVIRONMENT_TOO_LARGE',
      'arguments and environment are too large for the system',
      'use --pristine or --only',
      { cause },
    );
  }
  return new AppError('COMMAND_NOT_EXECUTABLE', `'${name}' cannot be executed (${String(code)})`, '', {
    cause,
  });
};

/**
 * Whether our process group is the terminal's foreground group: then the terminal has sent its signal to the child too.
 * proc_pid_stat(5): after the name come state, ppid, pgrp, session, tty_nr, tpgid.
 */
const isForeground = (): boolean => {
  if (process.platform !== 'linux') return isatty(0) || isatty(1) || isatty(2);
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , terminal, foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foregroundGroup;
  } catch {
    return isatty(0) || isatty(1) || isatty(2);
  }
};
