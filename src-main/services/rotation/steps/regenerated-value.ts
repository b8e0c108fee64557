import type { PlatformDefinition } from '../../../../src-shared/domain/platform-definition.ts';
import type { ValueMeta } from '../../../../src-shared/domain/rotation/rotation-record.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { RegeneratedKey } from '../../../platforms/ports.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import { Secret } from '../../../vault/secret.ts';
import type { Core } from '../../context.ts';
import { readValueFacts } from '../../keys/value-facts.ts';
import { callOptions } from '../../platforms/key-call.ts';
import { definitionsOf } from '../../platforms/platform-settings.ts';
import { freshValue } from './fresh-value.ts';
import {
  causeOf,
  findAccount,
  isDefiniteRefusal,
  isRefusal,
  keyOf,
  targetOf,
  wasCancelled,
  withValue,
  type Work,
} from '../work.ts';

/** How the new value of a cut-over rotation comes: from the platform where its definition names a call, else from a person. */

/** @throws {AppError} BAD_VALUE for what is no value, or is the one that the key has already */
export function readNewValue(
  core: Core,
  vault: OpenVault,
  definition: PlatformDefinition,
  value: Secret,
  oldFingerprint: string,
): ValueMeta {
  const facts = readValueFacts(value, definition, definitionsOf(core, vault));
  const fingerprint = vault.fingerprint(value.expose());
  if (fingerprint !== oldFingerprint) return freshValue(fingerprint, facts);
  throw new AppError(
    'BAD_VALUE',
    'That is the value the key has already.',
    `Regenerate the key on ${definition.name}’s own page, and give the new value.`,
  );
}

/**
 * Takes the value that a person brought from a cut-over platform, or that the platform itself made.
 * @param expiresAt where the platform said it
 * @throws {AppError} BAD_VALUE
 */
export async function takeValue(work: Work, value: Secret, expiresAt: string | null = null): Promise<void> {
  const { core, journal } = work;
  const { definition } = await targetOf(work);
  const next = readNewValue(core, journal.vault, definition, value, journal.meta.old.fingerprint);
  journal.write('value_given', {
    change: { new: { ...next, expiresAt }, cause: null },
    value,
    step: ['create', 'ok', 'the regenerated value was given'],
    audit: ['rotate.value', `fingerprint ${next.fingerprint}`],
  });
}

/** As `takeValue`, for a copy of our own. */
export async function takeGiven(work: Work, given: Secret): Promise<void> {
  try {
    await takeValue(work, given);
  } finally {
    given.wipe();
  }
}

/** The dispatcher wipes a request's secrets when its handler returns, which may be before the rotation has used it. */
export const copyOf = (value: Secret): Secret => Secret.adopt(Buffer.from(value.expose()));

/**
 * Asks the platform for another key where its definition says how, and else the person. The old key ends with it, so what an
 * unclear answer did shows in the old key: while it works, nothing was made.
 */
export async function obtainValue(work: Work): Promise<void> {
  const { journal } = work;
  const { definition } = await targetOf(work);
  const key = keyOf(work);
  const isPossible = definition.calls.regenerate && !journal.meta.isLost && key.hasValue;
  if (!isPossible) awaitValue(work, 'no way');
  if (journal.meta.plan.isCreateOutstanding) {
    if ((await findAccount(work, key.id, 0)) === undefined) awaitValue(work, 'lost');
    journal.write('create_refused', { step: ['create', 'failed', 'it had made nothing'] });
  }
  journal.write('create_sent', {
    step: ['create', 'pending', 'asked the platform for another key'],
    audit: ['rotate.create', `asking ${journal.meta.platform} for another key in the place of this one`],
  });
  let made: RegeneratedKey;
  try {
    made = await regenerate(work);
  } catch (error) {
    if (!(error instanceof AppError) || wasCancelled(error)) throw error;
    if (isDefiniteRefusal(error)) {
      const step = ['create', 'failed', error.message] as const;
      journal.write('create_refused', { step, audit: ['rotate.create', `refused: ${error.code}`] });
      if (isRefusal(error)) awaitValue(work, 'refused');
    } else {
      journal.write(null, {
        change: { cause: causeOf(error) },
        step: ['create', 'pending', `unclear: ${error.message}`],
      });
    }
    throw error;
  }
  try {
    await takeValue(work, made.value, made.expiresAt);
  } finally {
    made.value.wipe();
  }
}

async function regenerate(work: Work): Promise<RegeneratedKey> {
  const { core, journal, handle } = work;
  const target = await targetOf(work);
  const key = keyOf(work);
  return withValue(journal.vault, key.id, (auth) =>
    core.platforms.regenerateKey(target, auth, callOptions(core, key, handle.signal)),
  );
}

function awaitValue({ journal }: Work, why: 'no way' | 'lost' | 'refused'): never {
  const { platform } = journal.meta;
  const said = {
    'no way': `${platform} has no way to make a new key for you`,
    lost: `${platform} made another key, and its value was lost on the way`,
    refused: `${platform} does not take the old key, so it makes no other for it`,
  };
  throw new AppError(
    'INPUT_REQUIRED',
    `${said[why]}: regenerate it on its own page.`,
    `Then \`keymolt rotate resume ${journal.address} --value-file F\`.${why === 'no way' ? ' The old key ends when you regenerate it.' : ''}`,
  );
}
