import type { CommandContext } from './context.ts';

/** Runs a long call under an id, so that Ctrl-C ends it cleanly in the agent; a second Ctrl-C ends only this program. */
export const cancellable = async <T>(
  context: CommandContext,
  call: (operation: { readonly operation_id: string }) => Promise<T>,
): Promise<T> => {
  const operationId = crypto.randomUUID();
  const agent = await context.agent();
  const cancel = (): void => {
    context.note('cancelling; once more to leave at once');
    void agent.request('operations.cancel', { operation_id: operationId }).catch(() => undefined);
  };
  process.once('SIGINT', cancel);
  try {
    return await call({ operation_id: operationId });
  } finally {
    process.removeListener('SIGINT', cancel);
  }
};
