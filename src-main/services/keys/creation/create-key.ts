import type { KeyMeta } from '../../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { CreatedKey, PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault, RecordId } from '../../../vault/ports.ts';
import type { Call, Core } from '../../context.ts';
import type { Asker } from '../../platforms/authentication.ts';
import { callOptions, checkKey } from '../../platforms/key-call.ts';
import type { PacedCalls } from '../../platforms/paced-calls.ts';
import { definitionsOf } from '../../platforms/platform-settings.ts';
import type { mergeMetadata } from '../key-change.ts';
import {
  dropCreation,
  isPending,
  noteCreation,
  type PendingCreation,
  settleCreation,
  settleCreations,
} from './creation-journal.ts';
import { type EnvironmentRecord, type KeyRecord, requireKeyById } from '../key-directory.ts';
import { readValueFacts } from '../value-facts.ts';

export interface CreationPlan {
  readonly target: PlatformTarget;
  readonly environment: EnvironmentRecord;
  readonly asker: Asker;
  /** The calls in the asker's name. */
  readonly paced: PacedCalls;
  readonly name: string;
  readonly metadata: ReturnType<typeof mergeMetadata>;
  /** The account's keys before; null where the platform has no list. */
  readonly idsBefore: readonly string[] | null;
}

/**
 * Creates a key on the platform and stores it at once, durably; its value is shown to nobody.
 * @throws {AppError} MODE_MISMATCH (the new key is revoked again), STILL_ALIVE, and what the platform's calls throw; one
 *   that may have happened all the same says what was found
 */
export async function createOne(
  core: Core,
  call: Call,
  vault: OpenVault,
  plan: CreationPlan,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const { target, asker, name, metadata, idsBefore } = plan;
  const wanted = { name, platform: target.definition.id, account: asker.account, idsBefore, metadata };
  const pending = noteCreation(core, vault, plan.environment, wanted);
  let created: CreatedKey | undefined;
  try {
    created = await createOnPlatform(core, call, vault, plan, pending);
    return await keepCreated(core, call, vault, plan, created, pending, signal);
  } finally {
    created?.value.wipe();
    pending.release();
    // What nobody could look for yet is looked for now, whoever has left.
    if (isPending(core, vault, pending.id)) settleCreations(core);
  }
}

async function keepCreated(
  core: Core,
  call: Call,
  vault: OpenVault,
  plan: CreationPlan,
  created: CreatedKey,
  pending: PendingCreation,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const { target, environment } = plan;
  let id: RecordId;
  try {
    const meta = metaOf(core, vault, plan, created);
    id = vault.transact((tx) => {
      pending.settle(tx);
      tx.audit({
        actor: call.actor,
        action: 'key.create',
        subject: `${environment.meta.name}/${plan.name}`,
        detail: `${target.definition.id}, key id ${created.keyId}, ${plan.asker.label}`,
      });
      return tx.put({ kind: 'key', environmentId: environment.id, meta, value: created.value });
    });
  } catch (error) {
    // A key whose value could not be kept would live on at the platform, unseen: it is revoked before the error goes on.
    await takeBack(core, plan, created);
    dropCreation(core, vault, pending.id);
    throw error;
  }
  core.emit('dataChanged', { what: 'keys' });
  const key = requireKeyById(vault, id);
  // The key is safe in the vault; that it works yet is worth knowing, not worth failing for.
  return checkKey(core, vault, target, key, signal).catch(() => requireKeyById(vault, id));
}

/** @throws {AppError} MODE_MISMATCH, BAD_VALUE */
function metaOf(core: Core, vault: OpenVault, plan: CreationPlan, created: CreatedKey): KeyMeta {
  const { target, environment, asker, name, metadata } = plan;
  const facts = readValueFacts(created.value, target.definition, definitionsOf(core, vault));
  if (facts.mode !== 'unknown' && facts.mode !== environment.meta.kind) {
    throw new AppError(
      'MODE_MISMATCH',
      `The platform made a ${facts.mode} key, and ${environment.meta.name} is an environment of kind ${environment.meta.kind}; the key was revoked again.`,
      'Choose the environment that fits with -e, or ask with a key of the right mode (--using).',
    );
  }
  return {
    ...metadata,
    expiresAt: created.expiresAt ?? metadata.expiresAt,
    name,
    platform: target.definition.id,
    account: asker.account,
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
}

/** Whether the platform may have made the key although no usable answer came. */
const mayHaveHappened = ({ code, details }: AppError): boolean =>
  details?.['may_have_happened'] === true || code === 'PLATFORM_ERROR' || code === 'PLATFORM_ANSWER';

async function createOnPlatform(
  core: Core,
  call: Call,
  vault: OpenVault,
  plan: CreationPlan,
  pending: PendingCreation,
): Promise<CreatedKey> {
  const { target, asker, paced, name, metadata } = plan;
  const description = metadata.purpose ?? undefined;
  const wanted = { name, ...(description === undefined ? {} : { description }) };
  try {
    return await paced.call((options) =>
      asker.use((auth) => core.platforms.createKey(target, auth, wanted, options)),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (mayHaveHappened(error)) throw await withWhatWasMade(core, call, vault, plan, pending, error);
    // A call that was cancelled on its way may have arrived: the next unlock looks.
    if (error.code !== 'CANCELLED') dropCreation(core, vault, pending.id);
    throw error;
  }
}

/** Looks for what an unclear create has made, and tells what became of it. */
async function withWhatWasMade(
  core: Core,
  call: Call,
  vault: OpenVault,
  { target, environment, asker, name }: CreationPlan,
  { id }: PendingCreation,
  error: AppError,
): Promise<AppError> {
  const by = { target, asker, actor: call.actor };
  const found = await settleCreation(core, vault, id, by, call.signal).catch(() => undefined);
  if (found?.length === 0) return error;
  const address = `${environment.meta.name}/${name}`;
  const hint =
    found === undefined
      ? 'The key may have been made all the same: it is looked for at the next unlock, and `keymolt sync` shows what the vault does not know.'
      : found.length > 1
        ? `The platform lists ${found.join(', ')} under this name, whose values nobody got: revoke in the platform’s console what nobody else made.`
        : `The platform made it (${found.join('')}), and its value is lost: it is in the vault as ${address}, lost. \`keymolt rotate start ${address} --lost\` makes another and ends it; \`keymolt key revoke ${address}\` only ends it.`;
  return new AppError(error.code, error.message, hint, {
    cause: error.cause,
    details: { ...error.details, ...(found === undefined ? {} : { key_ids: found }) },
  });
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
