import { AppError } from '../../src-shared/errors/app-error.ts';
import { KEY_BYTES, type RandomBytes } from './crypto/aead.ts';
import { encodeHeader, type Header, ID_BYTES, type Slot } from './crypto/header.ts';
import { type KdfParameters, STANDARD_KDF } from './crypto/kdf.ts';
import { toSecretMemory } from './crypto/secret-memory.ts';
import { createRecoveryCode } from './crypto/recovery-code.ts';
import { assertCryptoWorks } from './crypto/self-test.ts';
import { readRecordRows, type RecordRows, sealFirstState, UnlockedVault } from './open-vault.ts';
import { headerOrThrow, type Look, lookAt, lookAtStore, openChecked } from './file-look.ts';
import { makeSlot, openSlot, openSlotOrThrow, withoutSlot, withSlot } from './key-slots.ts';
import type { ClosedVaultState, OpenVault, UnlockProof, VaultFile } from './ports.ts';
import type { Secret } from './secret.ts';
import type { VaultStore } from './store-port.ts';

export interface VaultFileOptions {
  readonly store: VaultStore;
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  /** For slots written from now on; tests take the floor. */
  readonly kdf?: KdfParameters;
}

/**
 * Takes the process lock and looks at what is there.
 * @throws {AppError} VAULT_IN_USE, UNSAFE_LOCATION, READ_ONLY, STORAGE_FAILED
 */
export function openVaultFile(options: VaultFileOptions): VaultFile {
  assertCryptoWorks();
  options.store.acquire();
  try {
    return new LockableVault(options);
  } catch (error) {
    options.store.release();
    throw error;
  }
}

