import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CreatedKey, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import type { Asker } from '../platforms/authentication.ts';
import { callOptions, checkKey } from '../platforms/key-call.ts';
import type { PacedCalls } from '../platforms/paced-calls.ts';
import { definitionsOf } from '../platforms/platform-settings.ts';
import type { mergeMetadata } from './key-change.ts';
import { type EnvironmentRecord, type KeyRecord, keysOf, requireKeyById } from './key-directory.ts';
import { readValueFacts } from './value-facts.ts';

export interface CreationPlan {
  readonly target: PlatformTarget;
  readonly environment: EnvironmentRecord;
  readonly asker: Asker;
  /** The calls in the asker's name. */
  readonly paced: PacedCalls;
  readonly name: string;
  readonly metadata: ReturnType<typeof mergeMetadata>;
}

/**
 * Creates a key on the platform and stores it at once, durably; its value is shown to nobody.
 * @throws {AppError} MODE_MISMATCH (the new key is revoked again), STILL_ALIVE, and what the platform's calls throw; one
 *   that may have happened all the same says which key of that name the platform has now
 */
export async function createOne(
  core: Core,
  call: Call,
  vault: OpenVault,
  plan: CreationPlan,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const { target, environment, asker, name, metadata } = plan;
  const subject = `${environment.meta.name}/${name}`;
  const created = await createOnPlatform(core, vault, plan);
  try {
    const facts = readValueFacts(created.value, target.definition, definitionsOf(core, vault));
    if (facts.mode !== 'unknown' && facts.mode !== environment.meta.kind) {
      await takeBack(core, plan, created);
      throw new AppError(
        'MODE_MISMATCH',
        `The platform made a ${facts.mode} key, and ${environment.meta.name} is an environment of kind ${environment.meta.kind}; the key was revoked again.`,
        'Choose the environment that fits with -e, or ask with a key of the right mode (--using).',
      );
    }
    const meta: KeyMeta = {
      ...metadata,
      name,
      platform: target.definition.id,
      account: asker.key?.meta.account ?? null,
      tier: asker.key?.meta.tier ?? null,
      keyId: created.keyId,
      platformName: created.name,
      status: 'active',
      mode: facts.mode,
      prefix: facts.prefix,
      fingerprint: vault.fingerprint(created.value.expose()),
      createdAt: created.createdAt ?? new Date(core.now()).toISOString(),
      lastUsedAt: created.lastUsedAt,
      rotatedAt: null,
      lastCheck: null,
    };
    const id = await storeOrTakeBack(core, plan, created, () =>
      vault.transact((tx) => {
        tx.audit({
          actor: call.actor,
          action: 'key.create',
          subject,
          detail: `${target.definition.id}, key id ${created.keyId}, ${asker.label}`,
        });
        return tx.put({ kind: 'key', environmentId: environment.id, meta, value: created.value });
      }),
    );
    core.emit('dataChanged', { what: 'keys' });
    const key = requireKeyById(vault, id);
    // The key is safe in the vault; that it works yet is worth knowing, not worth failing for.
    return await checkKey(core, vault, target, key, signal).catch(() => requireKeyById(vault, id));
  } finally {
    created.value.wipe();
  }
}

async function createOnPlatform(core: Core, vault: OpenVault, plan: CreationPlan): Promise<CreatedKey> {
  const { target, asker, paced, name, metadata } = plan;
  const description = metadata.purpose ?? undefined;
  const wanted = { name, ...(description === undefined ? {} : { description }) };
  try {
    return await paced.call((options) =>
      asker.use((auth) => core.platforms.createKey(target, auth, wanted, options)),
    );
  } catch (error) {
    if (!(error instanceof AppError) || !mayHaveHappened(error)) throw error;
    throw await withCandidates(core, vault, plan, error);
  }
}

/** Whether the platform may have made the key although no usable answer came. */
const mayHaveHappened = ({ code, details }: AppError): boolean =>
  details?.['may_have_happened'] === true || code === 'PLATFORM_ERROR' || code === 'PLATFORM_ANSWER';

/**
 * Names the keys that the platform lists under this name and the vault does not have. They are named and not revoked:
 * a name is no proof that the key is ours.
 */
async function withCandidates(
  core: Core,
  vault: OpenVault,
  { target, asker, paced, name }: CreationPlan,
  error: AppError,
): Promise<AppError> {
  const listed = await paced
    .call((options) => asker.use((auth) => core.platforms.listKeys(target, auth, options)))
    .catch(() => undefined);
  const known = new Set(keysOf(vault).map(({ meta }) => meta.keyId));
  const statuses: Readonly<Record<string, string | undefined>> = target.definition.keyStatuses;
  const found = (listed ?? [])
    .filter((key) => key.name === name && !known.has(key.keyId) && statuses[key.status] !== 'revoked')
    .map(({ keyId }) => keyId);
  if (listed !== undefined && found.length === 0) return error;
  const hint =
    listed === undefined
      ? 'The key may have been made all the same: `keymolt sync` shows what the vault does not know.'
      : `The platform lists ${found.join(', ')} under this name, whose value nobody got: revoke it in the platform’s console if nobody else made it.`;
  return new AppError(error.code, error.message, hint, {
    cause: error.cause,
    details: { ...error.details, ...(found.length === 0 ? {} : { key_ids: found }) },
  });
}

/** A key whose value could not be kept would live on at the platform, unseen: it is revoked before the error goes on. */
async function storeOrTakeBack<T>(
  core: Core,
  plan: CreationPlan,
  created: CreatedKey,
  store: () => T,
): Promise<T> {
  try {
    return store();
  } catch (error) {
    await takeBack(core, plan, created);
    throw error;
  }
}

async function takeBack(core: Core, { target, asker }: CreationPlan, created: CreatedKey): Promise<void> {
  // Not the caller's signal: a cancelled call must still not leave a key behind.
  const signal = AbortSignal.timeout(15_000);
  try {
    await asker.use((auth) =>
      core.platforms.revokeKey(target, auth, created.keyId, callOptions(core, asker.key, signal)),
    );
  } catch (cause) {
    throw new AppError(
      'STILL_ALIVE',
      `A key was made on the platform (${created.keyId}) that could neither be kept nor revoked.`,
      'Revoke it in the platform’s console, or run `keymolt sync` and revoke it from there.',
      { cause, details: { key_id: created.keyId } },
    );
  }
}
