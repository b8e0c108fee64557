import type { ChildCommand } from '../../run/child-command.ts';
import { leaveOutOfCoreFiles } from '../../run/core-files.ts';
import { endLikeChild } from '../../run/foreground/end-like-child.ts';
import type { ForegroundChild, ForegroundEnd } from '../../run/foreground/foreground-child.ts';
import { startForeground } from '../../run/foreground/foreground.ts';
import type { MaskedSecret } from '../../run/masking/mask-patterns.ts';
import type { OutputPlan } from '../../run/masking/output-plan.ts';
import { signalOne } from '../../run/process-tree.ts';
import { SignalRelay } from '../../run/foreground/signal-relay.ts';

export interface SupervisedRun {
  readonly command: ChildCommand;
  readonly output: OutputPlan;
  readonly secrets: readonly MaskedSecret[];
  readonly killAfterMs: number | undefined;
  /** Ends the child and all it started when `signal` aborts, so that another one can take its place. */
  readonly restart?: { readonly signal: AbortSignal; readonly killAfterMs: number };
}

/** A child that was told to end and has: its output waits no longer than this for a reader that does not read. */
const STALLED_READER_MS = 250;

/** Runs a child with us beside it, which pass on signals and output, until it has ended. */
export const superviseRun = async ({
  command,
  output,
  secrets,
  killAfterMs,
  restart,
}: SupervisedRun): Promise<{
  readonly end: ForegroundEnd;
  /** It ended because of `restart`, and nobody else asked for its end. */
  readonly wasStopped: boolean;
  readonly endLikeChild: typeof endLikeChild;
}> => {
  let child: ForegroundChild | undefined;
  let wasToldToEnd = false;
  let killTimer: NodeJS.Timeout | undefined;
  let backIntoCoreFiles: (() => void) | undefined;
  const hasPty = output.stdout === 'pty' || output.stderr === 'pty';
  const relay = new SignalRelay({
    ...(hasPty ? { isToldByTerminal: () => false } : {}),
    intercept: (signal) => child?.intercept?.(signal) ?? false,
    onEnding: () => {
      wasToldToEnd = true;
      if (killAfterMs !== undefined)
        killTimer ??= setTimeout(() => child?.signalTree('SIGKILL'), killAfterMs);
    },
  });
  try {
    child = await startForeground(command, { plan: output, secrets, keepsStreams: restart !== undefined });
    backIntoCoreFiles = leaveOutOfCoreFiles();
    relay.attach(child.signal);
    const { abandonOutput } = child;
    void child.exited.then(() => {
      if (wasToldToEnd) setTimeout(abandonOutput, STALLED_READER_MS).unref();
    });
    if (restart === undefined) return { end: await child.ended, wasStopped: false, endLikeChild };
    const wasStopped = await stopForRestart(child, restart);
    if (wasStopped) child.abandonOutput();
    return { end: await child.ended, wasStopped: wasStopped && !wasToldToEnd, endLikeChild };
  } finally {
    clearTimeout(killTimer);
    relay.dispose();
    backIntoCoreFiles?.();
  }
};

const LOOK_EVERY_MS = 20;

/**
 * Waits until the child ends, or until it was stopped for another one to start: TERM to the tree, KILL after a while,
 * and the end of all of it, for the next one may need its port.
 * @returns whether it was stopped
 */
const stopForRestart = async (
  child: ForegroundChild,
  { signal, killAfterMs }: NonNullable<SupervisedRun['restart']>,
): Promise<boolean> => {
  const isWanted = new Promise<true>((resolve) => {
    if (signal.aborted) resolve(true);
    signal.addEventListener('abort', () => resolve(true));
  });
  if (!(await Promise.race([isWanted, child.exited.then(() => false)]))) return false;
  const killAt = Date.now() + killAfterMs;
  child.signalTree('SIGTERM');
  const kill = setTimeout(() => child.signalTree('SIGKILL'), killAfterMs);
  await child.exited;
  clearTimeout(kill);
  for (let rest = child.leftBehind(); rest.length > 0; rest = child.leftBehind()) {
    if (Date.now() >= killAt) for (const pid of rest) signalOne(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return true;
};
