import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { KeyStore } from '../../keystore/ports.ts';
import type { Log } from '../../log/ports.ts';
import type { OpenVault, UnlockProof, VaultFile } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';
import { UnlockThrottle } from './unlock-throttle.ts';

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
/** A wall clock that ran ahead of the running time by more than this means that the machine slept. */
const SLEEP_GAP_MS = 60_000;

const slotAccount = (vaultId: string): string => `keymolt/${vaultId}/slot`;
const anchorAccount = (vaultId: string): string => `keymolt/${vaultId}/generation`;

/**
 * The vault's life in this process: unlock with slowed-down guessing, lock by hand, idle time, age and sleep,
 * the keychain slot, and the generation anchor outside the file.
 */
export class VaultSession {
  readonly #options: VaultSessionOptions;
  readonly #throttle: UnlockThrottle;
  #lockReason: LockReason | null = 'not_unlocked_yet';
  #lastActivity = 0;
  #unlockedAt = 0;
  #ageLimitMs: number;
  #idleLimitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #watch = { wall: 0, monotonic: 0 };
  #keychain: { available: boolean; detail: string } = { available: false, detail: 'not asked yet' };
  #anchor: Promise<{ generation: number } | undefined> = Promise.resolve(undefined);
  #anchorWrite: Promise<void> = Promise.resolve();

  constructor(options: VaultSessionOptions) {
    this.#options = options;
    this.#ageLimitMs = options.maxAgeMs;
    this.#idleLimitMs = options.idleMs;
    this.#throttle = new UnlockThrottle(options.sleep);
  }

  /** Asks the keychain in the background, so that an unlock need not wait for it. */
  async start(): Promise<void> {
    this.#anchor = this.#readAnchor();
    this.#keychain = await this.#options.keyStore.probe();
    this.#options.onChange(undefined);
  }

  get file(): VaultFile {
    return this.#options.file;
  }

  get lockReason(): LockReason | null {
    return this.file.state === 'unlocked' ? null : this.#lockReason;
  }

  get unlockDelayMs(): number {
    return this.#throttle.delayMs;
  }

