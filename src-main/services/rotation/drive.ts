import { isOver, type RotationEffect } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { BugError } from '../../../src-shared/errors/bug-error.ts';
import { createNewKey, findOrphans } from './steps/create-new-key.ts';
import { deploy, putBack } from './steps/deploy-new-value.ts';
import { checkOld, revokeNew, revokeOld, unstore } from './steps/end-keys.ts';
import { proveNewKey, storeNewValue, verify } from './steps/prove-new-key.ts';
import { obtainValue } from './steps/regenerated-value.ts';
import type { AbortWish } from './running-work.ts';
import { causeOf, wasCancelled, type Work } from './work.ts';

const STEPS: Readonly<Record<Exclude<RotationEffect, 'none'>, (work: Work) => Promise<void> | void>> = {
  create: createNewKey,
  find_orphans: findOrphans,
  await_value: obtainValue,
  prove: proveNewKey,
  store: storeNewValue,
  deploy,
  verify,
  revoke_old: revokeOld,
  check_old: checkOld,
  unstore,
  put_back: putBack,
  revoke_new: revokeNew,
};

/** A step that failed for a reason that passes is tried so often in all, without anybody asking. */
const TRIES = 3;
const FIRST_WAIT_MS = 1000;
/** A platform that wants a longer pause than this gets it from the person. */
const LONGEST_WAIT_MS = 120_000;
/** More steps than any rotation takes, every try counted. */
const MOST_STEPS = 200;

const PASSING: ReadonlySet<string> = new Set([
  'NETWORK',
  'TIMEOUT',
  'PLATFORM_ERROR',
  'RATE_LIMITED',
  'PLATFORM_ANSWER',
]);

/** undefined: not worth another try now. */
function waitBeforeRetryMs({ code, details }: AppError, failures: number): number | undefined {
  if (!PASSING.has(code) || failures >= TRIES) return undefined;
  const asked = details?.['retry_after_ms'];
  const waitMs = typeof asked === 'number' ? asked : FIRST_WAIT_MS * 2 ** (failures - 1);
  return waitMs > LONGEST_WAIT_MS ? undefined : waitMs;
}

/**
 * Takes a rotation as far as it goes: to its end, or to where it stands still, with the reason in its journal.
 * @throws {AppError} where even the journal cannot be written: VAULT_LOCKED, DISK_FULL, and CANCELLED when the core ends
 */
export async function driveRotation(work: Work): Promise<void> {
  const { journal } = work;
  const { wish } = work.handle;
  let failures = 0;
  let failedAt: RotationEffect = 'none';
  for (let taken = 0; taken < MOST_STEPS; taken += 1) {
    if (wish.isOpen) {
      wish.isOpen = false;
      journal.write('abort_requested', {
        change: { cause: ABORTED },
        audit: ['rotate.abort', `at ${journal.meta.plan.state}`],
      });
    }
    const { effect } = journal;
    if (effect === 'none') return;
    if (effect !== failedAt) failures = 0;
    try {
      await STEPS[effect](work);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (isAborted(error, wish)) continue;
      if (wasCancelled(error) || error.code === 'VAULT_LOCKED') throw error;
      failures = failedAt === effect ? failures + 1 : 1;
      failedAt = effect;
      if (isOver(journal.meta.plan)) return;
      const waitMs = waitBeforeRetryMs(error, failures);
      if (waitMs === undefined) {
        standStill(work, error);
        return;
      }
      await sleepUnlessAborted(work, waitMs, wish);
    }
  }
  throw new BugError('a rotation that takes no end');
}

const isAborted = (error: unknown, wish: AbortWish): boolean => wasCancelled(error) && wish.isOpen;

async function sleepUnlessAborted(work: Work, ms: number, wish: AbortWish): Promise<void> {
  try {
    await work.handle.sleep(ms, work.handle.signal);
  } catch (error) {
    if (!isAborted(error, wish)) throw error;
  }
}

const ABORTED = { code: 'CANCELLED', message: 'It was aborted.', hint: 'The old key goes on.' };

/** Where nothing was made yet, there is nothing to come back to. */
function standStill({ journal }: Work, error: AppError): void {
  const { effect } = journal;
  const isNothingMade = effect === 'create';
  journal.write(isNothingMade ? 'given_up' : null, {
    change: { cause: causeOf(error) },
    audit: [isNothingMade ? 'rotate.back' : 'rotate.wait', `${journal.meta.plan.state}: ${error.code}`],
  });
}
