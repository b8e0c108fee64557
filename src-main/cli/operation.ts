import type { AgentConnection } from '../agent/client.ts';
import type { CommandContext } from './context.ts';

/** Nobody wants to read of what is over in a moment. */
const FIRST_WORD_MS = 1000;
const WORD_EVERY_MS = 2000;

/**
 * Runs a long call under an id, so that Ctrl-C ends it cleanly in the agent; a second Ctrl-C ends only this program.
 * How far it is stands on stderr once it takes over a second.
 */
export const cancellable = async <T>(
  context: CommandContext,
  call: (operation: { readonly operation_id: string }) => Promise<T>,
): Promise<T> => {
  const operation = { operation_id: crypto.randomUUID() };
  const agent = await context.agentOfVault();
  const cancel = (): void => {
    context.note('cancelling; once more to leave at once');
    void agent.request('operations.cancel', operation).catch(() => undefined);
  };
  process.once('SIGINT', cancel);
  const stopTelling = tellProgress(context, agent, operation);
  try {
    return await call(operation);
  } finally {
    stopTelling();
    process.removeListener('SIGINT', cancel);
  }
};

const tellProgress = (
  context: CommandContext,
  agent: AgentConnection,
  operation: { readonly operation_id: string },
): (() => void) => {
  // With --json, stderr is for an error that a program reads.
  if (context.isJson || context.flags.has('quiet')) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let told = -1;
  const tell = async (): Promise<void> => {
    const answer = await agent.request('operations.progress', operation).catch(() => undefined);
    const progress = answer?.result().progress;
    if (isOver) return;
    if (progress !== undefined && progress !== null && progress.done !== told) {
      told = progress.done;
      context.note(`${progress.done} of ${progress.total}: ${progress.what}`);
    }
    timer = setTimeout(() => void tell(), WORD_EVERY_MS);
  };
  timer = setTimeout(() => void tell(), FIRST_WORD_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
};
