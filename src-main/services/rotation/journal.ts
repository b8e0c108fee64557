import {
  effectOf,
  isOver,
  reduceRotation,
  type RotationEffect,
  type RotationEvent,
  type RotationStepName,
} from '../../../src-shared/domain/rotation/rotation-plan.ts';
import {
  type RotationMeta,
  type RotationStep,
  withStep,
} from '../../../src-shared/domain/rotation/rotation-record.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault, RecordId, VaultRecord, VaultTransaction } from '../../vault/ports.ts';
import type { Secret } from '../../vault/secret.ts';
import type { Core } from '../context.ts';
import { viewOfRotation } from './rotation-view.ts';

export type RotationRecord = VaultRecord<RotationMeta>;

// The vault authenticates what it gives back, and only this folder writes the kind.
export const rotationsOf = (vault: OpenVault): readonly RotationRecord[] =>
  vault.records('rotation') as readonly RotationRecord[];

export const openRotations = (vault: OpenVault): readonly RotationRecord[] =>
  rotationsOf(vault).filter(({ meta }) => !isOver(meta.plan));

export const findOpenRotation = (vault: OpenVault, key: RecordId): RotationRecord | undefined =>
  openRotations(vault).find(({ meta }) => meta.key === key);

/** The open one of a key, else its last. */
export const findRotation = (vault: OpenVault, key: RecordId): RotationRecord | undefined =>
  findOpenRotation(vault, key) ?? rotationsOf(vault).findLast(({ meta }) => meta.key === key);

/** @throws {AppError} ROTATION_UNFINISHED: what is about to be changed is being rotated */
export function requireNotRotating(vault: OpenVault, key: RecordId, what: string): void {
  const open = findOpenRotation(vault, key);
  if (open === undefined) return;
  const address = `${open.meta.environment}/${open.meta.keyName}`;
  throw new AppError(
    'ROTATION_UNFINISHED',
    `${address} is being rotated (${open.meta.plan.state}), so it cannot be ${what}.`,
    `Finish with \`keymolt rotate resume ${address}\`, or go back with \`keymolt rotate abort ${address}\`.`,
  );
}

export interface JournalEntry {
  readonly change?: Partial<RotationMeta>;
  readonly step?: readonly [name: RotationStepName, status: RotationStep['status'], detail: string];
  /** For the audit log: what was done, and what was sent where. Never a value. */
  readonly audit?: readonly [action: string, detail: string];
  /** The sealed value of the rotation's record; null takes it out. */
  readonly value?: Secret | null;
  /** Changes that belong to the same transaction. */
  readonly also?: (tx: VaultTransaction) => void;
}

/**
 * What a rotation has done and is about to do, durable (fsync) when a call returns. Read from the vault each time: the
 * vault may be locked and unlocked between two calls.
 */
export class RotationJournal {
  readonly id: RecordId;
  readonly #core: Core;
  readonly #actor: string;

  constructor(core: Core, id: RecordId, actor: string) {
    this.#core = core;
    this.id = id;
    this.#actor = actor;
  }

  /** @throws {AppError} VAULT_LOCKED */
  get vault(): OpenVault {
    return this.#core.vault.require();
  }

  get record(): RotationRecord {
    const found = this.vault.find(this.id);
    if (found?.kind !== 'rotation')
      throw new AppError('NOT_FOUND', 'The rotation is no longer in the vault.', 'Was a backup put back?');
    return found as RotationRecord;
  }

  get meta(): RotationMeta {
    return this.record.meta;
  }

  get effect(): RotationEffect {
    return effectOf(this.meta.plan);
  }

  /** `env/name`, for the audit log. */
  get address(): string {
    const { environment, keyName } = this.meta;
    return `${environment}/${keyName}`;
  }

  /**
   * Records an event with what belongs to it, in one transaction. An event that does not belong changes the plan not at
   * all (see `reduceRotation`), and what came with it is recorded all the same.
   */
  write(event: RotationEvent | null, entry: JournalEntry = {}): RotationMeta {
    const { record, vault } = this;
    const at = new Date(this.#core.now()).toISOString();
    const { step, audit, value, also } = entry;
    const plan = event === null ? record.meta.plan : reduceRotation(record.meta.plan, event).plan;
    const merged: RotationMeta = { ...record.meta, ...entry.change, plan };
    const meta: RotationMeta = {
      ...merged,
      steps:
        step === undefined
          ? merged.steps
          : withStep(merged.steps, { name: step[0], status: step[1], detail: step[2], at }),
      endedAt: merged.endedAt ?? (isOver(plan) ? at : null),
    };
    vault.transact((tx) => {
      tx.put({
        id: this.id,
        kind: 'rotation',
        environmentId: record.environmentId,
        meta,
        ...(value === undefined ? {} : { value }),
      });
      also?.(tx);
      if (audit !== undefined)
        tx.audit({ actor: this.#actor, action: audit[0], subject: this.address, detail: audit[1] });
    });
    this.#core.emit('rotationChanged', { rotation: viewOfRotation(this.record, this.#core.now()) });
    return meta;
  }
}
