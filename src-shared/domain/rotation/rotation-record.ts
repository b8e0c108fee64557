import type { RotationPlan, RotationStepName } from './rotation-plan.ts';
import type { KeyMeta } from '../vault-records.ts';

/**
 * The journal of one rotation, as the vault keeps it (kind `rotation`). Its sealed value is the new key's until the
 * key's record has it, the old key's from then on, and none once the rotation is over.
 */

/** What the key's record says of a value rather than of the key: it changes with the value, and goes back with it. */
export type ValueMeta = Pick<
  KeyMeta,
  | 'account'
  | 'tier'
  | 'keyId'
  | 'platformName'
  | 'status'
  | 'mode'
  | 'prefix'
  | 'fingerprint'
  | 'lastUsedAt'
  | 'rotatedAt'
  | 'expiresAt'
  | 'lastCheck'
>;

export interface RotationStep {
  readonly name: RotationStepName;
  readonly status: 'ok' | 'failed' | 'pending' | 'skipped';
  readonly at: string;
  readonly detail: string;
}

export interface RotationTarget {
  /** Record id of the deployment target. */
  readonly id: string;
  readonly label: string;
  readonly state: 'applying' | 'applied' | 'failed' | 'put_back';
  readonly detail: string;
}

/** A process that was given the old value. */
export interface RotationHolder {
  readonly pid: number;
  readonly startTicks: number;
  readonly command: string;
}

/** Who still has the old value. */
export interface Laggard {
  readonly pid: number | null;
  readonly command: string | null;
  readonly file: string | null;
}

export interface RotationCause {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface RotationMeta {
  readonly plan: RotationPlan;
  /** Record id of the key. */
  readonly key: string;
  /** Kept beside the id for the time when the key is forgotten. */
  readonly keyName: string;
  readonly environment: string;
  readonly platform: string;
  /** The old key is lost or leaked: nothing is asked with it, and it may not be what the platform knows. */
  readonly isLost: boolean;
  readonly skipsDeployCheck: boolean;
  /** The old key's `last_used_at` must stand still for so long before it is revoked. */
  readonly quietMs: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Which value of this key the new one is: 2 for the first rotation. */
  readonly version: number;
  /** Key ids of the account before the first create. */
  readonly idsBefore: readonly string[];
  /** The names that creates were sent with; a key with one of them, made since, is ours. */
  readonly names: readonly string[];
  readonly old: ValueMeta;
  readonly new: ValueMeta | null;
  /** Two keys have been active since then. */
  readonly overlapSince: string | null;
  readonly overlapEndedAt: string | null;
  readonly deadlineAt: string | null;
  readonly targets: readonly RotationTarget[];
  readonly holders: readonly RotationHolder[];
  readonly steps: readonly RotationStep[];
  readonly laggards: readonly Laggard[];
  /** Why it stands still, or why it was rolled back. */
  readonly cause: RotationCause | null;
}

/** At most what a platform takes as a name. */
const MAX_NAME = 200;
const ID_PART = 6;

/**
 * The name of a new key at the platform: `NAME-v<N>-<6 characters of the rotation's id>`, which two machines never
 * choose alike. A further try takes the next six characters, so that its key is told from one that comes late.
 * @param attempt counted from 0
 */
export function newKeyName(keyName: string, version: number, rotationId: string, attempt: number): string {
  const part = rotationId.slice(attempt * ID_PART, (attempt + 1) * ID_PART);
  const suffix = `-v${version}-${part}`;
  return keyName.slice(0, MAX_NAME - suffix.length) + suffix;
}

/** The number of the next value, from the name that the platform has for the present one. */
export function nextVersion(platformName: string | null): number {
  const present = /-v(\d{1,6})-[0-9a-f]{6}$/.exec(platformName ?? '')?.[1];
  return present === undefined ? 2 : Number(present) + 1;
}

/**
 * A key that one of our creates left behind: made since, under exactly a name of ours, and not the one whose value the
 * vault has. Anybody else's key is none.
 */
export const isOrphan = (
  meta: Pick<RotationMeta, 'idsBefore' | 'names' | 'new'>,
  listed: { readonly keyId: string; readonly name: string; readonly status: string },
): boolean =>
  listed.status !== 'revoked' &&
  meta.names.includes(listed.name) &&
  !meta.idsBefore.includes(listed.keyId) &&
  listed.keyId !== meta.new?.keyId;

/** Later news of a step take the place of earlier ones. */
export const withStep = (steps: readonly RotationStep[], step: RotationStep): readonly RotationStep[] => [
  ...steps.filter(({ name }) => name !== step.name),
  step,
];
