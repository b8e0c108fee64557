import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { KEY_NAME } from '../../../src-shared/domain/names.ts';
import { parseKeyAddress } from '../../../src-shared/domain/reference.ts';
import type { KeyMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CreatedKey, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { type Asker, findAsker } from '../platforms/authentication.ts';
import { callOptions, checkKey } from '../platforms/key-call.ts';
import { definitionsOf, platformTarget } from '../platforms/platform-settings.ts';
import { EMPTY_METADATA, mergeMetadata } from './key-change.ts';
import {
  type EnvironmentRecord,
  type KeyRecord,
  requireEnvironment,
  requireFreeName,
  requireKey,
  requireKeyById,
} from './key-directory.ts';
import { viewOf } from './key-view.ts';
import { readValueFacts } from './value-facts.ts';

/**
 * Creates keys on the platform and stores each at once; no value is shown to anybody.
 * @throws {AppError} KEY_EXISTS, NO_AUTHENTICATION, MODE_MISMATCH (the new key is revoked again), and what the platform's calls throw
 */
export async function createKeys(
  core: Core,
  call: Call,
  request: RequestOf<'keys.create'>,
): Promise<ResponseOf<'keys.create'>> {
  const vault = core.vault.require();
  const { name, env } = parseKeyAddress(request.name, request.env);
  const environment = requireEnvironment(vault, env);
  const names = batchNames(name, request.count ?? 1);
  for (const each of names) requireFreeName(vault, environment, each);
  const metadata = mergeMetadata(EMPTY_METADATA, request.metadata);
  const target = await platformTarget(core, vault, request.platform, environment.meta.name);
  if (target.definition.calls.create === null) {
    throw new AppError(
      'BAD_PLATFORM',
      `${target.definition.name} documents no way to create a key.`,
      'Create it in the platform’s console, then store it with `keymolt key add`.',
    );
  }
  const using = request.using === undefined ? undefined : requireAsker(vault, request.using, environment);
  const asker = await findAsker(core, vault, target, environment, { using });
  const created: KeyRecord[] = [];
  await core.operations.run(request.operation_id, call.signal, async (signal) => {
    for (const each of names) {
      created.push(
        await createOne(core, call, vault, { target, environment, asker, name: each, metadata }, signal),
      );
      if (request.operation_id !== undefined) {
        core.emit('operationProgress', {
          operation_id: request.operation_id,
          done: created.length,
          total: names.length,
          what: each,
        });
      }
    }
  });
  return { schema: 1, keys: created.map(({ id }) => viewOf(vault, requireKeyById(vault, id), core.now())) };
}

/** `--using` may name a key of another environment by its prefix; a bare name is one of the same environment. */
const requireAsker = (vault: OpenVault, using: string, environment: EnvironmentRecord): KeyRecord =>
  requireKey(vault, using, using.includes('/') ? undefined : environment.meta.name).key;

function batchNames(name: string, count: number): string[] {
  if (count === 1) return [name];
  const width = String(count).length;
  const names = Array.from(
    { length: count },
    (_, index) => `${name}-${String(index + 1).padStart(width, '0')}`,
  );
  if (names.every((each) => KEY_NAME.test(each))) return names;
  throw new AppError('BAD_NAME', 'The name is too long to be numbered.', 'Choose a shorter one.');
}

interface Plan {
  readonly target: PlatformTarget;
  readonly environment: EnvironmentRecord;
  readonly asker: Asker;
  readonly name: string;
  readonly metadata: ReturnType<typeof mergeMetadata>;
}

async function createOne(
  core: Core,
  call: Call,
  vault: OpenVault,
  plan: Plan,
  signal: AbortSignal,
): Promise<KeyRecord> {
  const { target, environment, asker, name, metadata } = plan;
  const subject = `${environment.meta.name}/${name}`;
  const options = callOptions(core, asker.key, signal);
  const description = metadata.purpose ?? undefined;
  const created = await asker.use((auth) =>
    core.platforms.createKey(
      target,
      auth,
      { name, ...(description === undefined ? {} : { description }) },
      options,
    ),
  );
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

/** A key whose value could not be kept would live on at the platform, unseen: it is revoked before the error goes on. */
async function storeOrTakeBack<T>(core: Core, plan: Plan, created: CreatedKey, store: () => T): Promise<T> {
  try {
    return store();
  } catch (error) {
    await takeBack(core, plan, created);
    throw error;
  }
}

async function takeBack(core: Core, { target, asker }: Plan, created: CreatedKey): Promise<void> {
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
