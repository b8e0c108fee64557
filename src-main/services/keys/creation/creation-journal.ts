import type { KeyMeta } from '../../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { ListedKey, PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault, RecordId, VaultRecord, VaultTransaction } from '../../../vault/ports.ts';
import type { Core } from '../../context.ts';
import { type Asker, findAsker } from '../../platforms/authentication.ts';
import { callOptions } from '../../platforms/key-call.ts';
import { pause } from '../../platforms/paced-calls.ts';
import { platformTarget } from '../../platforms/platform-settings.ts';
import { EMPTY_METADATA, type EditableMeta } from '../key-change.ts';
import { type EnvironmentRecord, environmentsOf, findKey, keysOf } from '../key-directory.ts';

/**
 * What was asked of a platform and not yet answered: written (fsync) before the request goes out, and removed in the
 * transaction that stores the new key. A create is not idempotent and its value is shown once, so whoever finds such a
 * record later (after a crash, a lost answer, a lock) looks what the platform has made.
 */
interface CreationMeta {
  readonly setting: 'creation';
  readonly name: string;
  readonly platform: string;
  /** Of the one who asked, as far as it is known. */
  readonly account: string | null;
  /** The account's keys before. */
  readonly idsBefore: readonly string[];
  readonly metadata: EditableMeta;
  readonly startedAt: string;
}
type CreationRecord = VaultRecord<CreationMeta>;

// The vault authenticates what it gives back, and only this module writes the kind.
const creationsOf = (vault: OpenVault): readonly CreationRecord[] =>
  (vault.records('setting') as readonly VaultRecord<{ readonly setting?: string }>[]).filter(
    (record): record is CreationRecord => record.meta.setting === 'creation',
  );

/** Creations that this process is waiting for the answer of: they are not to be looked for. */
const awaited = new Set<RecordId>();

export interface PendingCreation {
  /** null where the platform has no list, so that nothing could be looked for. */
  readonly id: RecordId | null;
  /** Belongs to the transaction that stores the key. */
  settle(tx: VaultTransaction): void;
  /** Nobody waits for the answer any more. */
  release(): void;
}

/** Notes durably what is about to be asked. */
export function noteCreation(
  core: Core,
  vault: OpenVault,
  environment: EnvironmentRecord,
  wanted: Pick<CreationMeta, 'name' | 'platform' | 'account' | 'metadata'> & {
    readonly idsBefore: readonly string[] | null;
  },
): PendingCreation {
  const { idsBefore } = wanted;
  if (idsBefore === null) return { id: null, settle: () => undefined, release: () => undefined };
  const startedAt = new Date(core.now()).toISOString();
  const meta: CreationMeta = { setting: 'creation', ...wanted, idsBefore, startedAt };
  const id = vault.transact((tx) => tx.put({ kind: 'setting', environmentId: environment.id, meta }));
  awaited.add(id);
  return {
    id,
    settle: (tx) => {
      tx.remove(id);
    },
    release: () => {
      awaited.delete(id);
    },
  };
}

/** Whether it still waits to be looked for, in a vault that is still open. */
export const isPending = (core: Core, vault: OpenVault, id: RecordId | null): boolean =>
  id !== null && core.vault.file.opened === vault && vault.find(id) !== undefined;

/** The platform said no, or what it made is revoked again: there is nothing to look for. */
export function dropCreation(core: Core, vault: OpenVault, id: RecordId | null): void {
  // A lock in the meantime leaves it to the next unlock, which finds nothing.
  if (id === null || !isPending(core, vault, id)) return;
  vault.transact((tx) => {
    tx.remove(id);
  });
}

/** A create whose answer did not come may be carried out later than we look. */
const LOOK_AGAIN_AFTER_MS = [500, 1500];

/**
 * Looks what an unanswered create has made. A key that is new, was never used and has exactly the name is put into the vault
 * as a lost one. It is not revoked: two machines may have asked for the same name in the same moment, and only a person can
 * tell (decision 40).
 * @returns ids of the keys that fit; with more than one of them none is taken
 * @throws {AppError} what the platform's list throws; the record stays then
 */
