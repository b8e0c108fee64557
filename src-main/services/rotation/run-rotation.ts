import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { RecordId } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import { driveRotation } from './drive.ts';
import { openRotations, RotationJournal } from './journal.ts';
import type { Running } from './running-work.ts';
import type { Work } from './work.ts';

/** Works on a rotation until it is over or stands still. One that is being worked on is joined. */
export function runRotation(
  core: Core,
  id: RecordId,
  actor: string,
  prepare?: (work: Work) => Promise<void> | void,
): Running {
  const running = core.rotations.start(id, async (handle) => {
    const work: Work = { core, actor, handle, journal: new RotationJournal(core, id, actor) };
    const release = rollByHand(work);
    try {
      await prepare?.(work);
      await driveRotation(work);
    } finally {
      release();
    }
  });
  // Whoever waits is told; where nobody does, the log is.
  running.finished.catch((error: unknown) => {
    const isExpected =
      error instanceof AppError && (error.code === 'VAULT_LOCKED' || error.code === 'CANCELLED');
    if (!isExpected) core.log.error('rotation', { rotation: id }, error);
  });
  return running;
}

/** Where processes are a target they are brought up in their turn, and do not start anew by themselves. */
function rollByHand({ core, journal }: Work): () => void {
  const key = journal.meta.key as RecordId;
  const isTarget = core.deployment.targetsOf(journal.vault, key).some(({ kind }) => kind === 'process');
  return isTarget ? core.watches.rollByHand(key) : () => undefined;
}

/** After an unlock: goes on with what was left, in the background. Nobody waits for it, least of all the unlock. */
export function resumeRotations(core: Core): void {
  const vault = core.vault.file.opened;
  if (vault === undefined || vault.tamperFindings.length > 0) return;
  for (const { id } of openRotations(vault)) {
    runRotation(core, id, 'agent', ({ journal }) => {
      journal.write('resumed', { change: { cause: null } });
    });
  }
}
