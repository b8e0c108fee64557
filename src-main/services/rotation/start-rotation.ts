import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { newPlan } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import {
  nextVersion,
  type RotationMeta,
  type ValueMeta,
} from '../../../src-shared/domain/rotation/rotation-record.ts';
import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { addressOf, type KeyRecord, requireKey } from '../keys/key-directory.ts';
import { checkKey } from '../platforms/key-call.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import { findOpenRotation, rotationsOf } from './journal.ts';
import { holdersOf } from './steps/laggards.ts';
import { copyOf, readNewValue, takeGiven } from './steps/regenerated-value.ts';
import { answerWhenDone } from './rotation-answers.ts';
import { runRotation } from './run-rotation.ts';

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
