import type { KeyMeta } from '../../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { RecordId } from '../../../vault/ports.ts';
import { rememberFingerprint } from '../../keys/key-change.ts';
import { type Asker, keyAsker } from '../../platforms/authentication.ts';
import { callOptions } from '../../platforms/key-call.ts';
import { rejectNewKey } from './prove-new-key.ts';
import {
  asOwner,
  askUntil,
  copyValue,
  findAccount,
  isDefiniteRefusal,
  isRefusal,
  keyOf,
  requireNew,
  targetOf,
  wasCancelled,
  withValue,
  type Work,
} from '../work.ts';

/** How long a revoked key may go on working before that is an error; the platforms name 10 s (Moltbook). */
const REVOCATION_TAKES_EFFECT_MS = 10_000;

/** Revokes the old key, authenticated with the new one: were that dead, the platform itself would refuse. */
export async function revokeOld(work: Work): Promise<void> {
  const { journal } = work;
  const key = keyOf(work);
  const { old } = journal.meta;
  if (old.keyId === null)
    throw new AppError('KEY_ID_UNKNOWN', 'The old key’s id is not known.', 'Run `keymolt sync`.');
  const { keyId } = old;
  journal.write('revoke_sent', {
    step: ['revoke', 'pending', `key id ${keyId}`],
    audit: ['rotate.revoke', `asking for the end of key id ${keyId}, with the new key`],
  });
  try {
    await askForEnd(work, keyId);
  } catch (error) {
    if (!(error instanceof AppError) || !isDefiniteRefusal(error)) throw error;
    // Not found may mean: gone already, whoever did it. The old key itself tells.
    if (error.code !== 'NOT_FOUND' || !(await isGone(work, journal.id, keyId, journal.meta.isLost))) {
      journal.write('revoke_refused', { step: ['revoke', 'failed', error.message] });
      if (isRefusal(error) && (await findAccount(work, key.id)) === undefined) {
        await rejectNewKey(work);
        return;
      }
      throw error;
    }
  }
  journal.write('revoke_accepted', {
    step: ['revoke', 'ok', `key id ${keyId}`],
    audit: ['rotate.revoke', `key id ${keyId} is revoked`],
  });
}

/** With the new key, as the platforms prescribe. */
async function askForEnd(work: Work, keyId: string): Promise<void> {
  const { core, journal } = work;
  const target = await targetOf(work);
  const key = keyOf(work);
  await withValue(journal.vault, key.id, (auth) =>
    core.platforms.revokeKey(target, auth, keyId, callOptions(core, key, work.handle.signal)),
  );
}

/** Asks with the old key until it is refused, and says so if it is not. */
export async function checkOld(work: Work): Promise<void> {
  const { core, journal } = work;
  const { old } = journal.meta;
  const { isLost, plan } = journal.meta;
  try {
    await seeGone(work, journal.id, old.keyId, isLost);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'STILL_ALIVE' || old.keyId === null) throw error;
    if (plan.strategy === 'cutover') throw error;
    // The platform said that it was revoked: what is asked twice is at most done twice.
    await askForEnd(work, old.keyId);
    await seeGone(work, journal.id, old.keyId, isLost);
  }
  const how = journal.meta.isLost ? 'gone from the platform’s list' : 'refused when asked again (401)';
  journal.write('old_refused', {
    change: { cause: null, overlapEndedAt: new Date(core.now()).toISOString(), laggards: [] },
    // SECURITY: the old value is of no use to anybody but a reader of the vault's file.
    value: null,
    step: ['confirm', 'ok', how],
    audit: ['rotate.done', `key id ${old.keyId ?? 'unknown'}: ${how}`],
  });
  journal.vault.checkpoint();
  core.rateLimits.forget(keyOf(work).id);
  core.emit('dataChanged', { what: 'keys' });
}

/**
 * Asks once whether a key is dead.
 * @param holder the record that has its value
 * @param isByListAlone the value is not to be used
 */
async function isGone(
  work: Work,
  holder: RecordId,
  keyId: string | null,
  isByListAlone: boolean,
): Promise<boolean> {
  const { core, journal } = work;
  const target = await targetOf(work);
  if (isByListAlone || journal.vault.find(holder)?.hasValue !== true) {
    // A platform with one key at a time ended the old one itself, and has no list to look it up in.
    return target.definition.calls.list === null || isGoneFromList(work, keyId);
  }
  try {
    await withValue(journal.vault, holder, (auth) =>
      core.platforms.whoAmI(target, auth, { signal: work.handle.signal, retries: 0 }),
    );
    return false;
  } catch (error) {
    if (isRefusal(error)) return true;
    throw error;
  }
}

