import type { ChildEnd } from '../child-command.ts';
import type { MaskedSecret } from '../masking/mask-patterns.ts';
import type { OutputPlan } from '../masking/output-plan.ts';

export interface ForegroundOptions {
  readonly plan: OutputPlan;
  readonly secrets: readonly MaskedSecret[];
  /** Our streams stay open when the child closes its own: another child may come. */
  readonly keepsStreams?: boolean;
}

export interface ForegroundChild {
  readonly pid: number;
  /** Settles as soon as the child itself has ended. */
  readonly exited: Promise<ChildEnd>;
  /** Settles once the child has ended and what it wrote is passed on. */
  readonly ended: Promise<ForegroundEnd>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Where the child has a terminal of its own: takes signals that are about ours. True: it was one. */
  readonly intercept?: (signal: NodeJS.Signals) => boolean;
  /** To the child and all it started. */
  readonly signalTree: (signal: 'SIGTERM' | 'SIGKILL') => void;
  /** What it started and is still running, once it has ended itself. */
  readonly leftBehind: () => readonly number[];
  /** Its output is no longer waited for, however slow the reader. */
  readonly abandonOutput: () => void;
}

export interface ForegroundEnd extends ChildEnd {
  /** Why some of the output could not be written, such as a full disk. A reader that went away is no reason. */
  readonly writeFailure: NodeJS.ErrnoException | undefined;
}
