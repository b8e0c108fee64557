import type { ChildCommand } from '../../run/child-command.ts';
import type { MaskedSecret } from '../../run/masking/mask-patterns.ts';
import type { OutputPlan } from '../../run/masking/output-plan.ts';
import type { CommandContext } from '../context.ts';

/**
 * Asks for the values of the run again, in the place of an earlier run. Never asks a person: that one is using the
 * terminal for something else. @throws {AppError} what the agent refuses with
 */
export type PrepareAgain = (replaces: string | undefined) => Promise<Launch>;

export interface Launch {
  readonly runId: string;
  readonly command: ChildCommand;
  readonly secrets: readonly MaskedSecret[];
}

/** How the child is to be launched: checked before anything is asked of the agent. */
export interface LaunchPlan {
  readonly output: OutputPlan;
  /** KILL so long after a signal that asked the child to end. */
  readonly killAfterMs: number | undefined;
}

const END_TIMEOUT_MS = 50;

/**
 * Tells the agent that the run is over, and does not wait for its answer: what is written to the socket arrives, whatever
 * becomes of us. It finds out by itself too, so nothing waits for it long.
 */
export const tellEnded = async (context: CommandContext, runId: string): Promise<void> => {
  const told = context.findAgent().then(
    (agent) => void agent?.request('runs.ended', { run_id: runId }).catch(() => undefined),
    () => undefined,
  );
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, END_TIMEOUT_MS))]);
};
