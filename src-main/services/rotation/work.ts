import type {
  RotationCause,
  RotationMeta,
  ValueMeta,
} from '../../../src-shared/domain/rotation/rotation-record.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Account, CallOptions, PlatformAuth, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault, RecordId } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import { environmentOf, keysOf, type KeyRecord, requireKeyById } from '../keys/key-directory.ts';
import { type Asker, findAsker, keyAsker } from '../platforms/authentication.ts';
import { callOptions } from '../platforms/key-call.ts';
import { platformTarget } from '../platforms/platform-settings.ts';
import type { RotationJournal } from './journal.ts';
import type { WorkHandle } from './running-work.ts';

/** What every step of a rotation works with. */
export interface Work {
  readonly core: Core;
  readonly journal: RotationJournal;
  /** For the audit log. */
  readonly actor: string;
  readonly handle: WorkHandle;
}

export const keyOf = ({ journal }: Work): KeyRecord =>
  requireKeyById(journal.vault, journal.meta.key as RecordId);

export const targetOf = async ({ core, journal }: Work): Promise<PlatformTarget> =>
  platformTarget(core, journal.vault, journal.meta.platform, journal.meta.environment);

export function requireNew(meta: RotationMeta): ValueMeta {
  if (meta.new !== null) return meta.new;
  throw new AppError('NOT_FOUND', 'The rotation has no new key.', 'Abort it, and start again.');
}

/** Calls the platform with a value that lives in memory for that long only. */
export async function withValue<T>(
  vault: OpenVault,
  id: RecordId,
  work: (auth: PlatformAuth, value: Secret) => Promise<T>,
): Promise<T> {
  const value = vault.openValue(id);
  try {
    return await work({ kind: 'api-key', value }, value);
  } finally {
    value.wipe();
  }
}

/** A copy for a transaction that puts it elsewhere; null where there is none. */
export function copyValue(vault: OpenVault, id: RecordId): Secret | null {
  return vault.find(id)?.hasValue === true ? vault.openValue(id) : null;
}

export const causeOf = ({ code, message, hint }: AppError): RotationCause => ({ code, message, hint });

export const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'KEY_REJECTED';

export const wasCancelled = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'CANCELLED';

/** Whether the platform said no, so that nothing can have happened there. */
export const isDefiniteRefusal = ({ details }: AppError): boolean => {
  const status = details?.['status'];
  return (
    (typeof status === 'number' && status >= 400 && status < 500 && status !== 408) ||
    details?.['may_have_happened'] === false
  );
};

/**
 * Who may manage the account's keys while the old key is what the record has: the old key, then another key of the very
 * same account, then the human session. A lost key is not asked with.
 */
async function askersOf(work: Work, target: PlatformTarget): Promise<Asker[]> {
  const { core, journal } = work;
  const { vault, meta } = journal;
  const key = keyOf(work);
  const others = keysOf(vault).filter(
    (other) =>
      other.id !== key.id &&
      other.environmentId === key.environmentId &&
      other.hasValue &&
      other.meta.platform === key.meta.platform &&
      other.meta.status === 'active' &&
      other.meta.account !== null &&
      other.meta.account === meta.old.account,
  );
  const askers = [
    ...(meta.isLost || meta.plan.isNewInUse || !key.hasValue ? [] : [keyAsker(vault, key)]),
    ...others.map((other) => keyAsker(vault, other)),
  ];
  const session = await findAsker(core, vault, target, environmentOf(vault, key), {
    account: meta.old.account,
    accepts: () => false,
  }).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  return session === undefined || session.key !== undefined ? askers : [...askers, session];
}

/**
 * Makes a call as the first who is let in. Only a definite 401 passes it on to the next: what may have happened is not
 * done twice.
 * @param more who is asked last
 * @throws {AppError} NO_AUTHENTICATION, and what the last call threw
 */
export async function asOwner<T>(
  work: Work,
  call: (auth: PlatformAuth, options: CallOptions, target: PlatformTarget) => Promise<T>,
  more: readonly Asker[] = [],
): Promise<{ readonly answer: T; readonly label: string }> {
  const target = await targetOf(work);
  let refusal: AppError = new AppError(
    'NO_AUTHENTICATION',
    `There is nothing to ask ${target.definition.name} with: no key of this account, and no session.`,
    'Sign in with `keymolt session sign-in`, or add another key of the account.',
  );
  for (const asker of [...(await askersOf(work, target)), ...more]) {
    try {
      const options = callOptions(work.core, asker.key, work.handle.signal);
      return { answer: await asker.use((auth) => call(auth, options, target)), label: asker.label };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 2000;

/**
 * Asks until there is an answer, in growing steps. Counts what was waited, not what a clock says: that may jump.
 * @param ask gives undefined while there is none
 * @returns undefined when there was none within the time
 */
export async function askUntil<T>(
  work: Work,
  withinMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  let waitedMs = 0;
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_POLL_MS)) {
    const answer = await ask();
    if (answer !== undefined || waitedMs >= withinMs) return answer;
    const restMs = Math.min(waitMs, withinMs - waitedMs);
    await work.handle.sleep(restMs, work.handle.signal);
    waitedMs += restMs;
  }
}

/** A new key may start to work late: rhyeal/aws-rotate-iam-keys#81 saw one in ten do so. */
const NEW_KEY_WORKS_WITHIN_MS = 15_000;

/**
 * Asks who a value is, for as long as a new key may take to work.
 * @param id of the record that has the value
 * @returns undefined where the platform goes on refusing it
 */
export async function findAccount(
  work: Work,
  id: RecordId,
  withinMs = NEW_KEY_WORKS_WITHIN_MS,
): Promise<Account | undefined> {
  const target = await targetOf(work);
  const key = keyOf(work);
  return askUntil(work, withinMs, async () => {
    try {
      return await withValue(work.journal.vault, id, (auth) =>
        work.core.platforms.whoAmI(target, auth, callOptions(work.core, key, work.handle.signal)),
      );
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  });
}
