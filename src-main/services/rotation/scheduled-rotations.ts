import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { DAY_MS, deadlineOf } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import { isRunDue, nextRunAt, type OffsetAt } from '../../../src-shared/domain/rotation/schedule.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { OpenVault } from '../../vault/ports.ts';
import type { Call, Core } from '../context.ts';
import { isAutomatic } from '../deployment/deployment-records.ts';
import {
  addressOf,
  type EnvironmentRecord,
  environmentsOf,
  keysIn,
  type KeyRecord,
  requireEnvironment,
} from '../keys/key-directory.ts';
import { noteWakeHours } from '../keys/environments.ts';
import { requireDefinition } from '../platforms/platform-settings.ts';
import { findOpenRotation } from './journal.ts';
import { startRotation } from './rotate-key.ts';

const LOOK_EVERY_MS = 30_000;

/** Of this machine. */
export const localOffsetAt: OffsetAt = (at) => -new Date(at).getTimezoneOffset() * 60_000;

/**
 * Why a key is not rotated by the schedule; null where it is.
 * @param by what falls due before this (epoch ms) is rotated
 */
async function findObstacle(
  core: Core,
  vault: OpenVault,
  key: KeyRecord,
  environment: EnvironmentRecord,
  by: number,
  signal: AbortSignal,
): Promise<string | null> {
  const { dueAt } = deadlineOf(key.meta, environment.meta.rotateEveryDays, isAutomatic(vault, key.id));
  if (dueAt > by) return 'not due yet';
  const targets = core.deployment.targetsOf(vault, key.id);
  if (targets.length === 0) return 'has no deployment target';
  if (requireDefinition(core, vault, key.meta.platform).rotation.strategy !== 'overlap')
    return 'its platform cannot have two keys at once';
  if (key.meta.keyId === null) return 'its id on the platform is not known';
  if (findOpenRotation(vault, key.id) !== undefined) return 'a rotation of it is open';
  // A command that nobody starts anew would go on with the old value, and leave the rotation open until morning.
  const rolls = targets.some(({ kind }) => kind === 'process');
  const left = core.watches.holdersOf(key.id).filter(({ watches }) => !(watches && rolls));
  if (left.length > 0)
    return `is held by ${left.map(({ command, pid }) => `${command} (pid ${pid})`).join(', ')}, which nobody would start anew`;
  const value = vault.openValue(key.id);
  try {
    for (const target of targets) {
      const { problem } = await core.deployment.plan(target, value, { vault, actor: 'schedule', signal });
      if (problem !== null) return `${target.label}: ${problem}`;
    }
    return null;
  } finally {
    value.wipe();
  }
}

const candidates = (vault: OpenVault, environment: EnvironmentRecord): readonly KeyRecord[] =>
  keysIn(vault, environment.id).filter(({ meta, hasValue }) => meta.status === 'active' && hasValue);

/** Commands that start anew ask for the value, and to them a vault that only the schedule has open is locked. */
const asksForValue = (core: Core, vault: OpenVault, key: KeyRecord): boolean =>
  core.deployment.targetsOf(vault, key.id).some(({ kind }) => kind === 'process');

/** What falls due before the next run belongs to this one, so that nothing is ever overdue. */
const dueBy = (runAt: number): number => runAt + DAY_MS;

/** What the schedule would do, and why not. Rotates nothing. */
export async function planRotations(
  core: Core,
  call: Call,
  request: RequestOf<'rotations.plan'>,
): Promise<ResponseOf<'rotations.plan'>> {
  const vault = core.vault.require();
  const environments =
    request.env === undefined ? environmentsOf(vault) : [requireEnvironment(vault, request.env)];
  const now = core.now();
  const runs = [];
  for (const environment of environments) {
    const { autoRotateAt, name, rotateEveryDays } = environment.meta;
    const nextAt = autoRotateAt === null ? null : nextRunAt(autoRotateAt, now, localOffsetAt);
    const keys = [];
    for (const key of candidates(vault, environment)) {
      const why = await findObstacle(core, vault, key, environment, dueBy(nextAt ?? now), call.signal);
      const { dueAt } = deadlineOf(key.meta, rotateEveryDays, isAutomatic(vault, key.id));
      keys.push({
        key: addressOf(vault, key),
        due_at: new Date(dueAt).toISOString(),
        rotates: why === null,
        why,
        waits_for_unlock: environment.meta.autoRotateUnlocks !== true || asksForValue(core, vault, key),
      });
    }
    runs.push({
      env: name,
      auto_rotate_at: autoRotateAt,
      auto_rotate_unlocks: environment.meta.autoRotateUnlocks ?? false,
      next_run_at: nextAt === null ? null : new Date(nextAt).toISOString(),
      keys,
    });
  }
  return { schema: 1, runs };
}

