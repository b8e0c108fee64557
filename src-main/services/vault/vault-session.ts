import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { KeyStore } from '../../keystore/ports.ts';
import type { Log } from '../../log/ports.ts';
import type { OpenVault, UnlockProof, VaultFile } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import { LockClock } from './lock-clock.ts';
import { closedVault, lockedVault, wrongProof } from './refusals.ts';
import { UnlockThrottle } from './unlock-throttle.ts';
import { VaultKeychain } from './vault-keychain.ts';

export type LockReason = NonNullable<StatusView['lock_reason']>;

export interface VaultSessionOptions {
  readonly file: VaultFile;
  readonly keyStore: KeyStore;
  readonly log: Log;
  readonly randomBytes: (length: number) => Buffer;
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds that stand still while the machine sleeps. */
  readonly monotonicNow: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Without activity for so long, the vault locks. */
  readonly idleMs: number;
  /** However busy, the vault locks so long after the unlock. */
  readonly maxAgeMs: number;
  /** Called after every change of state, with the reason when it locked. */
  readonly onChange: (locked: LockReason | undefined) => void;
}

const WATCH_INTERVAL_MS = 15_000;
/** The schedule's work takes seconds; a platform that takes its time does not keep the vault open for long. */
const SCHEDULE_MAX_MS = 1_800_000;

/**
 * The vault's life in this process: unlock with slowed-down guessing, lock by hand, idle time, age and sleep,
 * the keychain slot, and the generation anchor outside the file.
 */
export class VaultSession {
  readonly #options: VaultSessionOptions;
  readonly #throttle: UnlockThrottle;
  #lockReason: LockReason | null = 'not_unlocked_yet';
  readonly #clock: LockClock;
  #timer: NodeJS.Timeout | undefined;
  #isForScheduleAlone = false;
  readonly #keychain: VaultKeychain;

  constructor(options: VaultSessionOptions) {
    this.#options = options;
    this.#clock = new LockClock(options);
    this.#throttle = new UnlockThrottle(options.sleep);
    this.#keychain = new VaultKeychain(options.file, options.keyStore, options.log);
  }

  /** Asks the keychain in the background, so that an unlock need not wait for it. */
  async start(): Promise<void> {
    await this.#keychain.start();
    this.#options.onChange(undefined);
  }

  get file(): VaultFile {
    return this.#options.file;
  }

  get lockReason(): LockReason | null {
    return this.isOpenToAll ? null : this.#lockReason;
  }

  /** False also while the schedule alone has the vault open. */
  get isOpenToAll(): boolean {
    return this.file.state === 'unlocked' && !this.#isForScheduleAlone;
  }

  get unlockDelayMs(): number {
    return this.#throttle.delayMs;
  }

  /** Epoch ms of the next automatic lock, as things stand; null while locked. */
  get locksAt(): number | null {
    return this.isOpenToAll ? this.#clock.locksAt : null;
  }

  get keychain(): { readonly state: StatusView['keychain']; readonly detail: string } {
    const { available, detail } = this.#keychain.state;
    if (!available) return { state: 'unavailable', detail };
    return { state: this.file.hasKeychainSlot ? 'available' : 'off', detail };
  }

  /** @throws {AppError} VAULT_LOCKED, VAULT_MISSING, VAULT_DAMAGED, VAULT_NEWER */
  require(): OpenVault {
    this.#lockIfOverdue();
    const { opened, state, stateDetail } = this.file;
    if (opened !== undefined) return opened;
    throw closedVault(state, stateDetail);
  }

  /**
   * As `require`, for somebody who asks from outside. SECURITY: what the schedule opened by the keychain is open for the
   * schedule, and locked for everybody else (test/contract/schedule.test.ts).
   */
  requireForCaller(): OpenVault {
    const vault = this.require();
    if (this.#isForScheduleAlone) throw lockedVault();
    return vault;
  }

  async create(passphrase: Secret): Promise<Secret> {
    const { recoveryCode } = await this.file.create(passphrase);
    this.#opened(undefined);
    return recoveryCode;
  }

  /**
   * @param forMs locks so long after now, idle or not; undefined: the usual limits
   * @throws {AppError} WRONG_PASSWORD, UNLOCK_BUSY, VAULT_MISSING, VAULT_DAMAGED, VAULT_NEWER, KEYCHAIN_UNAVAILABLE, KEYCHAIN_SLOT_MISSING
   */
  async unlock(
    method: UnlockProof['with'],
    secret: Secret | undefined,
    forMs: number | undefined,
  ): Promise<OpenVault> {
    const proof = await this.#proof(method, secret);
    const vault = await this.#guess(async () => {
      // An unlocked vault still checks the proof: `unlock` grants access, and a wrong passphrase must not.
      if (this.file.state === 'unlocked' && !(await this.file.verify(proof))) throw wrongProof(method);
      // Asked for only now: it may have been locked while the proof was checked.
      const { opened } = this.file;
      if (opened !== undefined) return opened;
      return this.file.unlock(proof, await this.#keychain.anchor);
    });
    this.#isForScheduleAlone = false;
    this.#opened(forMs);
    return vault;
  }

