import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { LaunchProfileView } from '../../../src-shared/contract/views.ts';
import type { LaunchProfileMeta } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault, VaultRecord } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { requireEnvironment } from '../keys/key-directory.ts';
import { startCommand } from './start-command.ts';
import { viewOf } from './window-runs.ts';

type ProfileRecord = VaultRecord<LaunchProfileMeta>;

const MOST_PROFILES = 200;

const profilesOf = (vault: OpenVault): readonly ProfileRecord[] =>
  (vault.records('setting') as readonly VaultRecord<{ readonly of?: string }>[]).filter(
    (record): record is ProfileRecord => record.meta.of === 'launch-profile',
  );

/** @throws {AppError} NOT_FOUND */
const requireProfile = (vault: OpenVault, id: string): ProfileRecord => {
  const found = profilesOf(vault).find((record) => record.id === id);
  if (found === undefined)
    throw new AppError('NOT_FOUND', 'There is no such profile any longer.', 'Look at the list of profiles.');
  return found;
};

const view = ({ id, meta }: ProfileRecord): LaunchProfileView => ({
  id,
  name: meta.name,
  env: meta.env,
  command: [...meta.command],
  cwd: meta.cwd,
  keys: [...meta.keys],
  watch: meta.watch,
});

export const listProfiles = (core: Core): ResponseOf<'profiles.list'> => ({
  schema: 1,
  profiles: profilesOf(core.vault.require())
    .map(view)
    .sort((one, other) => one.name.localeCompare(other.name)),
});

/**
 * Keeps a command to be started again. Keys are kept by name: a profile outlives the rotation of what it hands out.
 * @throws {AppError} NOT_FOUND, ENV_NOT_FOUND, REFUSED where another profile has that name
 */
export function saveProfile(
  core: Core,
  call: Call,
  { id, cwd, watch = false, ...wish }: RequestOf<'profiles.save'>,
): ResponseOf<'profiles.save'> {
  const vault = core.vault.require();
  requireEnvironment(vault, wish.env);
  const before = id === undefined ? undefined : requireProfile(vault, id);
  const others = profilesOf(vault).filter((record) => record.id !== before?.id);
  if (others.some(({ meta }) => meta.name === wish.name))
    throw new AppError('REFUSED', `There is a profile ${wish.name} already.`, 'Choose another name.');
  if (others.length >= MOST_PROFILES)
    throw new AppError('REFUSED', `There are ${MOST_PROFILES} profiles.`, 'Remove one that nobody needs.');
  const meta: LaunchProfileMeta = { of: 'launch-profile', ...wish, cwd: cwd ?? null, watch };
  const saved = vault.transact((tx) => {
    tx.audit({
      actor: call.actor,
      action: before === undefined ? 'profile.create' : 'profile.edit',
      subject: 'vault',
      detail: wish.name,
    });
    return tx.put({
      ...(before === undefined ? {} : { id: before.id }),
      kind: 'setting',
      environmentId: null,
      meta,
    });
  });
  core.emit('dataChanged', { what: 'runs' });
  return { schema: 1, profile: view(requireProfile(vault, saved)) };
}

/** @throws {AppError} NOT_FOUND */
export function removeProfile(
  core: Core,
  call: Call,
  { id }: RequestOf<'profiles.remove'>,
): ResponseOf<'profiles.remove'> {
  const vault = core.vault.require();
  const record = requireProfile(vault, id);
  vault.transact((tx) => {
    tx.remove(record.id);
    tx.audit({ actor: call.actor, action: 'profile.remove', subject: 'vault', detail: record.meta.name });
  });
  core.emit('dataChanged', { what: 'runs' });
  return { schema: 1, warnings: [] };
}

/** @throws {AppError} NOT_FOUND, and as `startCommand` */
export async function startProfile(
  core: Core,
  call: Call,
  { id, size }: RequestOf<'profiles.start'>,
): Promise<ResponseOf<'profiles.start'>> {
  const { name: title, env, command, cwd, keys, watch } = requireProfile(core.vault.require(), id).meta;
  const run = await startCommand(core, call.actor, { title, env, command, cwd, keys, watch }, size);
  return { schema: 1, run: viewOf(run) };
}
