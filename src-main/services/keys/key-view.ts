import type { KeyView } from '../../../src-shared/contract/views.ts';
import { byUrgency } from '../../../src-shared/domain/keys/urgency.ts';
import {
  daysLeftOf,
  type Deadline,
  deadlineOf,
} from '../../../src-shared/domain/rotation/rotation-policy.ts';
import type { EnvironmentMeta } from '../../../src-shared/domain/vault-records.ts';
import type { OpenVault } from '../../vault/ports.ts';
import { deploymentsOf, isAutomatic } from '../deployment/deployment-records.ts';
import { environmentOf, environmentsOf, type KeyRecord } from './key-directory.ts';

interface WrittenDeadline extends Deadline {
  readonly environmentDays: number | null;
  readonly isAutomatic: boolean;
  /** Once it was asked for. */
  text?: string;
}

/** Reading and writing dates is most of a long list's time; a record never changes, it is replaced. */
const deadlines = new WeakMap<KeyRecord, WrittenDeadline>();

function deadlineFor(
  record: KeyRecord,
  { rotateEveryDays: environmentDays }: EnvironmentMeta,
  isAutomatic: boolean,
): WrittenDeadline {
  const known = deadlines.get(record);
  if (known?.environmentDays === environmentDays && known.isAutomatic === isAutomatic) return known;
  const deadline = deadlineOf(record.meta, environmentDays, isAutomatic);
  const fresh: WrittenDeadline = { ...deadline, environmentDays, isAutomatic };
  deadlines.set(record, fresh);
  return fresh;
}

/** @param now epoch ms */
function toKeyView(
  record: KeyRecord,
  environment: EnvironmentMeta,
  now: number,
  isAutomatic: boolean,
): KeyView {
  const { meta, hasValue } = record;
  const due = deadlineFor(record, environment, isAutomatic);
  return {
    name: meta.name,
    env: environment.name,
    mode: meta.mode,
    platform: meta.platform,
    account: meta.account,
    key_id: meta.keyId,
    status: meta.status,
    prefix: meta.prefix,
    fingerprint: meta.fingerprint,
    var: meta.variable,
    created_at: meta.createdAt,
    last_used_at: meta.lastUsedAt,
    rotated_at: meta.rotatedAt,
    rotate_every_days: due.rotateEveryDays,
    due_at: (due.text ??= new Date(due.dueAt).toISOString()),
    days_left: daysLeftOf(due.dueAt, now),
    expires_at: meta.expiresAt,
    owner: meta.owner,
    project: meta.project,
    purpose: meta.purpose,
    scopes: [...meta.scopes],
    cidrs: [...meta.cidrs],
    last_check: meta.lastCheck === null ? null : { ...meta.lastCheck },
    // A revoked key has no value on purpose; any other that lost it is damaged.
    damaged: !hasValue && meta.status !== 'revoked' && meta.status !== 'lost',
  };
}

export const viewOf = (vault: OpenVault, key: KeyRecord, now: number): KeyView =>
  toKeyView(key, environmentOf(vault, key).meta, now, isAutomatic(vault, key.id));

/** Views of many keys, looking every environment up once. */
export function viewsOf(vault: OpenVault, keys: readonly KeyRecord[], now: number): KeyView[] {
  const surroundingsOf = lookUp(vault);
  return keys.flatMap((key) => {
    const { environment, isAutomatic: automatic } = surroundingsOf(key);
    return environment === undefined ? [] : [toKeyView(key, environment, now, automatic)];
  });
}

const lookUp = (
  vault: OpenVault,
): ((key: KeyRecord) => { environment: EnvironmentMeta | undefined; isAutomatic: boolean }) => {
  const environments = new Map(environmentsOf(vault).map(({ id, meta }) => [id as string, meta]));
  const automatic = new Set(deploymentsOf(vault).map(({ meta }) => meta.keyId));
  return (key) => ({
    environment: environments.get(key.environmentId ?? ''),
    isAutomatic: automatic.has(key.id),
  });
};

/**
 * The most urgent keys, in the order of `byUrgency`, without a view of every other one.
 * @param count how many
 */
export function mostUrgent(
  vault: OpenVault,
  keys: readonly KeyRecord[],
  count: number,
  now: number,
): readonly KeyRecord[] {
  const surroundingsOf = lookUp(vault);
  const ranked = keys.flatMap((record) => {
    const { environment, isAutomatic: automatic } = surroundingsOf(record);
    if (environment === undefined) return [];
    const { dueAt } = deadlineFor(record, environment, automatic);
    const { status, name } = record.meta;
    return [{ record, status, name, days_left: daysLeftOf(dueAt, now) }];
  });
  return ranked
    .sort(byUrgency)
    .slice(0, count)
    .map(({ record }) => record);
}
