import { constants } from 'node:os';
import type { ChildEnd } from '../child-command.ts';
import { leaveOutOfCoreFiles } from '../core-files.ts';

const RAISE_TIMEOUT_MS = 500;

/**
 * Ends this process the way the child ended: with its code, or by its signal, so that a shell sees no difference.
 * @returns the exit status to end with; on Windows 128 + the signal's number
 */
export const endLikeChild = async ({ code, signal }: ChildEnd): Promise<number> => {
  if (signal === null) return code ?? 1;
  if (process.platform !== 'win32') {
    leaveOutOfCoreFiles();
    // Node ignores SIGPIPE and SIGXFSZ from its start on; the last listener's leaving puts back what they do by default.
    if (signal !== 'SIGKILL' && signal !== 'SIGSTOP') process.once(signal, () => undefined);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // It comes at once, but not before this line.
    await new Promise((resolve) => setTimeout(resolve, RAISE_TIMEOUT_MS));
  }
  return 128 + constants.signals[signal];
};
