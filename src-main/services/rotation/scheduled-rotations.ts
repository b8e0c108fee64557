import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { DAY_MS, deadlineOf } from '../../../src-shared/domain/rotation/rotation-policy.ts';
import {
  CATCH_UP_MS,
  isRunDue,
  nextRunAt,
  type OffsetAt,
} from '../../../src-shared/domain/rotation/schedule.ts';
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
import { callOptions, withKeyValue } from '../platforms/key-call.ts';
import { platformTarget, requireDefinition } from '../platforms/platform-settings.ts';
import { findOpenRotation } from './journal.ts';
import { startRotation } from './start-rotation.ts';

const LOOK_EVERY_MS = 30_000;
/** While the platform cannot be reached; for as long as a run that was missed is made up for. */
const LOOK_FOR_NETWORK_EVERY_MS = 5 * 60_000;

/** Nothing was said by the platform itself, or nothing that would still hold in a while. */
const OUT_OF_REACH: ReadonlySet<string> = new Set([
  'NETWORK',
  'TIMEOUT',
  'TLS',
  'REDIRECT_REFUSED',
  'PLATFORM_ERROR',
]);

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

/** A rotation that is begun without a network would only be rolled back. */
async function isInReach(
  core: Core,
  vault: OpenVault,
  key: KeyRecord,
  environment: EnvironmentRecord,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const target = await platformTarget(core, vault, key.meta.platform, environment.meta.name);
    await withKeyValue(vault, key, (auth) =>
      core.platforms.whoAmI(target, auth, { ...callOptions(core, key, signal), retries: 0 }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // What the platform refuses the rotation tells, with its reason.
    return !OUT_OF_REACH.has(error.code);
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
  /** Hours whose run found no network. */
  readonly #offline = new Map<string, { readonly nextAt: number; readonly until: number }>();

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
      if (autoRotateAt !== null && this.#isDue(autoRotateAt, lastLook, now))
        await this.#run(vault, environment, autoRotateAt, now);
    }
  }

  async #lookLocked(): Promise<void> {
    const { vault: session } = this.#core;
    if (session.file.state !== 'locked') return;
    const now = this.#core.now();
    const lastLook = this.#lastLookLocked;
    this.#lastLookLocked = now;
    const isDue = (hour: string): boolean => this.#isDue(hour, lastLook, now);
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
      for (const environment of environments)
        await this.#run(vault, environment, environment.meta.autoRotateAt ?? '', now);
    } finally {
      session.closeAfterSchedule();
    }
  }

  #isDue(hour: string, lastLook: number, now: number): boolean {
    const waiting = this.#offline.get(hour);
    const isTimeAgain = waiting !== undefined && now >= waiting.nextAt && now <= waiting.until;
    return isTimeAgain || isRunDue(hour, lastLook, now, this.#offsetAt);
  }

  #noteOffline(hour: string, now: number): void {
    const known = this.#offline.get(hour)?.until ?? 0;
    const until = now <= known ? known : now + CATCH_UP_MS;
    this.#offline.set(hour, { nextAt: now + LOOK_FOR_NETWORK_EVERY_MS, until });
    this.#core.log.info('schedule.offline', {});
  }

  async #run(vault: OpenVault, environment: EnvironmentRecord, hour: string, now: number): Promise<void> {
    const { signal } = this.#closing;
    let isOffline = false;
    for (const key of candidates(vault, environment)) {
      if (signal.aborted || this.#core.vault.file.opened !== vault) return;
      if (!this.#core.vault.isOpenToAll && asksForValue(this.#core, vault, key)) continue;
      if ((await findObstacle(this.#core, vault, key, environment, dueBy(now), signal)) !== null) continue;
      if (!(await isInReach(this.#core, vault, key, environment, signal))) {
        isOffline = true;
        continue;
      }
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
    if (isOffline) this.#noteOffline(hour, now);
    else this.#offline.delete(hour);
  }
}
