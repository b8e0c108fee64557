import { createHash, createHmac } from 'node:crypto';
import type { RecordId } from '../ports.ts';

const BUCKETS = 256;
const EMPTY_DIGEST = createHash('sha256').digest();

/** What a transaction would make of the set; nothing is changed before `apply`. */
export interface RecordSetChange {
  readonly mac: Buffer;
  readonly count: number;
  apply(): void;
}

/**
 * A MAC over the sorted set of records (FORMAT.md, "Record set"): a record that was removed, added, or put back to an
 * older seal changes it. Records fall into 256 buckets by the first byte of their id, so that one change rehashes
 * one bucket and not ten thousand records.
 */
export class RecordSet {
  readonly #key: Buffer;
  readonly #vaultId: Buffer;
  /** Leaves as latin-1 text: a quarter of the memory of buffers, and sorted by code unit as by byte. */
  readonly #buckets: (readonly string[])[];
  readonly #digests = Buffer.alloc(BUCKETS * EMPTY_DIGEST.byteLength);
  #count = 0;

  /** @param leaves one a record; each starts with the 16 bytes of its id */
  constructor(key: Buffer, vaultId: Buffer, leaves: Iterable<string>) {
    this.#key = key;
    this.#vaultId = vaultId;
    const buckets: string[][] = Array.from({ length: BUCKETS }, () => []);
    for (const leaf of leaves) buckets[leaf.charCodeAt(0)]?.push(leaf);
    this.#buckets = buckets;
    buckets.forEach((bucket, index) => {
      this.#count += bucket.length;
      digestOf(bucket).copy(this.#digests, index * EMPTY_DIGEST.byteLength);
    });
  }

  get count(): number {
    return this.#count;
  }

  get mac(): Buffer {
    return this.#macOf(this.#digests, this.#count);
  }

  /** @param leaves the new leaf of each changed record, undefined for a removed one */
  plan(leaves: ReadonlyMap<RecordId, string | undefined>): RecordSetChange {
    const changed = new Map<number, string[]>();
    for (const [id, leaf] of leaves) {
      const start = Buffer.from(id, 'hex').toString('latin1');
      const index = start.charCodeAt(0);
      const bucket = (changed.get(index) ?? this.#buckets[index] ?? []).filter(
        (other) => !other.startsWith(start),
      );
      if (leaf !== undefined) bucket.push(leaf);
      changed.set(index, bucket);
    }
    const digests = Buffer.from(this.#digests);
    let count = this.#count;
    for (const [index, bucket] of changed) {
      count += bucket.length - (this.#buckets[index]?.length ?? 0);
      digestOf(bucket).copy(digests, index * EMPTY_DIGEST.byteLength);
    }
    const apply = (): void => {
      for (const [index, bucket] of changed) this.#buckets[index] = bucket;
      digests.copy(this.#digests);
      this.#count = count;
    };
    return { mac: this.#macOf(digests, count), count, apply };
  }

  #macOf(digests: Buffer, count: number): Buffer {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(count));
    return createHmac('sha256', this.#key).update(this.#vaultId).update(size).update(digests).digest();
  }
}

const digestOf = (bucket: readonly string[]): Buffer =>
  bucket.length === 0
    ? EMPTY_DIGEST
    : createHash('sha256')
        .update([...bucket].sort().join(''), 'latin1')
        .digest();
