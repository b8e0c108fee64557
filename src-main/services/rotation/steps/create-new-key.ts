import {
  isOrphan,
  newKeyName,
  type ValueMeta,
} from '../../../../src-shared/domain/rotation/rotation-record.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { CreatedKey } from '../../../platforms/ports.ts';
import { readValueFacts } from '../../keys/value-facts.ts';
import { definitionsOf } from '../../platforms/platform-settings.ts';
import { freshValue } from './fresh-value.ts';
import { asOwner, causeOf, isDefiniteRefusal, targetOf, wasCancelled, type Work } from '../work.ts';

/** Creates the new key. Whatever goes wrong on the way, the journal knows that something may have been made. */
export async function createNewKey(work: Work): Promise<void> {
  const { core, journal } = work;
  const { answer: before } = await asOwner(work, (auth, options, target) =>
    core.platforms.listKeys(target, auth, options),
  );
  const { meta, id } = journal;
  const name = newKeyName(meta.keyName, meta.version, id, meta.plan.creates);
  const isFirst = meta.plan.creates === 0;
  journal.write('create_sent', {
    change: {
      idsBefore: isFirst ? before.map(({ keyId }) => keyId) : meta.idsBefore,
      names: [...meta.names, name],
    },
    step: ['create', 'pending', name],
    audit: ['rotate.create', `asking ${meta.platform} for ${name}; ${before.length} keys before`],
  });
  let created: CreatedKey;
  let label: string;
  try {
    ({ answer: created, label } = await asOwner(work, (auth, options, target) =>
      core.platforms.createKey(target, auth, { name, description: `rotation of ${meta.keyName}` }, options),
    ));
  } catch (error) {
    if (!(error instanceof AppError) || wasCancelled(error)) throw error;
    const change = { cause: causeOf(error) };
    if (!isDefiniteRefusal(error)) {
      // It may have been made all the same: the next thing to do is to look.
      journal.write(null, { change, step: ['create', 'pending', `unclear: ${error.message}`] });
      return;
    }
    journal.write('create_refused', {
      change,
      step: ['create', 'failed', error.message],
      audit: ['rotate.create', `refused: ${error.code}`],
    });
    // The next try has another name.
    if (error.details?.['status'] !== 409) throw error;
    return;
  }
  try {
    await keepOrTakeBack(work, created, label);
  } finally {
    created.value.wipe();
  }
}

async function keepOrTakeBack(work: Work, created: CreatedKey, label: string): Promise<void> {
  const { core, journal } = work;
  const { definition } = await targetOf(work);
  const now = core.now();
  try {
    const facts = readValueFacts(created.value, definition, definitionsOf(core, journal.vault));
    const value: ValueMeta = {
      ...freshValue(journal.vault.fingerprint(created.value.expose()), facts),
      keyId: created.keyId,
      platformName: created.name,
      lastUsedAt: created.lastUsedAt,
      expiresAt: created.expiresAt,
    };
    journal.write('created', {
      change: {
        new: value,
        cause: null,
        overlapSince: new Date(now).toISOString(),
        deadlineAt: new Date(now + definition.rotation.overlapMaxMs).toISOString(),
      },
      value: created.value,
      step: ['create', 'ok', `${created.name}, key id ${created.keyId}`],
      audit: ['rotate.create', `key id ${created.keyId}, ${created.name}, ${label}`],
    });
  } catch (error) {
    // A value that cannot be kept (disk full, vault locked) makes an orphan. If this does not reach the platform, the
    // journal still says that a create is outstanding, and the next run finds it by its name.
    await asOwner(work, (auth, options, target) =>
      core.platforms.revokeKey(target, auth, created.keyId, options),
    ).catch(() => undefined);
    throw error;
  }
  const kind = environmentKind(work);
  const mode = journal.meta.new?.mode ?? 'unknown';
  if (mode === 'unknown' || mode === kind) return;
  journal.write('new_rejected', {
    change: {
      cause: {
        code: 'MODE_MISMATCH',
        message: `The platform made a ${mode} key, and ${journal.meta.environment} is an environment of kind ${kind}.`,
        hint: 'Check with which account the key was made.',
      },
    },
  });
}

function environmentKind({ journal }: Work): string {
  const environment = journal.vault.find(journal.record.environmentId ?? journal.id);
  return (environment?.meta as { readonly kind?: string } | undefined)?.kind ?? 'unknown';
}

/** A create whose answer did not come may be carried out later than we look. */
const LOOK_AGAIN_AFTER_MS = [500, 1500];

/** Revokes what an unclear create may have made: a new key under exactly a name of ours. Nobody else's is touched. */
export async function findOrphans(work: Work): Promise<void> {
  const { core, journal } = work;
  const list = async () =>
    (
      await asOwner(work, (auth, options, target) => core.platforms.listKeys(target, auth, options))
    ).answer.filter((listed) => isOrphan(journal.meta, listed));
  let orphans = await list();
  for (const waitMs of LOOK_AGAIN_AFTER_MS) {
    if (orphans.length > 0) break;
    await work.handle.sleep(waitMs, work.handle.signal);
    orphans = await list();
  }
  for (const { keyId, name } of orphans) {
    const { label } = await asOwner(work, (auth, options, target) =>
      core.platforms.revokeKey(target, auth, keyId, options),
    );
    journal.write(null, { audit: ['rotate.orphan', `revoked key id ${keyId}, ${name}, ${label}`] });
  }
  if (orphans.length > 0 && (await list()).length > 0) {
    throw new AppError(
      'STILL_ALIVE',
      'A key that an unclear create left behind is still listed as active.',
      'Revoke it in the platform’s console, or resume the rotation in a minute.',
    );
  }
  journal.write('orphans_gone', {
    step: [
      'create',
      'failed',
      orphans.length === 0 ? 'it had made nothing' : 'what it had made, its value unseen, is revoked',
    ],
  });
}
