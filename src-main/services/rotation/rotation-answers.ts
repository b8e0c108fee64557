import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { isOver } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { addressOf, requireEnvironment, requireKey } from '../keys/key-directory.ts';
import { findRotation, type RotationRecord, rotationsOf } from './journal.ts';
import type { Running } from './running-work.ts';
import { viewOfRotation } from './rotation-view.ts';

/** @throws {AppError} NOT_FOUND */
export function requireRotation(vault: OpenVault, text: string, env: string | undefined): RotationRecord {
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
export async function answerWhenDone(
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

export const requireRecord = (vault: OpenVault, id: RecordId): RotationRecord =>
  vault.find(id) as RotationRecord;

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
