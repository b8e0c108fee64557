import type { OpenVault, RecordId } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';

/** A place that has a key's value and must get the new one when the key is rotated. */
export interface DeploymentTarget {
  /** Of the `deployment` record. */
  readonly id: RecordId;
  /** Of the key's record: it stays the same when the key is rotated. */
  readonly keyId: RecordId;
  readonly kind: 'dotenv' | 'systemd' | 'command' | 'process';
  /** For a person, such as `.env file /srv/app/.env#MOLTBOTDEN_API_KEY`. */
  readonly label: string;
  /** The file that it writes, to name it among the laggards; null where there is none. */
  readonly file: string | null;
}

export interface DeploymentPlan {
  /** What would change, in words, with every value masked. */
  readonly detail: string;
  /** Whether `apply` could be expected to work: a read-only file, a missing command and the like say no. */
  readonly problem: string | null;
}

export interface HeldValue {
  /** False for a target that cannot be asked (a command). */
  readonly isKnown: boolean;
  /** Of the value that the target has now; null where it has none, or cannot be asked. */
  readonly fingerprint: string | null;
  readonly detail: string;
}

/** What one call to a target works with. */
export interface DeploymentCall {
  readonly vault: OpenVault;
  /** For the audit log. */
  readonly actor: string;
  readonly signal: AbortSignal;
}

/**
 * The ways to bring a value to where it is used. What a rotation asks for, and what a target must keep to:
 *
 * - `apply` and `putBack` are idempotent: after a crash they are called again for a target that may have been changed
 *   already, and then succeed without changing anything.
 * - They are atomic: a target has the value before or the value after, never a part of either. One that throws may
 *   have changed or not; `check` tells.
 * - While `apply` runs, the key's record in the vault has the new value already (a rolled process reads it from there);
 *   while `putBack` runs it has the old one again.
 * - A `Secret` stays its caller's, who wipes it. No `detail` and no error has a value in it.
 */
export interface Deployment {
  /** In the order in which they are to be brought up. */
  targetsOf(vault: OpenVault, keyId: RecordId): readonly DeploymentTarget[];
  plan(target: DeploymentTarget, newValue: Secret, call: DeploymentCall): Promise<DeploymentPlan>;
  /**
   * @param oldFingerprint of the value that is to be replaced: a target that has neither this nor the new one was
   *   changed by somebody else meanwhile
   * @throws {AppError} when the target could not be brought to the new value; the rotation stops there
   */
  apply(
    target: DeploymentTarget,
    newValue: Secret,
    oldFingerprint: string,
    call: DeploymentCall,
  ): Promise<{ readonly detail: string }>;
  /** The way back, when a rotation is aborted. @throws {AppError} as `apply` */
  putBack(
    target: DeploymentTarget,
    oldValue: Secret,
    newFingerprint: string,
    call: DeploymentCall,
  ): Promise<{ readonly detail: string }>;
  /** @throws {AppError} when the target cannot be read */
  check(target: DeploymentTarget, call: DeploymentCall): Promise<HeldValue>;
}
