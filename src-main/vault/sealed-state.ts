import { createHash } from 'node:crypto';
import { type RandomBytes, seal, unseal } from './crypto/aead.ts';
import { associatedData } from './crypto/associated-data.ts';

/** What the vault last looked like, sealed: everything in the file is held against it at unlock. */
export interface SealedState {
  /** Grows with every transaction. */
  readonly generation: number;
  readonly recordCount: number;
  /** Hex, as all bytes in here. */
  readonly recordSetMac: string;
  readonly auditHead: AuditHead;
  /** SHA-256 of the header: a slot that was put back, such as that of an old passphrase, shows. */
  readonly headerHash: string;
}

export interface AuditHead {
  /** Sequence number of the last entry; 0 before the first. */
  readonly seq: number;
  readonly mac: string;
}

export const hashOf = (header: Uint8Array): string => createHash('sha256').update(header).digest('hex');

export class StateCodec {
  readonly #key: Buffer;
  readonly #context: Buffer;
  readonly #randomBytes: RandomBytes;

  constructor(vaultId: Buffer, key: Buffer, randomBytes: RandomBytes) {
    this.#key = key;
    this.#context = associatedData({ vaultId, table: 'state', field: 'state' });
    this.#randomBytes = randomBytes;
  }

  seal(state: SealedState): Buffer {
    const text = JSON.stringify({
      generation: state.generation,
      record_count: state.recordCount,
      record_set_mac: state.recordSetMac,
      audit_seq: state.auditHead.seq,
      audit_mac: state.auditHead.mac,
      header_hash: state.headerHash,
    });
    return seal(this.#key, Buffer.from(text), this.#context, this.#randomBytes);
  }

  /** @returns undefined where there is none or it fails its authentication */
  open(sealed: Buffer | undefined): SealedState | undefined {
    const text = sealed && unseal(this.#key, sealed, this.#context);
    if (text === undefined) return undefined;
    const row = JSON.parse(text.toString()) as {
      generation: number;
      record_count: number;
      record_set_mac: string;
      audit_seq: number;
      audit_mac: string;
      header_hash: string;
    };
    return {
      generation: row.generation,
      recordCount: row.record_count,
      recordSetMac: row.record_set_mac,
      auditHead: { seq: row.audit_seq, mac: row.audit_mac },
      headerHash: row.header_hash,
    };
  }
}
