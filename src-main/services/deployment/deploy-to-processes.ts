import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { RecordId } from '../../vault/ports.ts';
import type { DeploymentPlan } from '../rotation/deployment-port.ts';
import type { Holder, HolderRolling } from '../runs/holder-rolling.ts';

/** One that does not come back in this time is not waited for any longer. */
const ROLL_MS = 60_000;

const nameOf = ({ command, pid }: Holder): string => `${command} (pid ${pid})`;

export function planProcesses(holders: HolderRolling, keyId: RecordId): DeploymentPlan {
  const watching = holders.holdersOf(keyId).filter(({ watches }) => watches);
  return {
    detail:
      watching.length === 0
        ? 'no `keymolt run --watch` command holds the key now'
        : `starts anew, one after the other: ${watching.map(nameOf).join(', ')}`,
    problem: null,
  };
}

/**
 * Has every watching command that holds another value than the vault's start anew, one after the other.
 * @throws {AppError} DEPLOY_FAILED where one did not come back, CANCELLED
 */
export async function rollProcesses(
  holders: HolderRolling,
  keyId: RecordId,
  signal: AbortSignal,
): Promise<string> {
  const behind = holders.holdersOf(keyId).filter(({ watches, isCurrent }) => watches && !isCurrent);
  for (const holder of behind) {
    const timeUp = AbortSignal.timeout(ROLL_MS);
    try {
      await holders.roll(holder.runId, AbortSignal.any([signal, timeUp]));
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      if (error.code === 'NOT_FOUND') continue;
      throw new AppError(
        'DEPLOY_FAILED',
        timeUp.aborted
          ? `${nameOf(holder)} did not start anew within ${ROLL_MS / 1000} s.`
          : `${nameOf(holder)} could not be started anew: ${error.message}`,
        'Start it anew by hand.',
        { cause: error },
      );
    }
  }
  return behind.length === 0
    ? 'no command held the old value'
    : `started anew: ${behind.map(nameOf).join(', ')}`;
}
