import { hkdfSync } from 'node:crypto';
import { KEY_BYTES } from './aead.ts';

/** One key for one use: a flaw in one of them says nothing about the others. */
export interface Subkeys {
  readonly metadata: Buffer;
  readonly value: Buffer;
  readonly state: Buffer;
  readonly audit: Buffer;
  readonly auditChain: Buffer;
  readonly recordSet: Buffer;
  readonly fingerprint: Buffer;
}

/** HKDF-SHA-256 (RFC 5869), 32 bytes, `info` = `keymolt/v1/` + label. */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `keymolt/v1/${label}`, KEY_BYTES));
}

/** The vault's subkeys; the salt is the vault's id. */
export function deriveSubkeys(vaultKey: Uint8Array, vaultId: Uint8Array): Subkeys {
  const of = (label: string): Buffer => deriveKey(vaultKey, vaultId, label);
  return {
    metadata: of('metadata'),
    value: of('value'),
    state: of('state'),
    audit: of('audit'),
    auditChain: of('audit-chain'),
    recordSet: of('record-set'),
    fingerprint: of('fingerprint'),
  };
}

export function wipeSubkeys(keys: Subkeys): void {
  for (const key of Object.values(keys) as Buffer[]) key.fill(0);
}
