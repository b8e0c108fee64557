import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { canAbort, isOver, newPlan } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import {
  nextVersion,
  type RotationMeta,
  type ValueMeta,
} from '../../../src-shared/domain/rotation/rotation-record.ts';
import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { addressOf, type KeyRecord, requireEnvironment, requireKey } from '../keys/key-directory.ts';
import { checkKey } from '../platforms/key-call.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import { readNewValue, takeValue } from './regenerated-value.ts';
import { findOpenRotation, findRotation, type RotationRecord, rotationsOf } from './journal.ts';
import { holdersOf } from './laggards.ts';
import type { Running } from './running-work.ts';
import { runRotation } from './run-rotation.ts';
import { viewOfRotation } from './rotation-view.ts';
import { isRefusal, type Work } from './work.ts';

/**
 * Starts to rotate a key, and waits for the rotation to be over or to stand still.
 * @param value for a cut-over platform: what the person regenerated there
 * @throws {AppError} KEY_NOT_FOUND, KEY_ID_UNKNOWN, ROTATION_UNFINISHED where one is open, BAD_PLATFORM where there is
 *   no way, BAD_REQUEST, VAULT_LOCKED when the vault was locked meanwhile
 */
export async function startRotation(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'rotations.start'>, 'value'>,
  value: Secret | undefined,
): Promise<ResponseOf<'rotations.start'>> {
  const vault = core.vault.require();
  const found = requireKey(vault, request.key, request.env);
  const address = addressOf(vault, found.key);
  const target = await platformTarget(core, vault, found.key.meta.platform, found.environment.meta.name);
  const strategy = requireStrategy(target, found.key, address, value !== undefined);
  requireNoneOpen(vault, found.key.id, address);
  if (value !== undefined) readNewValue(core, vault, target.definition, value, found.key.meta.fingerprint);
  const isLost = request.lost ?? false;
  const key = isLost ? found.key : await learnAccount(core, vault, target, found.key, call.signal);
  // Others may have started one while the platform was asked.
  requireNoneOpen(vault, key.id, address);
  const meta: RotationMeta = {
    plan: newPlan(strategy),
    key: key.id,
    keyName: key.meta.name,
    environment: found.environment.meta.name,
    platform: key.meta.platform,
    isLost,
    skipsDeployCheck: request.no_deploy_check ?? false,
    quietMs: request.quiet_ms ?? 0,
    startedAt: new Date(core.now()).toISOString(),
    endedAt: null,
    version: nextVersion(key.meta.platformName),
    idsBefore: [],
    names: [],
    old: valueMetaOf(key.meta),
    new: null,
    overlapSince: null,
    overlapEndedAt: null,
    deadlineAt: null,
    targets: [],
    holders: holdersOf(core, key.id).map(({ pid, startTicks, command }) => ({ pid, startTicks, command })),
    steps: [],
    laggards: [],
    cause: null,
  };
  const id = vault.transact((tx) => {
    // The last one tells what happened; older ones tell the audit log.
    for (const earlier of rotationsOf(vault)) if (earlier.meta.key === key.id) tx.remove(earlier.id);
    tx.audit({
      actor: call.actor,
      action: 'rotate.start',
      subject: address,
      detail: `${strategy} on ${key.meta.platform}, key id ${key.meta.keyId ?? 'unknown'}${isLost ? ', lost' : ''}`,
    });
    return tx.put({ kind: 'rotation', environmentId: key.environmentId, meta });
  });
  const given = value === undefined ? undefined : copyOf(value);
  const running = runRotation(core, id, call.actor, async (work) => {
    if (given !== undefined) await takeGiven(work, given);
  });
  return answerWhenDone(core, call, id, running, request.wait_ms);
}

async function takeGiven(work: Work, given: Secret): Promise<void> {
  try {
    await takeValue(work, given);
  } finally {
    given.wipe();
  }
}

/** The dispatcher wipes a request's secrets when its handler returns, which may be before the rotation has used it. */
const copyOf = (value: Secret): Secret => Secret.adopt(Buffer.from(value.expose()));

