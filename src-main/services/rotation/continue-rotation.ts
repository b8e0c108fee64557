import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { canAbort, isOver } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import type { RotationRecord } from './journal.ts';
import { copyOf, takeGiven } from './steps/regenerated-value.ts';
import { answerWhenDone, requireRecord, requireRotation } from './rotation-answers.ts';
import { runRotation } from './run-rotation.ts';
import { viewOfRotation } from './rotation-view.ts';
import { isRefusal } from './work.ts';

/** @throws {AppError} NOT_FOUND, and as `startRotation` */
export async function resumeRotation(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'rotations.resume'>, 'value'>,
  value: Secret | undefined,
): Promise<ResponseOf<'rotations.resume'>> {
  const vault = core.vault.require();
  // Whoever is at it just now (after an unlock, the agent itself) would take no value with it.
  if (value !== undefined) await core.rotations.whenIdle(requireRotation(vault, request.key, request.env).id);
  const { id, meta } = requireRotation(vault, request.key, request.env);
  if (isOver(meta.plan)) return { schema: 1, rotation: viewOfRotation(requireRecord(vault, id), core.now()) };
  const takesValue =
    meta.plan.strategy === 'cutover' && (meta.plan.state === 'planned' || meta.plan.state === 'created');
  if (value !== undefined && !takesValue) {
    throw new AppError(
      'BAD_REQUEST',
      'This rotation waits for no value.',
      'Leave --value-file out; `keymolt rotate status` tells what it waits for.',
    );
  }
  if (value !== undefined && core.rotations.has(id)) {
    throw new AppError(
      'ROTATION_UNFINISHED',
      `Somebody else is giving ${meta.keyName} a value at this moment.`,
      'Look with `keymolt rotate status`, then give yours if it is still wanted.',
    );
  }
  const given = value === undefined ? undefined : copyOf(value);
  const running = runRotation(core, id, call.actor, async (work) => {
    const skips = request.no_deploy_check === true ? { skipsDeployCheck: true } : {};
    work.journal.write('resumed', {
      change: { cause: null, ...skips },
      audit: ['rotate.resume', meta.plan.state],
    });
    if (given !== undefined) await takeGiven(work, given);
  });
  return answerWhenDone(core, call, id, running, request.wait_ms);
}

/**
 * Turns a rotation back, and waits until the old key is the only one again.
 * @throws {AppError} REFUSED once the old key's revocation may have happened, or where the old key no longer works
 */
export async function abortRotation(
  core: Core,
  call: Call,
  request: RequestOf<'rotations.abort'>,
): Promise<ResponseOf<'rotations.abort'>> {
  const vault = core.vault.require();
  const { id, meta } = requireRotation(vault, request.key, request.env);
  const address = `${meta.environment}/${meta.keyName}`;
  const isGoingBack = meta.plan.direction === 'back' && !isOver(meta.plan);
  if (!isGoingBack && !canAbort(meta.plan)) {
    throw new AppError(
      'REFUSED',
      isOver(meta.plan)
        ? `The rotation of ${address} is over (${meta.plan.state.replaceAll('_', ' ')}).`
        : `The old key of ${address} is being revoked: the only way is forward.`,
      isOver(meta.plan) ? '' : `\`keymolt rotate resume ${address}\``,
    );
  }
  await requireOldAlive(core, call, vault, { id, meta }, address);
  const running = runRotation(core, id, call.actor);
  core.rotations.turnBack(id);
  return answerWhenDone(core, call, id, running, request.wait_ms);
}

/** To go back to a dead key would leave nobody with a working one. */
async function requireOldAlive(
  core: Core,
  call: Call,
  vault: OpenVault,
  { id, meta }: Pick<RotationRecord, 'id' | 'meta'>,
  address: string,
): Promise<void> {
  const holder = meta.plan.isNewInUse ? id : (meta.key as RecordId);
  if (!meta.plan.hasNewKey || meta.isLost || vault.find(holder)?.hasValue !== true) return;
  const target = await platformTarget(core, vault, meta.platform, meta.environment);
  if (target.definition.calls.whoAmI === null) return;
  const old = vault.openValue(holder);
  try {
    await core.platforms.whoAmI(target, { kind: 'api-key', value: old }, { signal: call.signal });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new AppError(
      'REFUSED',
      `The old key of ${address} no longer works, so there is nothing to go back to.`,
      `Go on with \`keymolt rotate resume ${address}\`.`,
    );
  } finally {
    old.wipe();
  }
}