/**
 * Asks until a key is dead.
 * @throws {AppError} STILL_ALIVE, or what went wrong with the last question
 */
async function seeGone(
  work: Work,
  holder: RecordId,
  keyId: string | null,
  isByListAlone: boolean,
): Promise<void> {
  const { definition } = await targetOf(work);
  const withinMs = Math.max(REVOCATION_TAKES_EFFECT_MS, definition.rotation.revocationEffectMs);
  let trouble: AppError | undefined;
  const gone = await askUntil(work, withinMs, async () => {
    try {
      trouble = undefined;
      return (await isGone(work, holder, keyId, isByListAlone)) ? true : undefined;
    } catch (error) {
      if (!(error instanceof AppError) || wasCancelled(error) || error.code === 'VAULT_LOCKED') throw error;
      trouble = error;
      return undefined;
    }
  });
  if (gone === true) return;
  const { address, meta } = work.journal;
  throw (
    trouble ??
    new AppError(
      'STILL_ALIVE',
      `${definition.name} goes on accepting the ${meta.plan.direction === 'back' ? 'new' : 'old'} key of ${address} ${withinMs / 1000} s after its end.`,
      `Resume in a minute (\`keymolt rotate resume ${address}\`); if it stays so, use the platform’s console.`,
    )
  );
}

async function isGoneFromList(work: Work, keyId: string | null): Promise<boolean> {
  const { core } = work;
  const { answer } = await asOwner(
    work,
    (auth, options, target) => core.platforms.listKeys(target, auth, options),
    [keyAsker(work.journal.vault, keyOf(work))],
  );
  const listed = answer.find((candidate) => candidate.keyId === keyId);
  return listed === undefined || listed.status === 'revoked';
}

/** The key's record gets the old value back. */
export function unstore(work: Work): void {
  const { core, journal } = work;
  const { vault, meta, id } = journal;
  const key = keyOf(work);
  const newValue = vault.openValue(key.id);
  const oldValue = copyValue(vault, id);
  try {
    journal.write('unstored', {
      value: newValue,
      also: (tx) =>
        tx.put({
          id: key.id,
          kind: 'key',
          environmentId: key.environmentId,
          meta: { ...key.meta, ...meta.old, ...rememberFingerprint(key.meta, meta.old) } satisfies KeyMeta,
          value: oldValue,
        }),
      step: ['store', 'skipped', 'the vault gives out the old key again'],
      audit: [
        'rotate.unstore',
        `fingerprint ${requireNew(meta).fingerprint} gives way to ${meta.old.fingerprint}`,
      ],
    });
  } finally {
    newValue.wipe();
    oldValue?.wipe();
  }
  core.emit('dataChanged', { what: 'keys' });
}

/** Ends the new key, whose value the journal still has, and sees it refused. */
export async function revokeNew(work: Work): Promise<void> {
  const { core, journal } = work;
  const { plan } = journal.meta;
  const { keyId } = requireNew(journal.meta);
  let how = 'the platform was told nothing: it has one key at a time';
  if (plan.strategy === 'overlap' && keyId !== null) {
    const itself: Asker = {
      label: 'with itself',
      key: undefined,
      account: journal.meta.new?.account ?? null,
      use: (call) => withValue(journal.vault, journal.id, (auth) => call(auth)),
    };
    let wasAccepted = false;
    try {
      await asOwner(
        work,
        (auth, options, target) => core.platforms.revokeKey(target, auth, keyId, options),
        // Last of all it may end itself.
        [itself],
      );
      wasAccepted = true;
    } catch (error) {
      // Gone already, or refused itself: asking tells.
      if (!isRefusal(error) && !(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    }
    // A key that never worked may begin to: that it is refused now does not say that it is gone.
    const isByListAlone = !wasAccepted && !plan.isNewProven;
    await seeGone(work, journal.id, keyId, isByListAlone);
    how = isByListAlone ? 'gone from the platform’s list' : 'revoked, and refused when asked again (401)';
  }
  journal.write('new_gone', {
    change: {
      overlapEndedAt: journal.meta.overlapSince === null ? null : new Date(core.now()).toISOString(),
      laggards: [],
    },
    value: null,
    step: ['revoke_new', 'ok', how],
    audit: ['rotate.back', `key id ${keyId ?? 'unknown'}: ${how}`],
  });
  journal.vault.checkpoint();
}
