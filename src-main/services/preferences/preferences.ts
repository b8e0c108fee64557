import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { PreferencesMeta } from '../../../src-shared/domain/vault-records.ts';
import type { OpenVault, VaultRecord } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';

const FEED_NAME = 'keymolt-due-dates.ics';
const NOTHING: PreferencesMeta = { of: 'window', keyTable: null, dueFeed: null };

const recordOf = (vault: OpenVault): VaultRecord<PreferencesMeta> | undefined =>
  (vault.records('setting') as readonly VaultRecord<Partial<PreferencesMeta>>[]).find(
    ({ meta }) => meta.of === 'window',
  ) as VaultRecord<PreferencesMeta> | undefined;

export const preferencesOf = (vault: OpenVault): PreferencesMeta => ({
  ...NOTHING,
  ...recordOf(vault)?.meta,
});

export function getPreferences(core: Core): ResponseOf<'preferences.get'> {
  const { keyTable, dueFeed } = preferencesOf(core.vault.require());
  const { writtenAt, problem } = core.dueFeed.state;
  return {
    schema: 1,
    key_table: keyTable,
    due_feed:
      dueFeed === null
        ? null
        : { path: dueFeed.path, with_names: dueFeed.withNames, written_at: writtenAt, problem },
    suggested_due_feed_path: core.documents.suggestedPath(FEED_NAME),
  };
}

/** A calendar that is new or elsewhere is written before the answer, so that the answer says how that went. */
export async function setPreferences(
  core: Core,
  call: Call,
  request: RequestOf<'preferences.set'>,
): Promise<ResponseOf<'preferences.set'>> {
  const vault = core.vault.require();
  const before = recordOf(vault);
  const { key_table: keyTable, due_feed: dueFeed } = request;
  const meta: PreferencesMeta = {
    ...preferencesOf(vault),
    ...(keyTable === undefined ? {} : { keyTable }),
    ...(dueFeed === undefined
      ? {}
      : { dueFeed: dueFeed === null ? null : { path: dueFeed.path, withNames: dueFeed.with_names } }),
  };
  vault.transact((tx) => {
    tx.put({
      ...(before === undefined ? {} : { id: before.id }),
      kind: 'setting',
      environmentId: null,
      meta,
    });
    // Which columns somebody looks at is nobody's business; where the vault's dates go is.
    if (dueFeed !== undefined)
      tx.audit({
        actor: call.actor,
        action: 'calendar.set',
        subject: 'vault',
        detail:
          dueFeed === null
            ? 'no longer kept'
            : `kept in ${dueFeed.path}, ${dueFeed.with_names ? 'with' : 'without'} the names of keys`,
      });
  });
  if (dueFeed !== undefined) await core.dueFeed.writeNow();
  return getPreferences(core);
}
