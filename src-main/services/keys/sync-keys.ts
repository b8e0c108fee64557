import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { SyncView } from '../../../src-shared/contract/views.ts';
import { isOverlapOpen } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import { idleDays, UNUSED_AFTER_DAYS } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import type { KeyMeta, KeyStatus } from '../../../src-shared/domain/vault-records.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CallOptions, ListedKey, PlatformTarget } from '../../platforms/ports.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { type Asker, findAsker, keyAsker } from '../platforms/authentication.ts';
import { openRotations } from '../rotation/journal.ts';
import { checkKey, withKeyValue } from '../platforms/key-call.ts';
import { pacedByKey } from '../platforms/paced-calls.ts';
import { platformTarget, requireDefinition } from '../platforms/platform-settings.ts';
import { changeKey } from './key-change.ts';
import {
  addressOf,
  environmentOf,
  keysOf,
  type KeyRecord,
  requireEnvironment,
  requireKeyById,
} from './key-directory.ts';

type PlatformSync = SyncView['platforms'][number];

/**
 * Compares the vault with the platforms' own lists. Only the list changes a key's status; a refused call never does.
 * One platform's failure is told beside the others' results.
 * @throws {AppError} PLATFORM_NOT_FOUND, ENV_NOT_FOUND
 */
export async function syncKeys(core: Core, call: Call, request: RequestOf<'sync.run'>): Promise<SyncView> {
  const vault = core.vault.require();
  const wantedEnvironment = request.env === undefined ? undefined : requireEnvironment(vault, request.env).id;
  if (request.platform !== undefined) requireDefinition(core, vault, request.platform);
  const keys = keysOf(vault).filter(
    ({ meta, environmentId }) =>
      (request.platform === undefined || meta.platform === request.platform) &&
      (wantedEnvironment === undefined || environmentId === wantedEnvironment),
  );
  const platforms = await core.operations.run(request.operation_id, call.signal, async (signal) => {
    const reports: PlatformSync[] = [];
    const asking: Asking = { core, vault, signal, paced: pacedByKey(core, signal) };
    for (const group of await groupsByAddress(core, vault, keys))
      reports.push(...(await syncGroup(asking, group)));
    return reports;
  });
  if (vault.tamperFindings.length === 0) {
    vault.transact((tx) =>
      tx.audit({
        actor: call.actor,
        action: 'sync',
        subject: request.platform ?? 'all platforms',
        detail: summary(platforms),
      }),
    );
  }
  return { schema: 1, platforms };
}

const summary = (platforms: readonly PlatformSync[]): string =>
  platforms
    .map(
      ({ platform, updated, unknown, revoked_elsewhere: revoked }) =>
        `${platform}: ${updated.length} updated, ${unknown.length} unknown, ${revoked.length} revoked elsewhere`,
    )
    .join('; ') || 'nothing to compare';

/** What every step of a sync has at hand. */
interface Asking {
  readonly core: Core;
  readonly vault: OpenVault;
  readonly signal: AbortSignal;
  /** The calls in a key's name: many keys are asked, and what is left of their limits is others' too. */
  readonly paced: ReturnType<typeof pacedByKey>;
}

interface Group {
  readonly platform: string;
  readonly target: PlatformTarget | AppError;
  readonly keys: readonly KeyRecord[];
}

/** Keys that are asked about at the same address. */
async function groupsByAddress(core: Core, vault: OpenVault, keys: readonly KeyRecord[]): Promise<Group[]> {
  const groups = new Map<
    string,
    { platform: string; target: PlatformTarget | AppError; keys: KeyRecord[] }
  >();
  for (const key of keys) {
    const { platform } = key.meta;
    const target = await platformTarget(core, vault, platform, environmentOf(vault, key).meta.name).catch(
      (error: unknown) => {
        if (error instanceof AppError) return error;
        throw error;
      },
    );
    const id = `${platform} ${target instanceof AppError ? target.code : target.baseUrl}`;
    const group = groups.get(id) ?? { platform, target, keys: [] };
    group.keys.push(key);
    groups.set(id, group);
  }
  return [...groups.values()];
}

