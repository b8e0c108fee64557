import { createHash, createHmac } from 'node:crypto';
import type { RecordId } from './ports.ts';

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
  readonly #buckets: Map<RecordId, string>[] = Array.from(
    { length: BUCKETS },
    () => new Map<RecordId, string>(),
  );
  readonly #digests = Buffer.alloc(BUCKETS * EMPTY_DIGEST.byteLength);
  #count = 0;

  constructor(key: Buffer, vaultId: Buffer, leaves: Iterable<readonly [RecordId, string]>) {
    this.#key = key;
    this.#vaultId = vaultId;
    for (const [id, leaf] of leaves) this.#buckets[bucketOf(id)]?.set(id, leaf);
    this.#buckets.forEach((bucket, index) => {
      this.#count += bucket.size;
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
    const changed = new Map<number, Map<RecordId, string>>();
    for (const [id, leaf] of leaves) {
      const index = bucketOf(id);
      const bucket = changed.get(index) ?? new Map(this.#buckets[index]);
      if (leaf === undefined) bucket.delete(id);
      else bucket.set(id, leaf);
      changed.set(index, bucket);
    }
    const digests = Buffer.from(this.#digests);
    let count = this.#count;
    for (const [index, bucket] of changed) {
      count += bucket.size - (this.#buckets[index]?.size ?? 0);
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

const bucketOf = (id: RecordId): number => Number.parseInt(id.slice(0, 2), 16);

const digestOf = (bucket: ReadonlyMap<RecordId, string>): Buffer =>
  bucket.size === 0
    ? EMPTY_DIGEST
    : createHash('sha256')
        .update([...bucket.values()].sort().join(''), 'latin1')
        .digest();
