import type { SyncView } from '../../../../src-shared/contract/views.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { CallOptions, ListedKey, PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Core } from '../../context.ts';
import { type Asker, findAsker, keyAsker } from '../../platforms/authentication.ts';
import { withKeyValue } from '../../platforms/key-call.ts';
import type { pacedByKey } from '../../platforms/paced-calls.ts';
import { addressOf, environmentOf, keysOf, type KeyRecord } from '../key-directory.ts';

/** What every step of a sync has at hand. */
export interface Asking {
  readonly core: Core;
  readonly vault: OpenVault;
  readonly signal: AbortSignal;
  /** The calls in a key's name: many keys are asked, and what is left of their limits is others' too. */
  readonly paced: ReturnType<typeof pacedByKey>;
}

/** What is only read is asked again by the client; a second count of retries on top would be too many. */
export const NO_FURTHER_RETRIES = 0;

/** The options of a call that is only read. */
const reading = (options: CallOptions, { definition }: PlatformTarget): CallOptions => ({
  ...options,
  retries: definition.retry.maxRetries,
});

const list = ({ core, paced }: Asking, target: PlatformTarget, asker: Asker): Promise<readonly ListedKey[]> =>
  asker.use((auth) =>
    paced(asker.key).call(
      (options) => core.platforms.listKeys(target, auth, reading(options, target)),
      NO_FURTHER_RETRIES,
    ),
  );

/** The platform's list, asked with the first key it takes, else by the human session. */
export async function firstList(asking: Asking, target: PlatformTarget, keys: readonly KeyRecord[]) {
  const { core, vault } = asking;
  let refusal: unknown;
  for (const key of keys) {
    const asker = keyAsker(vault, key);
    try {
      return { asker, listed: await list(asking, target, asker) };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'KEY_REJECTED') throw error;
      refusal = error;
    }
  }
  const [first] = keys;
  if (first !== undefined) {
    const environment = environmentOf(vault, first);
    const session = await findAsker(core, vault, target, environment, {
      except: first,
      account: first.meta.account,
    }).catch(() => undefined);
    if (session !== undefined && session.key === undefined)
      return { asker: session, listed: await list(asking, target, session) };
  }
  throw refusal;
}

/**
 * For keys added by hand: calls the platform with the value, and looks which listed key's `last_used_at` moved.
 * It is proposed, not taken: another agent may have used its key in the same moment.
 */
export async function proposeKeyIds(
  asking: Asking,
  target: PlatformTarget,
  asker: Asker,
  keys: readonly KeyRecord[],
  before: readonly ListedKey[],
): Promise<SyncView['platforms'][number]['proposed']> {
  const { core, vault, paced } = asking;
  const proposed: SyncView['platforms'][number]['proposed'] = [];
  const known = new Set(keysOf(vault).map(({ meta }) => meta.keyId));
  let earlier = before;
  for (const key of keys) {
    if (key.meta.keyId !== null || target.definition.calls.whoAmI === null) continue;
    try {
      await withKeyValue(vault, key, (auth) =>
        paced(key).call(
          (options) => core.platforms.whoAmI(target, auth, reading(options, target)),
          NO_FURTHER_RETRIES,
        ),
      );
    } catch (error) {
      if (error instanceof AppError && error.code !== 'CANCELLED') continue;
      throw error;
    }
    const later = await list(asking, target, asker);
    const usedBefore = new Map(earlier.map(({ keyId, lastUsedAt }) => [keyId, lastUsedAt]));
    const moved = later.filter(
      ({ keyId, lastUsedAt }) => lastUsedAt !== null && lastUsedAt !== usedBefore.get(keyId),
    );
    // The list itself moves the asking key's time; where that is the very key, it is the one that is left.
    const candidates = moved.filter(({ keyId }) => !known.has(keyId));
    const [only] = candidates;
    if (only !== undefined && candidates.length === 1) {
      proposed.push({ key: addressOf(vault, key), key_id: only.keyId, name: only.name });
      known.add(only.keyId);
    }
    earlier = later;
  }
  return proposed;
}