  /** Epoch ms of the next automatic lock, as things stand; null while locked. */
  get locksAt(): number | null {
    if (this.file.state !== 'unlocked') return null;
    return Math.min(this.#lastActivity + this.#idleLimitMs, this.#unlockedAt + this.#ageLimitMs);
  }

  get keychain(): { readonly state: StatusView['keychain']; readonly detail: string } {
    if (!this.#keychain.available) return { state: 'unavailable', detail: this.#keychain.detail };
    return { state: this.file.hasKeychainSlot ? 'available' : 'off', detail: this.#keychain.detail };
  }

  /** @throws {AppError} VAULT_LOCKED, VAULT_MISSING, VAULT_DAMAGED, VAULT_NEWER */
  require(): OpenVault {
    this.#lockIfOverdue();
    const { opened, state, stateDetail } = this.file;
    if (opened !== undefined) return opened;
    if (state === 'missing')
      throw new AppError('VAULT_MISSING', 'There is no vault yet.', 'Create one with `keymolt init`.');
    if (state === 'damaged') {
      throw new AppError(
        'VAULT_DAMAGED',
        `The vault file is damaged: ${stateDetail}.`,
        'Put a backup back with `keymolt restore FILE --replace`; the damaged file is kept.',
      );
    }
    if (state === 'newer') {
      throw new AppError(
        'VAULT_NEWER',
        'The vault was written by a newer Keymolt.',
        'Update Keymolt; this version leaves the file as it is.',
      );
    }
    throw new AppError('VAULT_LOCKED', 'The vault is locked.', 'Unlock it with `keymolt unlock`.');
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
      if (this.file.opened !== undefined) {
        if (!(await this.file.verify(proof))) throw wrongProof(method);
        return this.file.opened;
      }
      const anchor = await this.#anchor;
      return this.file.unlock(proof, anchor);
    });
    this.#opened(forMs);
    return vault;
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

  lock(reason: LockReason): void {
    if (this.file.state !== 'unlocked') return;
    clearTimeout(this.#timer);
    this.#rememberGeneration();
    this.file.lock();
    this.#lockReason = reason;
    this.#options.log.info('vault.locked', { reason });
    this.#options.onChange(reason);
  }

  /** Somebody used the vault: the idle time starts over. */
  touch(): void {
    if (this.file.state === 'unlocked') this.#lastActivity = this.#options.now();
  }

  /** Turns the OS-keychain slot on or off. @throws {AppError} KEYCHAIN_UNAVAILABLE */
  async setKeychain(enabled: boolean): Promise<void> {
    const account = slotAccount(this.require().vaultId);
    const { keyStore, randomBytes } = this.#options;
    if (!enabled) {
      this.file.removeKeychainSlot();
      await keyStore
        .remove(account)
        .catch((error: unknown) => this.#options.log.error('keychain.remove', {}, error));
      this.#options.onChange(undefined);
      return;
    }
    const secret = Secret.adopt(randomBytes(32));
    try {
      await keyStore.set(account, secret.expose());
      // A keychain that took the secret but does not give it back would lock the person out later.
      const stored = await keyStore.find(account);
      if (stored?.equals(secret.expose()) !== true) {
        throw new AppError(
          'KEYCHAIN_UNAVAILABLE',
          'The keychain did not give back what was stored in it.',
          'The passphrase still works; look at the keychain of your system.',
        );
      }
      stored.fill(0);
      await this.file.putKeychainSlot(secret);
      this.#keychain = { available: true, detail: keyStore.description };
    } finally {
      secret.wipe();
    }
    this.#options.onChange(undefined);
  }

  /** Remembers the generation outside the file, so that an older file put back shows. */
  anchorNow(): void {
    this.#rememberGeneration();
  }

  /** Locks, waits for the anchor to be written, and gives the file up. */
  async close(reason: LockReason): Promise<void> {
    this.lock(reason);
    await this.#anchorWrite;
    this.file.close();
  }

  /** After a restore: the old anchor says nothing about the file that is there now. */
  async forgetAnchor(): Promise<void> {
    const { vaultId } = this.file;
    this.#anchor = Promise.resolve(undefined);
    if (vaultId !== undefined)
      await this.#options.keyStore.remove(anchorAccount(vaultId)).catch(() => undefined);
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
    const { vaultId, hasKeychainSlot } = this.file;
    if (vaultId === undefined || !hasKeychainSlot) {
      throw new AppError(
        'KEYCHAIN_SLOT_MISSING',
        'This vault has no keychain slot.',
        'Unlock with the passphrase, then turn it on with `keymolt keychain on`.',
      );
    }
    const stored = await this.#options.keyStore.find(slotAccount(vaultId));
    if (stored === undefined) {
      throw new AppError(
        'KEYCHAIN_SLOT_MISSING',
        'The keychain of this system has no entry for this vault.',
        'Unlock with the passphrase, then run `keymolt keychain on` again.',
      );
    }
    return { with: 'keychain', secret: Secret.adopt(stored) };
  }

  #opened(forMs: number | undefined): void {
    const { now, monotonicNow, idleMs, maxAgeMs } = this.#options;
    this.#unlockedAt = this.#lastActivity = now();
    this.#ageLimitMs = forMs ?? maxAgeMs;
    this.#idleLimitMs = forMs ?? idleMs;
    this.#lockReason = null;
    this.#watch = { wall: now(), monotonic: monotonicNow() };
    this.#armTimer();
    this.#rememberGeneration();
    this.#options.log.info('vault.unlocked');
    this.#options.onChange(undefined);
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const locksAt = this.locksAt;
    if (locksAt === null) return;
    const waitMs = Math.min(Math.max(locksAt - this.#options.now(), 0), WATCH_INTERVAL_MS);
    this.#timer = setTimeout(() => {
      this.#lockIfOverdue();
      this.#armTimer();
    }, waitMs);
    this.#timer.unref();
  }

  #lockIfOverdue(): void {
    if (this.file.state !== 'unlocked') return;
    const wall = this.#options.now();
    const monotonic = this.#options.monotonicNow();
    const sleptMs = wall - this.#watch.wall - (monotonic - this.#watch.monotonic);
    this.#watch = { wall, monotonic };
    if (sleptMs > SLEEP_GAP_MS) {
      this.lock('suspend');
      return;
    }
    if (sleptMs < -SLEEP_GAP_MS) {
      // The clock was set back: deadlines by the old clock would come too late.
      this.#unlockedAt += sleptMs;
      this.#lastActivity += sleptMs;
    }
    if (wall - this.#unlockedAt >= this.#ageLimitMs) this.lock('max_age');
    else if (wall - this.#lastActivity >= this.#idleLimitMs) this.lock('idle');
  }

  #rememberGeneration(): void {
    const vault = this.file.opened;
    // While findings are open the anchor is the evidence: it stays.
    if (vault === undefined || vault.tamperFindings.length > 0 || !this.#keychain.available) return;
    const { generation, vaultId } = vault;
    this.#anchor = Promise.resolve({ generation });
    this.#anchorWrite = this.#anchorWrite
      .then(() => this.#options.keyStore.set(anchorAccount(vaultId), Buffer.from(String(generation))))
      .catch((error: unknown) => this.#options.log.error('keychain.anchor', {}, error));
  }

  async #readAnchor(): Promise<{ generation: number } | undefined> {
    const { vaultId } = this.file;
    if (vaultId === undefined) return undefined;
    try {
      const stored = await this.#options.keyStore.find(anchorAccount(vaultId));
      const generation = Number(stored?.toString('utf8') ?? Number.NaN);
      return Number.isSafeInteger(generation) ? { generation } : undefined;
    } catch (error) {
      this.#options.log.error('keychain.anchor', {}, error);
      return undefined;
    }
  }
}

const wrongProof = (method: UnlockProof['with']): AppError =>
  method === 'recovery'
    ? new AppError(
        'WRONG_PASSWORD',
        'The recovery code is not right.',
        'Check it against the copy you wrote down.',
      )
    : new AppError(
        'WRONG_PASSWORD',
        'The passphrase is not right.',
        'Check the keyboard layout and Caps Lock, or use the recovery code.',
      );