/**
 * Rotates due keys at the hour that their environment names: while the vault is unlocked, and where the environment allows it
 * also while it is locked, opened by its keychain slot for the schedule alone (decision 42).
 */
export class RotationSchedule {
  readonly #core: Core;
  readonly #offsetAt: OffsetAt;
  readonly #closing = new AbortController();
  #lastLook: number;
  #timer: NodeJS.Timeout | undefined;
  /** Of looks while the vault was locked: what they leave undone is made up for after an unlock. */
  #lastLookLocked: number;
  #isBusy = false;

  constructor(core: Core, offsetAt: OffsetAt = localOffsetAt) {
    this.#core = core;
    this.#offsetAt = offsetAt;
    this.#lastLook = this.#lastLookLocked = core.now();
  }

  start(): void {
    // Looked at often rather than waited for: a long timer knows nothing of a clock that is set or a machine that sleeps.
    this.#timer = setInterval(() => {
      this.look().catch((error: unknown) => this.#core.log.error('schedule', {}, error));
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }

  /** Does what fell due since the last look; what a locked vault keeps from being done is made up for a short while later. */
  async look(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const vault = this.#core.vault.file.opened;
      if (vault === undefined) await this.#lookLocked();
      else if (vault.tamperFindings.length === 0) await this.#lookOpen(vault);
    } finally {
      this.#isBusy = false;
    }
  }

  async #lookOpen(vault: OpenVault): Promise<void> {
    noteWakeHours(this.#core, vault);
    const now = this.#core.now();
    const lastLook = this.#lastLook;
    this.#lastLook = this.#lastLookLocked = now;
    for (const environment of environmentsOf(vault)) {
      const { autoRotateAt } = environment.meta;
      if (autoRotateAt !== null && isRunDue(autoRotateAt, lastLook, now, this.#offsetAt))
        await this.#run(vault, environment, now);
    }
  }

  async #lookLocked(): Promise<void> {
    const { vault: session } = this.#core;
    if (session.file.state !== 'locked') return;
    const now = this.#core.now();
    const lastLook = this.#lastLookLocked;
    this.#lastLookLocked = now;
    const isDue = (hour: string): boolean => isRunDue(hour, lastLook, now, this.#offsetAt);
    if (!(await session.readWakeHours()).some(isDue)) return;
    const vault = await session.openForSchedule();
    if (vault === undefined) return;
    try {
      if (vault.tamperFindings.length > 0) return;
      noteWakeHours(this.#core, vault);
      // SECURITY: the hours beside the slot were only a reason to look; what is allowed says the vault.
      const environments = environmentsOf(vault).filter(
        ({ meta }) =>
          meta.autoRotateUnlocks === true && meta.autoRotateAt !== null && isDue(meta.autoRotateAt),
      );
      const names = environments.map(({ meta }) => meta.name).join(', ');
      const detail = `with keychain, for the schedule alone: ${names === '' ? 'nothing is due' : names}`;
      vault.transact((tx) =>
        tx.audit({ actor: 'schedule', action: 'vault.unlock', subject: 'vault', detail }),
      );
      for (const environment of environments) await this.#run(vault, environment, now);
    } finally {
      session.closeAfterSchedule();
    }
  }

  async #run(vault: OpenVault, environment: EnvironmentRecord, now: number): Promise<void> {
    const { signal } = this.#closing;
    for (const key of candidates(vault, environment)) {
      if (signal.aborted || this.#core.vault.file.opened !== vault) return;
      if (!this.#core.vault.isOpenToAll && asksForValue(this.#core, vault, key)) continue;
      if ((await findObstacle(this.#core, vault, key, environment, dueBy(now), signal)) !== null) continue;
      const call: Call = {
        face: 'socket',
        actor: 'schedule',
        process: null,
        signal,
        attach: (_name, value) => value.wipe(),
      };
      try {
        await startRotation(this.#core, call, { key: key.meta.name, env: environment.meta.name }, undefined);
      } catch (error) {
        // Locked by hand or by the clock meanwhile: the next unlock goes on with it.
        if (!(error instanceof AppError)) throw error;
        this.#core.log.warn('schedule.rotation', { code: error.code });
      }
    }
  }
}