export async function settleCreation(
  core: Core,
  vault: OpenVault,
  id: RecordId | null,
  by: { readonly target: PlatformTarget; readonly asker: Asker; readonly actor: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (id === null) return [];
  const record = vault.find(id) as CreationRecord | undefined;
  const environment = environmentsOf(vault).find(({ id: own }) => own === record?.environmentId);
  if (record === undefined || environment === undefined) return [];
  const { meta } = record;
  let found: readonly ListedKey[] = [];
  for (const waitMs of [...LOOK_AGAIN_AFTER_MS, null]) {
    const listed = await by.asker.use((auth) =>
      core.platforms.listKeys(by.target, auth, callOptions(core, by.asker.key, signal)),
    );
    found = listed.filter((key) => isCandidate(vault, by.target, meta, key));
    if (found.length > 0 || waitMs === null) break;
    await pause(waitMs, signal);
  }
  const [only] = found;
  const isFree = findKey(vault, environment.id, meta.name) === undefined;
  const name = isFree ? meta.name : `${meta.name.slice(0, 180)}-lost-${id.slice(0, 6)}`;
  vault.transact((tx) => {
    tx.remove(id);
    if (found.length === 1 && only !== undefined) {
      const lost = { ...lostKey(vault, meta, only, by.asker), name };
      tx.put({ kind: 'key', environmentId: environment.id, meta: lost });
    }
    tx.audit({
      actor: by.actor,
      action: 'key.create',
      subject: `${environment.meta.name}/${meta.name}`,
      detail:
        found.length === 0
          ? 'the platform has made nothing'
          : `made without an answer: key id ${found.map(({ keyId }) => keyId).join(', ')}, ${by.asker.label}`,
    });
  });
  if (found.length > 0) core.emit('dataChanged', { what: 'keys' });
  return found.map(({ keyId }) => keyId);
}

function isCandidate(
  vault: OpenVault,
  { definition }: PlatformTarget,
  meta: CreationMeta,
  key: ListedKey,
): boolean {
  const statuses: Readonly<Record<string, string | undefined>> = definition.keyStatuses;
  return (
    key.name === meta.name &&
    key.lastUsedAt === null &&
    statuses[key.status] !== 'revoked' &&
    !meta.idsBefore.includes(key.keyId) &&
    keysOf(vault).every((known) => known.meta.keyId !== key.keyId)
  );
}

const lostKey = (vault: OpenVault, meta: CreationMeta, listed: ListedKey, asker: Asker): KeyMeta => ({
  ...EMPTY_METADATA,
  ...meta.metadata,
  expiresAt: listed.expiresAt ?? meta.metadata.expiresAt,
  name: meta.name,
  platform: meta.platform,
  account: meta.account ?? asker.account,
  tier: null,
  keyId: listed.keyId,
  platformName: listed.name,
  status: 'lost',
  mode: 'unknown',
  prefix: '',
  // Of no value that there is.
  fingerprint: vault.fingerprint(Buffer.from(`no value of ${listed.keyId}`)),
  createdAt: listed.createdAt ?? meta.startedAt,
  lastUsedAt: null,
  rotatedAt: null,
  lastCheck: null,
});

/** After an unlock: what a crash or a lock left unanswered is looked for, in the background. */
export function settleCreations(core: Core): void {
  const vault = core.vault.file.opened;
  if (vault === undefined || vault.tamperFindings.length > 0) return;
  for (const { id, meta, environmentId } of creationsOf(vault)) {
    if (awaited.has(id) || core.rotations.has(id)) continue;
    const environment = environmentsOf(vault).find(({ id: own }) => own === environmentId);
    if (environment === undefined) continue;
    const running = core.rotations.start(id, async ({ signal }) => {
      const target = await platformTarget(core, vault, meta.platform, environment.meta.name);
      const asker = await findAsker(core, vault, target, environment, { account: meta.account });
      await settleCreation(core, vault, id, { target, asker, actor: 'agent' }, signal);
    });
    running.finished.catch((error: unknown) => {
      if (!(error instanceof AppError)) core.log.error('creation', { record: id }, error);
    });
  }
}