const emptyReport = (platform: string, account: string | null): PlatformSync => ({
  platform,
  account,
  updated: [],
  unknown: [],
  revoked_elsewhere: [],
  unused: [],
  duplicates: [],
  proposed: [],
  open_overlaps: [],
  error: null,
});

async function syncGroup(asking: Asking, group: Group): Promise<PlatformSync[]> {
  const { core, vault, signal, paced } = asking;
  const { platform, target } = group;
  if (target instanceof AppError)
    return [{ ...emptyReport(platform, null), error: toReason(target), ...hygiene(core, vault, group.keys) }];
  const living = group.keys.filter(
    ({ meta, hasValue }) => meta.status !== 'revoked' && meta.status !== 'lost' && hasValue,
  );
  const accounts = new Map<string | null, KeyRecord[]>();
  let refusal: AppError | undefined;
  for (const key of living) {
    const known =
      key.meta.account === null && target.definition.calls.whoAmI !== null
        ? await paced(key)
            .call(() => checkKey(core, vault, target, key, signal), NO_FURTHER_RETRIES)
            .catch((error: unknown) => {
              if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
              refusal = error;
              return requireKeyById(vault, key.id);
            })
        : key;
    accounts.set(known.meta.account, [...(accounts.get(known.meta.account) ?? []), known]);
  }
  const reports: PlatformSync[] = [];
  for (const [account, keys] of accounts) {
    // Keys whose account nobody could tell are compared with no list: it might be a stranger's.
    if (account === null && accounts.size > 1) {
      reports.push({
        ...emptyReport(platform, null),
        ...hygiene(core, vault, keys),
        error: refusal ? toReason(refusal) : null,
      });
    } else {
      reports.push(await syncAccount(asking, target, account, keys));
    }
  }
  return reports;
}

const toReason = ({ code, message, hint }: AppError) => ({ code, message, hint });

async function syncAccount(
  asking: Asking,
  target: PlatformTarget,
  account: string | null,
  keys: readonly KeyRecord[],
): Promise<PlatformSync> {
  const { core, vault } = asking;
  const report = { ...emptyReport(target.definition.id, account), ...hygiene(core, vault, keys) };
  if (target.definition.calls.list === null) {
    return {
      ...report,
      error: {
        code: 'BAD_PLATFORM',
        message: `${target.definition.name} documents no list of keys.`,
        hint: '`keymolt key test NAME` asks about one key.',
      },
    };
  }
  try {
    const { asker, listed } = await firstList(asking, target, keys);
    const proposed = await proposeKeyIds(asking, target, asker, keys, listed);
    const compared = compare(core, vault, target, account, listed);
    return { ...report, ...compared, proposed };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
    return { ...report, error: toReason(error) };
  }
}