class LockableVault implements VaultFile {
  readonly #store: VaultStore;
  readonly #now: () => number;
  readonly #randomBytes: RandomBytes;
  readonly #kdf: KdfParameters;
  #look: Look;
  #opened: UnlockedVault | undefined;
  #isClosed = false;
  /** Counts locks, so that an unlock which a lock overtook does not open after all. */
  #locks = 0;
  /** Calls that derive keys run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: VaultFileOptions) {
    this.#store = options.store;
    this.#now = options.now;
    this.#randomBytes = options.randomBytes;
    this.#kdf = options.kdf ?? STANDARD_KDF;
    this.#look = lookAtStore(this.#store);
  }

  get state(): ClosedVaultState | 'unlocked' {
    return this.#opened === undefined ? this.#look.state : 'unlocked';
  }

  get stateDetail(): string {
    return this.#look.detail;
  }

  get vaultId(): string | undefined {
    return this.#look.header?.vaultId.toString('hex');
  }

  get opened(): OpenVault | undefined {
    return this.#opened;
  }

  get hasKeychainSlot(): boolean {
    return this.#look.header?.slots.some(({ kind }) => kind === 'keychain') ?? false;
  }

  create(passphrase: Secret): Promise<{ recoveryCode: Secret }> {
    return this.#oneAtATime(async () => {
      if (this.#store.exists()) {
        throw new AppError(
          'VAULT_EXISTS',
          'There is a vault already.',
          'Unlock it, or choose another folder with KEYMOLT_HOME.',
        );
      }
      const vaultId = this.#randomBytes(ID_BYTES);
      const vaultKey = toSecretMemory(this.#randomBytes(KEY_BYTES));
      const recovery = createRecoveryCode(this.#randomBytes);
      recovery.bytes.wipe();
      const header: Header = {
        vaultId,
        slots: [
          await this.#wrap(vaultId, vaultKey, { with: 'passphrase', secret: passphrase }),
          await this.#wrap(vaultId, vaultKey, { with: 'recovery', secret: recovery.code }),
        ],
      };
      const bytes = encodeHeader(header);
      this.#store.create({
        header: bytes,
        state: sealFirstState(vaultId, vaultKey, bytes, this.#randomBytes),
      });
      this.#look = { state: 'locked', detail: '', header };
      this.#open(vaultId, vaultKey, bytes);
      return { recoveryCode: recovery.code };
    });
  }

  unlock(proof: UnlockProof, anchor?: { readonly generation: number }): Promise<OpenVault> {
    return this.#oneAtATime(async () => {
      const locks = this.#locks;
      const opened = this.#opened;
      if (opened !== undefined) {
        (await openSlotOrThrow(this.#headerOrThrow(), proof)).fill(0);
        return opened;
      }
      this.#look = lookAtStore(this.#store, { keepOpen: true });
      let vaultKey: Buffer | undefined;
      try {
        const header = this.#headerOrThrow();
        // The derivation works in threads of its own; this one reads meanwhile.
        const [derived, stored] = await Promise.allSettled([
          openSlotOrThrow(header, proof),
          readMeanwhile(this.#store),
        ]);
        if (derived.status === 'fulfilled') vaultKey = derived.value;
        if (stored.status === 'rejected') throw stored.reason;
        if (derived.status === 'rejected') throw derived.reason;
        if (locks !== this.#locks)
          throw new AppError('VAULT_LOCKED', 'The vault was locked meanwhile.', 'Unlock it again.');
        return this.#open(header.vaultId, derived.value, encodeHeader(header), {
          anchorGeneration: anchor?.generation ?? 0,
          rows: stored.value,
        });
      } catch (error) {
        vaultKey?.fill(0);
        this.#store.close();
        throw error;
      }
    });
  }

  lock(): void {
    this.#locks += 1;
    if (this.#opened === undefined) return;
    this.#opened.dispose();
    this.#opened = undefined;
    this.#store.close();
  }

  verify(proof: UnlockProof): Promise<boolean> {
    return this.#oneAtATime(async () => {
      const vaultKey = await openSlot(this.#headerOrThrow(), proof);
      vaultKey?.fill(0);
      return vaultKey !== undefined;
    });
  }

  changePassphrase(current: UnlockProof, next: Secret): Promise<void> {
    return this.#oneAtATime(async () => {
      const header = this.#headerOrThrow();
      const vaultKey = await openSlotOrThrow(header, current);
      try {
        const slot = await this.#wrap(header.vaultId, vaultKey, { with: 'passphrase', secret: next });
        this.#replaceSlots(withSlot(header, slot), vaultKey);
      } finally {
        vaultKey.fill(0);
      }
    });
  }

  renewRecoveryCode(current: UnlockProof): Promise<{ recoveryCode: Secret }> {
    return this.#oneAtATime(async () => {
      const header = this.#headerOrThrow();
      const vaultKey = await openSlotOrThrow(header, current);
      const recovery = createRecoveryCode(this.#randomBytes);
      recovery.bytes.wipe();
      try {
        const proof = { with: 'recovery', secret: recovery.code } as const;
        this.#replaceSlots(withSlot(header, await this.#wrap(header.vaultId, vaultKey, proof)), vaultKey);
      } catch (error) {
        recovery.code.wipe();
        throw error;
      } finally {
        vaultKey.fill(0);
      }
      return { recoveryCode: recovery.code };
    });
  }

  putKeychainSlot(secret: Secret): Promise<void> {
    return this.#oneAtATime(async () => {
      const opened = this.#openedOrThrow();
      const header = this.#headerOrThrow();
      const slot = await this.#wrap(header.vaultId, opened.vaultKey, { with: 'keychain', secret });
      this.#replaceSlots(withSlot(header, slot), opened.vaultKey);
    });
  }

  removeKeychainSlot(): void {
    const opened = this.#openedOrThrow();
    const header = this.#headerOrThrow();
    if (!this.hasKeychainSlot) return;
    this.#replaceSlots(withoutSlot(header, 'keychain'), opened.vaultKey);
  }

  backup(path: string): Promise<number> {
    return this.#oneAtATime(() => {
      this.#headerOrThrow();
      if (this.#store.isOpen) return this.#store.backup(path);
      openChecked(this.#store);
      try {
        return this.#store.backup(path);
      } finally {
        this.#store.close();
      }
    });
  }

  restore(path: string, replace: boolean, beforeReplacing?: () => void): Promise<string | null> {
    return this.#oneAtATime(() => {
      if (this.#store.exists() && !replace) {
        throw new AppError(
          'VAULT_EXISTS',
          'There is a vault already.',
          'Say --replace to put the backup in its place; the present one is kept.',
        );
      }
      try {
        return this.#store.restore(path, (bytes) => {
          headerOrThrow(lookAt(bytes));
          beforeReplacing?.();
          this.lock();
        });
      } finally {
        if (this.#opened === undefined) this.#look = lookAtStore(this.#store);
      }
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.lock();
    this.#isClosed = true;
    this.#store.release();
  }

  #open(vaultId: Buffer, vaultKey: Buffer, header: Buffer, found?: FoundInFile): UnlockedVault {
    return (this.#opened = this.#unlocked(vaultId, vaultKey, header, found));
  }

  #unlocked(
    vaultId: Buffer,
    vaultKey: Buffer,
    header: Buffer,
    { rows = readRecordRows(this.#store), anchorGeneration = 0 }: FoundInFile = {},
  ): UnlockedVault {
    return new UnlockedVault({
      store: this.#store,
      rows,
      vaultId,
      vaultKey,
      header,
      now: this.#now,
      randomBytes: this.#randomBytes,
      anchorGeneration,
    });
  }

  #replaceSlots(header: Header, vaultKey: Buffer): void {
    const bytes = encodeHeader(header);
    if (this.#opened !== undefined) {
      this.#opened.replaceHeader(bytes);
    } else {
      this.#replaceSlotsOfLocked(bytes, vaultKey);
    }
    this.#look = { state: 'locked', detail: '', header };
  }

  /** The vault is open for this one change only. */
  #replaceSlotsOfLocked(header: Buffer, vaultKey: Buffer): void {
    const present = this.#headerOrThrow();
    openChecked(this.#store);
    try {
      const vault = this.#unlocked(
        present.vaultId,
        toSecretMemory(Buffer.from(vaultKey)),
        encodeHeader(present),
      );
      try {
        vault.replaceHeader(header);
      } finally {
        vault.dispose();
      }
    } finally {
      this.#store.close();
    }
  }

  #wrap(vaultId: Buffer, vaultKey: Buffer, proof: UnlockProof): Promise<Slot> {
    return makeSlot(vaultId, vaultKey, proof, { kdf: this.#kdf, randomBytes: this.#randomBytes });
  }

  #headerOrThrow(): Header {
    return headerOrThrow(this.#look);
  }

  #openedOrThrow(): UnlockedVault {
    if (this.#opened === undefined)
      throw new AppError('VAULT_LOCKED', 'The vault is locked.', 'Unlock it first.');
    return this.#opened;
  }

  #oneAtATime<T>(work: () => T | Promise<T>): Promise<T> {
    const run = this.#queue.then(() => {
      if (this.#isClosed) throw new AppError('VAULT_LOCKED', 'The vault is closed.', 'Start keymolt again.');
      return work();
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }
}

/** What an unlock knows of the file already. */
interface FoundInFile {
  readonly rows?: RecordRows;
  readonly anchorGeneration?: number;
}

/** @returns at once with what it has read, or with why it could not: nothing is thrown past the derivation that runs. */
const readMeanwhile = (store: VaultStore): Promise<RecordRows> =>
  new Promise((resolve) => {
    store.checkStructure();
    resolve(readRecordRows(store));
  });
