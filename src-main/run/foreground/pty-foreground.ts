import { closeSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { ChildCommand } from '../child-command.ts';
import { makePipes } from './child-pipes.ts';
import { DescriptorWriter } from './descriptor-writer.ts';
import type { ForegroundChild, ForegroundOptions } from './foreground-child.ts';
import { createMask, StreamMasker } from '../masking/mask-stream.ts';
import { MaskedChannel } from '../masking/masked-channel.ts';
import { copySettings, hasSignalKeys, OwnTerminal } from './own-terminal.ts';
import type { OutputPlan } from '../masking/output-plan.ts';
import { leftBehind, signalTree } from '../process-tree.ts';
import { type PtyChild, startOnPty } from '../pty-child.ts';

const CTRL_Z = 0x1a;
/** For a child that saves its screen when it is told to stop. */
const STOP_GRACE_MS = 30;

/**
 * Starts a child on a terminal of its own, whose output reaches ours through the mask. It stays a terminal for the
 * child: colours, size, keys, Ctrl-C and Ctrl-Z.
 * @throws {AppError} PTY_UNAVAILABLE
 */
export const startForegroundOnPty = async (
  command: ChildCommand,
  { plan, secrets }: ForegroundOptions,
): Promise<ForegroundChild> => {
  const piped = ([1, 2] as const).filter((descriptor) => streamOf(plan, descriptor) === 'pipe');
  const pipes = piped.length === 0 ? [] : ((await makePipes(piped.length)) ?? []);
  const pipeOf = (descriptor: 1 | 2): number | undefined =>
    streamOf(plan, descriptor) === 'inherit' ? descriptor : pipes[piped.indexOf(descriptor)]?.writeEnd;
  const own = new OwnTerminal(plan.stdout === 'pty' ? 1 : 2);
  const [stdout, stderr] = [pipeOf(1), pipeOf(2)];
  const child = startOnPty(
    command,
    {
      ...(plan.stdin === 'pty' ? {} : { stdin: 0 }),
      ...(stdout === undefined ? {} : { stdout }),
      ...(stderr === undefined ? {} : { stderr }),
    },
    own.size(),
  );
  const mask = createMask(secrets);
  const channel = new MaskedChannel(
    { master: child.master },
    new DescriptorWriter([plan.stdout === 'pty' ? 1 : 2]),
    new StreamMasker(mask),
  );
  const channels = [
    channel,
    ...piped.flatMap((descriptor, at) => {
      const pipe = pipes[at];
      return pipe === undefined
        ? []
        : [new MaskedChannel(pipe.readEnd, new DescriptorWriter([descriptor]), new StreamMasker(mask))];
    }),
  ];
  const session = new PtySession(child, own, channel.source as Readable & KeySink);
  if (plan.stdin === 'pty') session.takeKeys();
  return {
    pid: child.pid,
    exited: child.ended,
    signal: (signal) => session.signal(signal),
    intercept: (signal) => session.intercept(signal),
    signalTree: (signal) => signalTree(child.pid, signal, command.env['KEYMOLT_RUN_ID']),
    leftBehind: () => leftBehind(child.pid, command.env['KEYMOLT_RUN_ID']),
    abandonOutput: () => {
      for (const one of channels) one.abandon();
    },
    ended: child.ended.then(async (end) => {
      for (const { writeEnd } of pipes) closeSync(writeEnd);
      await Promise.all(channels.map((one) => one.drained()));
      session.end();
      return { ...end, writeFailure: channels.find(({ failure }) => failure !== undefined)?.failure };
    }),
  };
};

const streamOf = (plan: OutputPlan, descriptor: 1 | 2): OutputPlan['stdout'] =>
  descriptor === 1 ? plan.stdout : plan.stderr;

/** The master's end of a pty, to be written to. */
interface KeySink {
  readonly destroyed: boolean;
  readonly write: (keys: Buffer, done: () => void) => unknown;
}

/** What goes on between the two terminals. */
class PtySession {
  readonly #child: PtyChild;
  readonly #own: OwnTerminal;
  readonly #master: KeySink;
  #stopped: number | undefined;

  constructor(child: PtyChild, own: OwnTerminal, master: KeySink) {
    this.#child = child;
    this.#own = own;
    this.#master = master;
  }

  /** Before anything the child writes is shown: a terminal that is still as it was would add to it. */
  takeKeys(): void {
    const settings = this.#own.settings();
    if (settings !== undefined) copySettings(this.#child.name, settings);
    this.#own.takeKeys((keys, done) => {
      if (this.#master.destroyed) return;
      this.#master.write(keys, done);
      if (keys.includes(CTRL_Z)) void this.#suspendIfMeant();
    });
  }

  signal(signal: NodeJS.Signals): void {
    // What a terminal sends goes to all that is in its foreground, anything else to the child alone.
    const isOfTerminal = signal === 'SIGINT' || signal === 'SIGQUIT';
    const group = isOfTerminal ? this.#foregroundGroup() : undefined;
    send(group === undefined ? this.#child.pid : -group, signal);
  }

  /** @returns whether the signal was meant for us */
  intercept(signal: NodeJS.Signals): boolean {
    if (signal === 'SIGWINCH') {
      this.#child.resize(...this.#own.size());
      return true;
    }
    if (signal === 'SIGTSTP') {
      this.#suspend();
      return true;
    }
    if (signal !== 'SIGCONT' || this.#stopped === undefined) return false;
    this.#own.retake();
    this.#child.resize(...this.#own.size());
    send(-this.#stopped, 'SIGCONT');
    this.#stopped = undefined;
    return true;
  }

  end(): void {
    this.#own.end();
  }

  /**
   * Ctrl-Z. The kernel stops nothing in a session whose leader's parent is in another one (POSIX, orphaned process
   * groups), so it is done here, unless the child takes the key for something else, ignores the signal, or is a shell
   * with a job of its own in the foreground.
   */
  async #suspendIfMeant(): Promise<void> {
    const { pid, name } = this.#child;
    if (this.#foregroundGroup() !== pid || ignoresStop(pid) || !hasSignalKeys(name)) return;
    await pause(STOP_GRACE_MS);
    this.#suspend();
  }

  #suspend(): void {
    const group = this.#foregroundGroup() ?? this.#child.pid;
    this.#stopped = group;
    send(-group, 'SIGSTOP');
    this.#own.giveBack();
    const listeners = process.listeners('SIGTSTP');
    process.removeAllListeners('SIGTSTP');
    // Like the terminal would: everything in our job, as in `keymolt run … | less`.
    process.kill(0, 'SIGTSTP');
    for (const listener of listeners) process.on('SIGTSTP', listener);
  }

  /** proc_pid_stat(5): after the name come state, ppid, pgrp, session, tty_nr, tpgid. */
  #foregroundGroup(): number | undefined {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1');
      const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[5]);
      return group > 0 ? group : undefined;
    } catch {
      return undefined;
    }
  }
}

const send = (target: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended.
  }
};

/** SIGTSTP is 20 on Linux; proc_pid_status(5) counts bits from 1. */
const ignoresStop = (pid: number): boolean => {
  try {
    const ignored =
      /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & (1n << 19n)) !== 0n;
  } catch {
    return true;
  }
};
