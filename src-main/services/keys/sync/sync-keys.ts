import type { RequestOf } from '../../../../src-shared/contract/channels.ts';
import type { SyncView } from '../../../../src-shared/contract/views.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Call, Core } from '../../context.ts';
import { checkKey } from '../../platforms/key-call.ts';
import { pacedByKey } from '../../platforms/paced-calls.ts';
import { platformTarget, requireDefinition } from '../../platforms/platform-settings.ts';
import {
  environmentOf,
  keysOf,
  type KeyRecord,
  requireEnvironment,
  requireKeyById,
} from '../key-directory.ts';
import { type Asking, firstList, NO_FURTHER_RETRIES, proposeKeyIds } from './ask-for-lists.ts';
import { compareWithList, hygiene } from './compare-with-list.ts';

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
    const compared = compareWithList(core, vault, target, account, listed);
    return { ...report, ...compared, proposed };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error;
    return { ...report, error: toReason(error) };
  }
}
