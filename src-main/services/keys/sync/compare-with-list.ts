import type { SyncView } from '../../../../src-shared/contract/views.ts';
import { isOverlapOpen } from '../../../../src-shared/domain/rotation/rotation-plan.ts';
import { idleDays, UNUSED_AFTER_DAYS } from '../../../../src-shared/domain/rotation/rotation-policy.ts';
import type { KeyMeta, KeyStatus } from '../../../../src-shared/domain/vault-records.ts';
import type { ListedKey, PlatformTarget } from '../../../platforms/ports.ts';
import type { OpenVault } from '../../../vault/ports.ts';
import type { Core } from '../../context.ts';
import { openRotations } from '../../rotation/journal.ts';
import { changeKey } from '../key-change.ts';
import { addressOf, keysOf, type KeyRecord } from '../key-directory.ts';

/** Brings the vault up to what the list says. Compared with all keys of the account, whatever was asked to be synced. */
export function compareWithList(
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

/** What the vault alone can tell: keys nobody uses, and values stored twice. */
export function hygiene(
  core: Core,
  vault: OpenVault,
  keys: readonly KeyRecord[],
): Pick<SyncView['platforms'][number], 'unused' | 'duplicates'> {
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