/** The platform's list, asked with the first key it takes, else by the human session. */
async function firstList(asking: Asking, target: PlatformTarget, keys: readonly KeyRecord[]) {
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

/** What is only read is asked again by the client; a second count of retries on top would be too many. */
const NO_FURTHER_RETRIES = 0;

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

/** Brings the vault up to what the list says. Compared with all keys of the account, whatever was asked to be synced. */
function compare(
  core: Core,
  vault: OpenVault,
  target: PlatformTarget,
  account: string | null,
  listed: readonly ListedKey[],
) {
  const rotating = openRotations(vault).map(({ meta }) => meta);
  const ours = keysOf(vault).filter(
    ({ id, meta }) =>
      meta.platform === target.definition.id &&
      // The list may be older than the value that a rotation has just given the key.
      rotating.every(({ key }) => key !== id) &&
      (account === null || meta.account === account || meta.account === null),
  );
  const byKeyId = new Map(
    ours.flatMap((key) => (key.meta.keyId === null ? [] : [[key.meta.keyId, key] as const])),
  );
  const statuses = target.definition.keyStatuses as Readonly<Record<string, KeyStatus | undefined>>;
  const updated: string[] = [];
  const revokedElsewhere: string[] = [];
  for (const { keyId, status, lastUsedAt, expiresAt, name } of listed) {
    const key = byKeyId.get(keyId);
    if (key === undefined) continue;
    const change = difference(key.meta, {
      status: statuses[status] ?? key.meta.status,
      lastUsedAt: lastUsedAt ?? key.meta.lastUsedAt,
      expiresAt: expiresAt ?? key.meta.expiresAt,
      platformName: name,
    });
    if (change === undefined) continue;
    // What we ended ourselves is no news, though the list may still bring its last use.
    if (change.status === 'revoked' && key.meta.status !== 'revoked')
      revokedElsewhere.push(addressOf(vault, key));
    changeKey(core, vault, key, change);
    updated.push(addressOf(vault, key));
  }
  const listedIds = new Set(listed.map(({ keyId }) => keyId));
  for (const [keyId, key] of byKeyId) {
    // A key that the platform no longer lists is gone there.
    if (listedIds.has(keyId) || key.meta.status === 'revoked' || key.meta.account !== account) continue;
    changeKey(core, vault, key, { status: 'revoked' });
    revokedElsewhere.push(addressOf(vault, key));
    updated.push(addressOf(vault, key));
  }
  const unknown = listed
    .filter(
      ({ keyId, name, status }) =>
        !byKeyId.has(keyId) &&
        statuses[status] !== 'revoked' &&
        rotating.every(
          (one) => one.old.keyId !== keyId && one.new?.keyId !== keyId && !one.names.includes(name),
        ),
    )
    .map(({ keyId, name }) => ({ key_id: keyId, name }));
  const openOverlaps = rotating
    .filter(({ platform, plan }) => platform === target.definition.id && isOverlapOpen(plan))
    .map(({ environment, keyName }) => `${environment}/${keyName}`);
  return { updated, revoked_elsewhere: revokedElsewhere, unknown, open_overlaps: openOverlaps };
}

function difference(
  before: KeyMeta,
  after: Pick<KeyMeta, 'status' | 'lastUsedAt' | 'expiresAt' | 'platformName'>,
): Partial<KeyMeta> | undefined {
  const isSame =
    before.status === after.status &&
    before.lastUsedAt === after.lastUsedAt &&
    before.expiresAt === after.expiresAt &&
    before.platformName === after.platformName;
  return isSame ? undefined : after;
}

/**
 * For keys added by hand: calls the platform with the value, and looks which listed key's `last_used_at` moved.
 * It is proposed, not taken: another agent may have used its key in the same moment.
 */
async function proposeKeyIds(
  asking: Asking,
  target: PlatformTarget,
  asker: Asker,
  keys: readonly KeyRecord[],
  before: readonly ListedKey[],
): Promise<PlatformSync['proposed']> {
  const { core, vault, paced } = asking;
  const proposed: PlatformSync['proposed'] = [];
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

/** What the vault alone can tell: keys nobody uses, and values stored twice. */
function hygiene(
  core: Core,
  vault: OpenVault,
  keys: readonly KeyRecord[],
): Pick<PlatformSync, 'unused' | 'duplicates'> {
  const now = core.now();
  const unused = keys
    .filter(({ meta }) => meta.status === 'active' && idleDays(meta, now) >= UNUSED_AFTER_DAYS)
    .map((key) => addressOf(vault, key));
  const byFingerprint = new Map<string, string[]>();
  for (const key of keys) {
    if (key.meta.status === 'revoked') continue;
    const group = byFingerprint.get(key.meta.fingerprint) ?? [];
    group.push(addressOf(vault, key));
    byFingerprint.set(key.meta.fingerprint, group);
  }
  return { unused, duplicates: [...byFingerprint.values()].filter((group) => group.length > 1) };
}
