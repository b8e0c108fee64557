/**
 * The operating system's keychain. Every call ends within `KEYSTORE_TIMEOUT_MS`, whatever the keychain does,
 * and never blocks the event loop. A keychain that is absent, locked, refused or hanging is
 * `KEYCHAIN_UNAVAILABLE`, with the reason in words.
 */
export interface KeyStore {
  /** What a person calls it, such as "Secret Service (GNOME Keyring)". */
  readonly description: string;
  /** Whether a round trip works now; `detail` says which store, or why not. */
  probe(): Promise<{ readonly available: boolean; readonly detail: string }>;
  /** The stored bytes, or undefined where there are none. */
  find(account: string): Promise<Buffer | undefined>;
  set(account: string, value: Uint8Array): Promise<void>;
  /** Nothing stored under `account` is not an error. */
  remove(account: string): Promise<void>;
}

export const KEYSTORE_TIMEOUT_MS = 3000;