function requireStrategy(
  { definition }: PlatformTarget,
  key: KeyRecord,
  address: string,
  hasValue: boolean,
): 'overlap' | 'cutover' {
  const { rotation, calls, name } = definition;
  const byHand = `Make a new key on its own page, then \`keymolt key edit ${address} --value-file F\`.`;
  if (rotation.strategy === 'none' || calls.whoAmI === null)
    throw new AppError('BAD_PLATFORM', `${name} documents no way to rotate a key.`, byHand);
  if (key.meta.status === 'revoked')
    throw new AppError('KEY_REJECTED', `${address} is revoked.`, 'Make a new one with `keymolt key create`.');
  if (rotation.strategy === 'cutover') return 'cutover';
  if (hasValue) {
    throw new AppError(
      'BAD_REQUEST',
      `${name} makes the new key itself: no value is to be given.`,
      'Leave --value-file out.',
    );
  }
  if (calls.create === null || calls.list === null || calls.revoke === null)
    throw new AppError(
      'BAD_PLATFORM',
      `${name} documents no call that creates, lists or revokes keys.`,
      byHand,
    );
  if (key.meta.keyId === null) {
    throw new AppError(
      'KEY_ID_UNKNOWN',
      `The platform’s id of ${address} is not known, so its old value could not be revoked.`,
      'Run `keymolt sync` to find it, or give it with `keymolt key edit NAME --key-id ID`.',
    );
  }
  return 'overlap';
}

function requireNoneOpen(vault: OpenVault, key: RecordId, address: string): void {
  const open = findOpenRotation(vault, key);
  if (open === undefined) return;
  throw new AppError(
    'ROTATION_UNFINISHED',
    `A rotation of ${address} is open (${open.meta.plan.state}).`,
    `Go on with \`keymolt rotate resume ${address}\`, or back with \`keymolt rotate abort ${address}\`.`,
  );
}

/** Only keys of the same account may stand in for one another, so a key whose account nobody asked for is asked. */
async function learnAccount(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  signal: AbortSignal,
): Promise<KeyRecord> {
  if (key.meta.account !== null || target.definition.calls.whoAmI === null || !key.hasValue) return key;
  return checkKey(core, vault, target, key, signal).catch((error: unknown) => {
    if (error instanceof AppError && error.code !== 'CANCELLED') return key;
    throw error;
  });
}

const valueMetaOf = (meta: KeyMeta): ValueMeta => ({
  account: meta.account,
  tier: meta.tier,
  keyId: meta.keyId,
  platformName: meta.platformName,
  status: meta.status,
  mode: meta.mode,
  prefix: meta.prefix,
  fingerprint: meta.fingerprint,
  lastUsedAt: meta.lastUsedAt,
  rotatedAt: meta.rotatedAt,
  expiresAt: meta.expiresAt,
  lastCheck: meta.lastCheck,
});

/** @throws {AppError} NOT_FOUND */
function requireRotation(vault: OpenVault, text: string, env: string | undefined): RotationRecord {
  const { key } = requireKey(vault, text, env);
  const found = findRotation(vault, key.id);
  if (found !== undefined) return found;
  const address = addressOf(vault, key);
  throw new AppError(
    'NOT_FOUND',
    `${address} has not been rotated.`,
    `Start with \`keymolt rotate start ${address}\`.`,
  );
}

/** A stalled rotation looks again each second: whoever has just put things right need not ask twice. */
const STALLED_GRACE_MS = 2500;

/** Waits, but no longer than was asked; a caller who leaves leaves the rotation running. */
async function answerWhenDone(
  core: Core,
  call: Call,
  id: RecordId,
  { finished, stalled }: Running,
  waitMs: number | undefined,
): Promise<ResponseOf<'rotations.start'>> {
  let timer: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  const letGo = stalled.then(
    () =>
      new Promise<void>((resolve) => {
        grace = setTimeout(resolve, STALLED_GRACE_MS);
      }),
  );
  const enough = new Promise<void>((resolve) => {
    if (waitMs !== undefined) timer = setTimeout(resolve, waitMs);
    call.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  try {
    await Promise.race([finished, letGo, enough]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
  return { schema: 1, rotation: viewOfRotation(requireRecord(core.vault.require(), id), core.now()) };
}

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

const requireRecord = (vault: OpenVault, id: RecordId): RotationRecord => vault.find(id) as RotationRecord;

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

export function showRotation(core: Core, request: RequestOf<'rotations.show'>): ResponseOf<'rotations.show'> {
  return {
    schema: 1,
    rotation: viewOfRotation(requireRotation(core.vault.require(), request.key, request.env), core.now()),
  };
}

export function listRotations(
  core: Core,
  request: RequestOf<'rotations.list'>,
): ResponseOf<'rotations.list'> {
  const vault = core.vault.require();
  const environment = request.env === undefined ? undefined : requireEnvironment(vault, request.env).id;
  const all = rotationsOf(vault)
    .filter(({ environmentId }) => environment === undefined || environmentId === environment)
    .toReversed();
  const first = all.find(({ meta }) => !isOver(meta.plan)) ?? all[0];
  const now = core.now();
  return {
    schema: 1,
    rotation: first === undefined ? null : viewOfRotation(first, now),
    rotations: all.map((record) => viewOfRotation(record, now)),
  };
}
