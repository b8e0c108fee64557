import type { ValueMeta } from '../../../../src-shared/domain/rotation/rotation-record.ts';

/** What is known of a value that nobody has used yet. */
export const freshValue = (
  fingerprint: string,
  { mode, prefix }: Pick<ValueMeta, 'mode' | 'prefix'>,
): ValueMeta => ({
  account: null,
  tier: null,
  keyId: null,
  platformName: null,
  status: 'active',
  mode,
  prefix,
  fingerprint,
  lastUsedAt: null,
  rotatedAt: null,
  expiresAt: null,
  lastCheck: null,
});
