import { isOver } from '../../../src-shared/domain/rotation-plan.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { RecordId } from '../../vault/ports.ts';
import type { Core } from '../context.ts';
import { driveRotation } from './drive.ts';
import { RotationJournal, rotationsOf } from './journal.ts';
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
    await prepare?.(work);
    await driveRotation(work);
  });
  // Whoever waits is told; where nobody does, the log is.
  running.finished.catch((error: unknown) => {
    const isExpected =
      error instanceof AppError && (error.code === 'VAULT_LOCKED' || error.code === 'CANCELLED');
    if (!isExpected) core.log.error('rotation', { rotation: id }, error);
  });
  return running;
}

/** After an unlock: goes on with what was left, in the background. Nobody waits for it, least of all the unlock. */
export function resumeRotations(core: Core): void {
  const vault = core.vault.file.opened;
  if (vault === undefined || vault.tamperFindings.length > 0) return;
  for (const { id, meta } of rotationsOf(vault)) {
    if (isOver(meta.plan)) continue;
    runRotation(core, id, 'agent', ({ journal }) => {
      journal.write('resumed', { change: { cause: null } });
    });
  }
}
