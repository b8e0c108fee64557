import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { KeyStore } from '../../keystore/ports.ts';
import type { Log } from '../../log/ports.ts';
import type { OpenVault, VaultFile } from '../../vault/ports.ts';
import { Secret } from '../../vault/secret.ts';

const accountOf = (vaultId: string, what: 'slot' | 'generation' | 'schedule'): string =>
  `keymolt/${vaultId}/${what}`;

const hours = z.array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)).max(1000);

/**
 * What a vault keeps in the keychain of the system: the slot's secret, the generation that shows an older file put back, and
 * the hours at which the schedule may open it.
 */
export class VaultKeychain {
  readonly #file: VaultFile;
  readonly #keyStore: KeyStore;
  readonly #log: Log;
  #state: { available: boolean; detail: string } = { available: false, detail: 'not asked yet' };
  #anchor: Promise<{ generation: number } | undefined> = Promise.resolve(undefined);
  #writes: Promise<void> = Promise.resolve();
  /** As the keychain has them; undefined until they were read or written. */
  #wakeHours: { readonly vaultId: string; readonly hours: readonly string[] } | undefined;

  constructor(file: VaultFile, keyStore: KeyStore, log: Log) {
    this.#file = file;
    this.#keyStore = keyStore;
    this.#log = log;
  }

  /** Asks the keychain in the background, so that an unlock need not wait for it. */
  async start(): Promise<void> {
    this.#anchor = this.#readAnchor();
    this.#state = await this.#keyStore.probe();
  }

  get state(): { readonly available: boolean; readonly detail: string } {
    return this.#state;
  }

  get anchor(): Promise<{ generation: number } | undefined> {
    return this.#anchor;
  }

  /** Ends when all that was to be written has been. */
  get settled(): Promise<void> {
    return this.#writes;
  }

  /** @throws {AppError} KEYCHAIN_SLOT_MISSING, KEYCHAIN_UNAVAILABLE */
  async slotSecret(): Promise<Secret> {
    const { vaultId, hasKeychainSlot } = this.#file;
    if (vaultId === undefined || !hasKeychainSlot) {
      throw new AppError(
        'KEYCHAIN_SLOT_MISSING',
        'This vault has no keychain slot.',
        'Unlock with the passphrase, then turn it on with `keymolt keychain on`.',
      );
    }
    const stored = await this.#keyStore.find(accountOf(vaultId, 'slot'));
    if (stored === undefined) {
      throw new AppError(
        'KEYCHAIN_SLOT_MISSING',
        'The keychain of this system has no entry for this vault.',
        'Unlock with the passphrase, then run `keymolt keychain on` again.',
      );
    }
    return Secret.adopt(stored);
  }

  /** @throws {AppError} KEYCHAIN_UNAVAILABLE */
  async addSlot(vaultId: string, secret: Secret): Promise<void> {
    const account = accountOf(vaultId, 'slot');
    await this.#keyStore.set(account, secret.expose());
    // A keychain that took the secret but does not give it back would lock the person out later.
    const stored = await this.#keyStore.find(account);
    if (stored?.equals(secret.expose()) !== true) {
      throw new AppError(
        'KEYCHAIN_UNAVAILABLE',
        'The keychain did not give back what was stored in it.',
        'The passphrase still works; look at the keychain of your system.',
      );
    }
    stored.fill(0);
    await this.#file.putKeychainSlot(secret);
    this.#state = { available: true, detail: this.#keyStore.description };
  }

  async removeSlot(vaultId: string): Promise<void> {
    this.#file.removeKeychainSlot();
    for (const what of ['slot', 'schedule'] as const) {
      await this.#keyStore
        .remove(accountOf(vaultId, what))
        .catch((error: unknown) => this.#log.error('keychain.remove', {}, error));
    }
    this.#wakeHours = undefined;
  }

  /** Remembers the generation outside the file, so that an older file put back shows. */
  rememberGeneration(vault: OpenVault | undefined): void {
    // While findings are open the anchor is the evidence: it stays.
    if (vault === undefined || vault.tamperFindings.length > 0 || !this.#state.available) return;
    const { generation, vaultId } = vault;
    this.#anchor = Promise.resolve({ generation });
    this.#write(accountOf(vaultId, 'generation'), String(generation));
  }

  /** After a restore: the old anchor says nothing about the file that is there now. */
  async forgetAnchor(): Promise<void> {
    const { vaultId } = this.#file;
    this.#anchor = Promise.resolve(undefined);
    if (vaultId !== undefined)
      await this.#keyStore.remove(accountOf(vaultId, 'generation')).catch(() => undefined);
  }

  /**
   * The hours (`HH:MM`) at which the schedule may open the vault, as they were when it was last open. They are a reason to
   * look and nothing more: what may be done then says the vault itself.
   */
  async readWakeHours(): Promise<readonly string[]> {
    const { vaultId, hasKeychainSlot } = this.#file;
    if (vaultId === undefined || !hasKeychainSlot) return [];
    if (this.#wakeHours?.vaultId === vaultId) return this.#wakeHours.hours;
    const read = await this.#readHours(vaultId);
    // Others may have been noted meanwhile.
    this.#wakeHours ??= { vaultId, hours: read };
    return this.#wakeHours.vaultId === vaultId ? this.#wakeHours.hours : read;
  }

  async #readHours(vaultId: string): Promise<readonly string[]> {
    try {
      const stored = await this.#keyStore.find(accountOf(vaultId, 'schedule'));
      const parsed = hours.safeParse(JSON.parse(stored?.toString('utf8') ?? '[]'));
      return parsed.success ? parsed.data : [];
    } catch (error) {
      this.#log.error('keychain.schedule', {}, error);
      return [];
    }
  }

  /** Writes them where they are others. */
  rememberWakeHours(vaultId: string, wanted: readonly string[]): void {
    const known = this.#wakeHours?.vaultId === vaultId ? this.#wakeHours.hours : [];
    // Without any there is nothing to remember, and a keychain is not asked for nothing.
    if (JSON.stringify(known) === JSON.stringify(wanted)) return;
    this.#wakeHours = { vaultId, hours: [...wanted] };
    this.#write(accountOf(vaultId, 'schedule'), JSON.stringify(wanted));
  }

  #write(account: string, text: string): void {
    this.#writes = this.#writes
      .then(() => this.#keyStore.set(account, Buffer.from(text)))
      .catch((error: unknown) => this.#log.error('keychain.write', {}, error));
  }

  async #readAnchor(): Promise<{ generation: number } | undefined> {
    const { vaultId } = this.#file;
    if (vaultId === undefined) return undefined;
    try {
      const stored = await this.#keyStore.find(accountOf(vaultId, 'generation'));
      const generation = Number(stored?.toString('utf8') ?? Number.NaN);
      return Number.isSafeInteger(generation) ? { generation } : undefined;
    } catch (error) {
      this.#log.error('keychain.anchor', {}, error);
      return undefined;
    }
  }
}