  /**
   * Opens the vault by its keychain slot for the schedule alone; a person who unlocks meanwhile has it as ever.
   * @returns undefined where it is not locked, or has no such slot
   * @throws {AppError} KEYCHAIN_UNAVAILABLE, KEYCHAIN_SLOT_MISSING, WRONG_PASSWORD where the slot's secret is another one
   */
  async openForSchedule(): Promise<OpenVault | undefined> {
    if (this.file.state !== 'locked' || !this.file.hasKeychainSlot) return undefined;
    const proof = await this.#proof('keychain', undefined);
    return this.#guess(async () => {
      if (this.file.opened !== undefined) return undefined;
      const reason = this.#lockReason;
      this.#isForScheduleAlone = true;
      try {
        const vault = await this.file.unlock(proof, await this.#keychain.anchor);
        this.#opened(SCHEDULE_MAX_MS);
        this.#lockReason = reason;
        return vault;
      } catch (error) {
        this.#isForScheduleAlone = false;
        throw error;
      }
    });
  }

  /** Locks again what `openForSchedule` opened, unless a person has unlocked it meanwhile. */
  closeAfterSchedule(): void {
    if (this.#isForScheduleAlone) this.lock(this.#lockReason ?? 'idle');
  }

  /** The hours at which the schedule may open the vault, for a process that starts with it locked. */
  readWakeHours(): Promise<readonly string[]> {
    return this.#keychain.readWakeHours();
  }

  rememberWakeHours(hours: readonly string[]): void {
    const { vaultId, hasKeychainSlot } = this.file;
    if (vaultId !== undefined && hasKeychainSlot) this.#keychain.rememberWakeHours(vaultId, hours);
  }

  /** @throws {AppError} WRONG_PASSWORD, UNLOCK_BUSY */
  async checkPassphrase(passphrase: Secret): Promise<void> {
    await this.#guess(async () => {
      if (!(await this.file.verify({ with: 'passphrase', secret: passphrase })))
        throw wrongProof('passphrase');
    });
  }

  async changePassphrase(current: UnlockProof, next: Secret): Promise<void> {
    await this.#guess(() => this.file.changePassphrase(current, next));
  }

  /** @throws {AppError} WRONG_PASSWORD, UNLOCK_BUSY. @returns the new code; the caller wipes it */
  async renewRecoveryCode(passphrase: Secret): Promise<Secret> {
    const { recoveryCode } = await this.#guess(() =>
      this.file.renewRecoveryCode({ with: 'passphrase', secret: passphrase }),
    );
    return recoveryCode;
  }

  lock(reason: LockReason): void {
    if (this.file.state !== 'unlocked') return;
    clearTimeout(this.#timer);
    this.#keychain.rememberGeneration(this.file.opened);
    this.file.lock();
    this.#isForScheduleAlone = false;
    this.#lockReason = reason;
    this.#options.log.info('vault.locked', { reason });
    this.#options.onChange(reason);
  }

  /** Somebody used the vault: the idle time starts over. */
  touch(): void {
    if (this.file.state === 'unlocked') this.#clock.touch();
  }

  /** Turns the OS-keychain slot on or off. @throws {AppError} KEYCHAIN_UNAVAILABLE */
  async setKeychain(enabled: boolean): Promise<void> {
    const { vaultId } = this.require();
    if (!enabled) {
      await this.#keychain.removeSlot(vaultId);
      this.#options.onChange(undefined);
      return;
    }
    const secret = Secret.adopt(this.#options.randomBytes(32));
    try {
      await this.#keychain.addSlot(vaultId, secret);
    } finally {
      secret.wipe();
    }
    this.#options.onChange(undefined);
  }

  /** Remembers the generation outside the file, so that an older file put back shows. */
  anchorNow(): void {
    this.#keychain.rememberGeneration(this.file.opened);
  }

  /** Locks, waits for the anchor to be written, and gives the file up. */
  async close(reason: LockReason): Promise<void> {
    this.lock(reason);
    await this.#keychain.settled;
    this.file.close();
  }

  /** After a restore: the old anchor says nothing about the file that is there now. */
  async forgetAnchor(): Promise<void> {
    await this.#keychain.forgetAnchor();
  }

  async #guess<T>(attempt: () => Promise<T>): Promise<T> {
    if (this.#throttle.isFull) {
      throw new AppError(
        'UNLOCK_BUSY',
        'Other attempts to unlock are still being checked.',
        'Wait a moment and try again.',
      );
    }
    return this.#throttle.attempt(
      attempt,
      (error) => error instanceof AppError && error.code === 'WRONG_PASSWORD',
    );
  }

  async #proof(method: UnlockProof['with'], secret: Secret | undefined): Promise<UnlockProof> {
    if (method !== 'keychain') {
      if (secret === undefined)
        throw new AppError(
          'BAD_REQUEST',
          'No passphrase came with the request.',
          'Type it at the prompt or give --password-file.',
        );
      return { with: method, secret };
    }
    return { with: 'keychain', secret: await this.#keychain.slotSecret() };
  }

  #opened(forMs: number | undefined): void {
    const { idleMs, maxAgeMs } = this.#options;
    this.#clock.start({ idleMs: forMs ?? idleMs, maxAgeMs: forMs ?? maxAgeMs });
    this.#lockReason = null;
    this.#armTimer();
    this.#keychain.rememberGeneration(this.file.opened);
    this.#options.log.info('vault.unlocked');
    this.#options.onChange(undefined);
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    if (this.file.state !== 'unlocked') return;
    const waitMs = Math.min(Math.max(this.#clock.locksAt - this.#options.now(), 0), WATCH_INTERVAL_MS);
    this.#timer = setTimeout(() => {
      this.#lockIfOverdue();
      this.#armTimer();
    }, waitMs);
    this.#timer.unref();
  }

  #lockIfOverdue(): void {
    if (this.file.state !== 'unlocked') return;
    const reason = this.#clock.whyLock();
    if (reason !== undefined) this.lock(reason);
  }
}
