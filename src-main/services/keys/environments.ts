import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { EnvironmentView } from '../../../src-shared/contract/views.ts';
import { environmentNameProblem } from '../../../src-shared/domain/names.ts';
import type { EnvironmentMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Call, Core } from '../context.ts';
import { type EnvironmentRecord, environmentsOf, keysIn, requireEnvironment } from './key-directory.ts';

const toView = (vault: OpenVault, { id, meta }: EnvironmentRecord): EnvironmentView => ({
  name: meta.name,
  kind: meta.kind,
  approve: meta.approve,
  rotate_every_days: meta.rotateEveryDays,
  auto_rotate_at: meta.autoRotateAt,
  auto_rotate_unlocks: meta.autoRotateUnlocks ?? false,
  keys: keysIn(vault, id).length,
});

export function listEnvironments(core: Core): ResponseOf<'environments.list'> {
  const vault = core.vault.require();
  return { schema: 1, environments: environmentsOf(vault).map((record) => toView(vault, record)) };
}

/** @throws {AppError} ENV_EXISTS, BAD_NAME */
export function addEnvironment(
  core: Core,
  call: Call,
  request: RequestOf<'environments.add'>,
): ResponseOf<'environments.add'> {
  const vault = core.vault.require();
  const { name, kind } = request;
  const problem = environmentNameProblem(
    name,
    environmentsOf(vault).map((record) => record.meta.name),
  );
  if (problem !== null) throw unusableName(name, problem);
  const meta: EnvironmentMeta = { name, kind, approve: 'live', rotateEveryDays: null, autoRotateAt: null };
  vault.transact((tx) => {
    tx.put({ kind: 'environment', environmentId: null, meta });
    tx.audit({ actor: call.actor, action: 'env.add', subject: name, detail: `of kind ${kind}` });
  });
  core.emit('dataChanged', { what: 'environments' });
  return { schema: 1, environment: toView(vault, requireEnvironment(vault, name)) };
}

const unusableName = (
  name: string,
  problem: NonNullable<ReturnType<typeof environmentNameProblem>>,
): AppError => {
  if (problem === 'bad')
    return new AppError('BAD_NAME', `No environment can be called “${name}”.`, 'Choose another name.');
  if (problem === 'taken')
    return new AppError(
      'ENV_EXISTS',
      `There is an environment “${name}” already.`,
      '`keymolt env list` shows them all.',
    );
  return new AppError(
    'ENV_EXISTS',
    `“${name}” is another word for ${problem.otherWordFor}.`,
    'Choose another name.',
  );
};

/**
 * @param passphrase needed to change the approval policy, for a process that could relax it would need no grant; and to let
 *   the schedule open a locked vault
 * @throws {AppError} ENV_NOT_FOUND, INPUT_REQUIRED, WRONG_PASSWORD, KEYCHAIN_SLOT_MISSING
 */
export async function setEnvironment(
  core: Core,
  call: Call,
  request: Omit<RequestOf<'environments.set'>, 'passphrase'>,
  passphrase: Secret | undefined,
): Promise<ResponseOf<'environments.set'>> {
  const vault = core.vault.require();
  const record = requireEnvironment(vault, request.name);
  // SECURITY: the approval policy is what stands between a stray process and live keys (test/contract/use-cases/grants.test.ts).
  if (request.approve !== undefined && request.approve !== record.meta.approve)
    await requirePassphrase(core, passphrase, 'Changing who may use live keys');
  const mayUnlock = record.meta.autoRotateUnlocks ?? false;
  // SECURITY: that the vault opens by itself is for its owner to say, not for whoever finds it open.
  if (request.auto_rotate_unlocks === true && !mayUnlock) {
    if (!core.vault.file.hasKeychainSlot) {
      throw new AppError(
        'KEYCHAIN_SLOT_MISSING',
        'This vault has no keychain slot to be opened by.',
        'Turn it on with `keymolt keychain on`.',
      );
    }
    await requirePassphrase(core, passphrase, 'Letting the schedule open a locked vault');
  }
  const meta: EnvironmentMeta = {
    ...record.meta,
    ...(request.approve === undefined ? {} : { approve: request.approve }),
    ...(request.rotate_every_days === undefined ? {} : { rotateEveryDays: request.rotate_every_days }),
    ...(request.auto_rotate_at === undefined ? {} : { autoRotateAt: request.auto_rotate_at }),
    ...(request.auto_rotate_unlocks === undefined ? {} : { autoRotateUnlocks: request.auto_rotate_unlocks }),
  };
  vault.transact((tx) => {
    tx.put({ id: record.id, kind: 'environment', environmentId: null, meta });
    tx.audit({
      actor: call.actor,
      action: 'env.set',
      subject: meta.name,
      detail: changedFields(record.meta, meta),
    });
  });
  noteWakeHours(core, vault);
  core.emit('dataChanged', { what: 'environments' });
  return { schema: 1, environment: toView(vault, requireEnvironment(vault, meta.name)) };
}

/** Keeps beside the keychain slot when a process that starts with the vault locked may open it. */
export function noteWakeHours(core: Core, vault: OpenVault): void {
  const hours = environmentsOf(vault).flatMap(({ meta }) =>
    meta.autoRotateUnlocks === true && meta.autoRotateAt !== null ? [meta.autoRotateAt] : [],
  );
  core.vault.rememberWakeHours(hours);
}

async function requirePassphrase(core: Core, passphrase: Secret | undefined, what: string): Promise<void> {
  if (passphrase === undefined) {
    throw new AppError(
      'INPUT_REQUIRED',
      `${what} needs the passphrase.`,
      'Run the command on a terminal and type it.',
    );
  }
  await core.vault.checkPassphrase(passphrase);
}

const changedFields = (before: EnvironmentMeta, after: EnvironmentMeta): string =>
  (['approve', 'rotateEveryDays', 'autoRotateAt', 'autoRotateUnlocks'] as const)
    .filter((field) => before[field] !== after[field])
    .map((field) => `${field}: ${String(before[field] ?? 'default')} → ${String(after[field] ?? 'default')}`)
    .join(', ') || 'nothing changed';
