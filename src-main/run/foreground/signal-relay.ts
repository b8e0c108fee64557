import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Passed on whenever we get them: nobody else tells the child. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;
/** A terminal sends these to the whole foreground group, the child included. */
const OF_THE_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
/** What asks a program to end. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];

export interface RelayOptions {
  /** Whether the terminal tells the child itself; by default, whether we are in its foreground. */
  readonly isToldByTerminal?: () => boolean;
  /** Takes signals of another meaning out of the way; true: nothing more is done with it. */
  readonly intercept?: (signal: NodeJS.Signals) => boolean;
  /** A signal that asks to end came, whether it was passed on or the terminal had told the child. */
  readonly onEnding?: (signal: NodeJS.Signals) => void;
}

/**
 * Passes signals on to a child, from before it is started: one that came between would end us and leave the child alone.
 * Those wait until there is somebody to get them.
 */
export class SignalRelay {
  #target: ((signal: NodeJS.Signals) => void) | undefined;
  readonly #early: NodeJS.Signals[] = [];
  readonly #options: RelayOptions;
  readonly #listeners: [NodeJS.Signals, (signal: NodeJS.Signals) => void][] = [];

  constructor(options: RelayOptions = {}) {
    this.#options = options;
    const isTold = options.isToldByTerminal ?? isForeground;
    if (process.platform !== 'win32') {
      for (const signal of FORWARDED) this.#listen(signal, () => this.#forward(signal));
      // In the foreground a stop is left to the kernel, which stops both of us, as the shell expects.
      if (!isTold()) this.#listen('SIGTSTP', () => this.#stop());
    }
    for (const signal of OF_THE_TERMINAL) {
      this.#listen(signal, () => {
        if (!isTold()) this.#forward(signal);
        else this.#options.onEnding?.(signal);
      });
    }
  }

  /** @param target gets what comes from now on, and what came before */
  attach(target: (signal: NodeJS.Signals) => void): void {
    this.#target = target;
    for (const signal of this.#early.splice(0)) target(signal);
  }

  dispose(): void {
    for (const [signal, listener] of this.#listeners) process.removeListener(signal, listener);
    this.#listeners.length = 0;
  }

  #listen(signal: NodeJS.Signals, listener: () => void): void {
    process.on(signal, listener);
    this.#listeners.push([signal, listener]);
  }

  #forward(signal: NodeJS.Signals): void {
    if (this.#options.intercept?.(signal) === true) return;
    if (this.#target === undefined) this.#early.push(signal);
    else this.#target(signal);
    if (ENDING.includes(signal)) this.#options.onEnding?.(signal);
  }

  #stop(): void {
    if (this.#options.intercept?.('SIGTSTP') === true) return;
    this.#target?.('SIGTSTP');
    process.kill(process.pid, 'SIGSTOP');
  }
}

/**
 * Whether our process group is the terminal's foreground group: then the terminal has sent its signal to the child too.
 * proc_pid_stat(5): after the name come state, ppid, pgrp, session, tty_nr, tpgid.
 */
export const isForeground = (): boolean => {
  if (process.platform !== 'linux') return isatty(0) || isatty(1) || isatty(2);
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , terminal, foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foregroundGroup;
  } catch {
    return isatty(0) || isatty(1) || isatty(2);
  }
};
