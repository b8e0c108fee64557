import type { PlatformAuth, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import type { CallOptions } from '../../platforms/ports.ts';
import type { KeyRecord } from '../keys/key-directory.ts';
import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { changeKey, checkedNow } from '../keys/key-change.ts';

/** Calls a platform with a key's own value, which lives in memory for that long only. */
export async function withKeyValue<T>(
  vault: OpenVault,
  key: KeyRecord,
  work: (auth: PlatformAuth) => Promise<T>,
): Promise<T> {
  const value: Secret = vault.openValue(key.id);
  try {
    return await work({ kind: 'api-key', value });
  } finally {
    value.wipe();
  }
}

/** Options of a call whose answer's rate-limit headers are this key's. */
export const callOptions = (core: Core, key: KeyRecord | undefined, signal: AbortSignal): CallOptions => ({
  signal,
  ...(key === undefined
    ? {}
    : {
        onAnswer: (at) => {
          core.rateLimits.answered(key.id, at);
        },
        onRateLimit: (observation) => {
          core.rateLimits.observe(key.id, observation);
          core.emit('dataChanged', { what: 'limits' });
        },
      }),
});

/** A person waits for the answer: one retry takes seconds, the usual three up to half a minute. */
const QUICK_RETRIES = 1;

/**
 * Asks the platform who the key is, and records the outcome.
 * A refusal is recorded as the last check and nothing more: a 401 may as well be a wrong base path.
 */
export async function checkKey(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  key: KeyRecord,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const record = (change: Partial<KeyMeta>): KeyRecord =>
    // A vault with open findings takes no changes; the answer is worth having all the same.
    vault.tamperFindings.length > 0 ? key : changeKey(core, vault, key, change);
  try {
    const account = await withKeyValue(vault, key, (auth) =>
      core.platforms.whoAmI(target, auth, { ...callOptions(core, key, signal), retries: QUICK_RETRIES }),
    );
    return record({
      account: account.id ?? key.meta.account,
      tier: account.tier ?? key.meta.tier,
      lastCheck: checkedNow(core, 'ok'),
    });
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED')
      record({ lastCheck: checkedNow(core, error.code) });
    throw error;
  }
}
