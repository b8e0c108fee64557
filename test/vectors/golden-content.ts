/** What the golden vaults hold. `test/support/vault/make-golden-entry.ts` writes it, the tests expect it. */
export const GOLDEN_PASSPHRASE = 'Größe – ﬁne Å ключ 🔑';
export const GOLDEN_KEYCHAIN_HEX = '4b'.repeat(32);

export const GOLDEN_ENVIRONMENTS = [
  { name: 'dev', kind: 'test' },
  { name: 'prod', kind: 'live' },
] as const;

/** In order of creation, as they are at the end. `value` null: none. */
export const GOLDEN_KEYS = [
  { name: 'replaced-value', environment: 'dev', version: 3, value: 'mbd_test_second' },
  { name: 'moved', environment: 'prod', version: 2, value: 'mbd_live_moved' },
  { name: 'ünïcödé 🔑', environment: 'prod', version: 1, value: 'ключ "quoted" \\ 🔑' },
  { name: 'no-value', environment: null, version: 1, value: null },
  { name: 'long', environment: 'dev', version: 1, value: 'x'.repeat(32_768) },
] as const;

export const GOLDEN_AUDIT = ['init', 'add', 'replace', 'move', 'remove'] as const;
export const GOLDEN_AT = '2026-01-02T03:04:05.000Z';
/** Of the value `mbd_test_second`. */
export const GOLDEN_FINGERPRINT_OF = 'mbd_test_second';
