import type { RotationView } from '../../../src-shared/contract/views.ts';
import { isOver } from '../../../src-shared/domain/rotation/rotation-plan.ts';
import type { RotationMeta, ValueMeta } from '../../../src-shared/domain/rotation/rotation-record.ts';
import type { KeyStatus } from '../../../src-shared/domain/vault-records.ts';
import type { VaultRecord } from '../../vault/ports.ts';

const sideOf = (
  { keyId, fingerprint }: Pick<ValueMeta, 'keyId' | 'fingerprint'>,
  status: KeyStatus,
): RotationView['old'] => ({ key_id: keyId, fingerprint, status });

function oldStatus({ plan, isLost, old }: RotationMeta): KeyStatus {
  if (plan.state === 'revoked' || plan.state === 'done') return 'revoked';
  if (isLost) return 'lost';
  return plan.isNewInUse ? 'retiring' : old.status;
}

function newStatus({ plan }: RotationMeta): KeyStatus {
  if (plan.state === 'rolled_back') return 'revoked';
  return plan.isNewProven ? 'active' : 'pending';
}

/** @param now epoch ms */
export function viewOfRotation({ id, meta }: VaultRecord<RotationMeta>, now: number): RotationView {
  const { plan, overlapSince } = meta;
  const overlapEnd = meta.overlapEndedAt === null ? now : Date.parse(meta.overlapEndedAt);
  return {
    id,
    key: meta.keyName,
    env: meta.environment,
    platform: meta.platform,
    strategy: plan.strategy,
    state: plan.state,
    direction: plan.direction,
    lost: meta.isLost,
    old: sideOf(meta.old, oldStatus(meta)),
    new: meta.new === null ? null : sideOf(meta.new, newStatus(meta)),
    overlap_s:
      overlapSince === null ? null : Math.max(0, Math.round((overlapEnd - Date.parse(overlapSince)) / 1000)),
    deadline_at: isOver(plan) ? null : meta.deadlineAt,
    started_at: meta.startedAt,
    ended_at: meta.endedAt,
    steps: meta.steps.map((step) => ({ ...step })),
    targets: meta.targets.map(({ label, state, detail }) => ({ target: label, state, detail })),
    holders: meta.holders.map(({ pid, command }) => ({
      pid,
      command,
      moved:
        meta.steps.some(({ name }) => name === 'verify') &&
        meta.laggards.every((laggard) => laggard.pid !== pid),
    })),
    laggards: meta.laggards.map((laggard) => ({ ...laggard })),
    cause: meta.cause === null ? null : { ...meta.cause },
  };
}
