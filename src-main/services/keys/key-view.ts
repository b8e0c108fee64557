import type { KeyView } from '../../../src-shared/contract/views.ts';
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
  readonly text: string;
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
  const written = { ...deadline, environmentDays, isAutomatic, text: new Date(deadline.dueAt).toISOString() };
  deadlines.set(record, written);
  return written;
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
    due_at: due.text,
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
  const environments = new Map(environmentsOf(vault).map(({ id, meta }) => [id as string, meta]));
  const automatic = new Set(deploymentsOf(vault).map(({ meta }) => meta.keyId));
  return keys.flatMap((key) => {
    const environment = environments.get(key.environmentId ?? '');
    return environment === undefined ? [] : [toKeyView(key, environment, now, automatic.has(key.id))];
  });
}
