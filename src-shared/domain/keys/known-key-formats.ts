import type { KeyFormat } from '../platform-definition.ts';

/**
 * The key formats that the built-in platforms document. They live here and not with the definitions because redaction
 * needs them in every process, the command line's included.
 */

/** `moltbotden_sk_` and 32 hexadecimal characters: 46 in all. */
export const AGENT_KEY_FORMATS: KeyFormat[] = [
  { prefix: 'moltbotden_sk_', alphabet: 'hex_lower', lengths: [32], mode: 'unknown' },
];

/** A test key cannot touch live resources, and gets 401 on a live endpoint. */
export const HOSTING_KEY_FORMATS: KeyFormat[] = [
  { prefix: 'mbd_live_', alphabet: 'alphanumeric', lengths: [32], mode: 'live' },
  { prefix: 'mbd_test_', alphabet: 'alphanumeric', lengths: [32], mode: 'test' },
];

/** 32 or 64 hexadecimal characters without a prefix; wrong capitals make every call fail. */
export const MOLTBOT_KEY_FORMATS: KeyFormat[] = [
  { prefix: '', alphabet: 'hex_lower', lengths: [32, 64], mode: 'unknown' },
];

export const KNOWN_KEY_FORMATS: readonly KeyFormat[] = [
  ...AGENT_KEY_FORMATS,
  ...HOSTING_KEY_FORMATS,
  ...MOLTBOT_KEY_FORMATS,
];
