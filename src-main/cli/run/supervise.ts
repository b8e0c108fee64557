import type { ChildCommand } from '../../run/child-command.ts';
import { endLikeChild } from '../../run/end-like-child.ts';
import { type ForegroundChild, type ForegroundEnd, startForeground } from '../../run/foreground.ts';
import type { MaskedSecret } from '../../run/mask-patterns.ts';
import type { OutputPlan } from '../../run/output-plan.ts';
import { SignalRelay } from '../../run/signal-relay.ts';

export interface SupervisedRun {
  readonly command: ChildCommand;
  readonly output: OutputPlan;
  readonly secrets: readonly MaskedSecret[];
  readonly killAfterMs: number | undefined;
}

/** A child that was told to end and has: its output waits no longer than this for a reader that does not read. */
const STALLED_READER_MS = 250;

/** Runs a child with us beside it, which pass on signals and output, until it has ended. */
export const superviseRun = async ({
  command,
  output,
  secrets,
  killAfterMs,
}: SupervisedRun): Promise<{ readonly end: ForegroundEnd; readonly endLikeChild: typeof endLikeChild }> => {
  let child: ForegroundChild | undefined;
  let wasToldToEnd = false;
  let killTimer: NodeJS.Timeout | undefined;
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
    child = await startForeground(command, { plan: output, secrets });
    relay.attach(child.signal);
    const { abandonOutput } = child;
    void child.exited.then(() => {
      if (wasToldToEnd) setTimeout(abandonOutput, STALLED_READER_MS).unref();
    });
    return { end: await child.ended, endLikeChild };
  } finally {
    clearTimeout(killTimer);
    relay.dispose();
  }
};
