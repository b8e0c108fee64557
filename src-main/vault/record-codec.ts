import { NONCE_BYTES, type RandomBytes, seal, unseal } from './crypto/aead.ts';
import { associatedData } from './crypto/associated-data.ts';
import { ID_BYTES } from './crypto/header.ts';
import { RECORD_KINDS, type RecordId, type RecordKind } from './ports.ts';

/** id ‖ environment id (zeros: none) ‖ version, in the clear before every sealed metadata blob. */
const PLAIN_BYTES = ID_BYTES + ID_BYTES + 8;
/** The plain part and the nonce: they name one seal among all that were ever made. */
export const LEAF_BYTES = PLAIN_BYTES + NONCE_BYTES;

const NO_ENVIRONMENT = '0'.repeat(ID_BYTES * 2);

/** Where a record's value is sealed: under which version, and by which nonce, so that an older one shows. */
export interface ValueSeal {
  readonly version: number;
  readonly nonce: string;
}

export interface RecordFacts {
  readonly id: RecordId;
  readonly environmentId: RecordId | null;
  readonly version: number;
  readonly kind: RecordKind;
  /** Order of creation. */
  readonly ordinal: number;
  readonly valueSeal: ValueSeal | null;
  /** JSON text of the metadata. */
  readonly meta: unknown;
}

export const toIdBytes = (id: RecordId): Buffer => Buffer.from(id, 'hex');
export const toRecordId = (bytes: Buffer): RecordId => bytes.toString('hex', 0, ID_BYTES) as RecordId;

/** Seals and opens the two blobs of a record (FORMAT.md, "Records"). */
export class RecordCodec {
  readonly #vaultId: Buffer;
  readonly #metadataKey: Buffer;
  readonly #valueKey: Buffer;
  readonly #randomBytes: RandomBytes;

  constructor(
    vaultId: Buffer,
    keys: { readonly metadata: Buffer; readonly value: Buffer },
    randomBytes: RandomBytes,
  ) {
    this.#vaultId = vaultId;
    this.#metadataKey = keys.metadata;
    this.#valueKey = keys.value;
    this.#randomBytes = randomBytes;
  }

  sealMeta(facts: RecordFacts): Buffer {
    const plain = Buffer.alloc(PLAIN_BYTES);
    plain.write(facts.id, 0, 'hex');
    plain.write(facts.environmentId ?? NO_ENVIRONMENT, ID_BYTES, 'hex');
    plain.writeBigUInt64BE(BigInt(facts.version), ID_BYTES + ID_BYTES);
    const { kind, ordinal, valueSeal, meta } = facts;
    const text = Buffer.from(JSON.stringify({ kind, ordinal, value: valueSeal, meta }));
    const sealed = seal(this.#metadataKey, text, this.#context(facts, 'meta'), this.#randomBytes);
    text.fill(0);
    return Buffer.concat([plain, sealed]);
  }

  /** @returns undefined where the blob fails its authentication */
  openMeta(blob: Buffer): RecordFacts | undefined {
    if (blob.byteLength < LEAF_BYTES) return undefined;
    const environment = blob.toString('hex', ID_BYTES, ID_BYTES + ID_BYTES);
    const version = blob.readBigUInt64BE(ID_BYTES + ID_BYTES);
    if (version < 1n || version > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    const place = {
      id: toRecordId(blob),
      environmentId: environment === NO_ENVIRONMENT ? null : (environment as RecordId),
      version: Number(version),
    };
    const text = unseal(this.#metadataKey, blob.subarray(PLAIN_BYTES), this.#context(place, 'meta'));
    if (text === undefined) return undefined;
    const { kind, ordinal, value, meta } = JSON.parse(text.toString('utf8')) as SealedMeta;
    // A kind that this version does not know was sealed by a newer one: not usable, and not to be lost either.
    if (!RECORD_KINDS.includes(kind)) return undefined;
    return { ...place, kind, ordinal, valueSeal: value, meta };
  }

  sealValue(
    place: RecordPlace,
    value: Uint8Array,
  ): { readonly sealed: Buffer; readonly valueSeal: ValueSeal } {
    const sealed = seal(this.#valueKey, value, this.#context(place, 'value'), this.#randomBytes);
    return { sealed, valueSeal: { version: place.version, nonce: sealed.toString('hex', 0, NONCE_BYTES) } };
  }

  /** @returns the value, which the caller wipes; undefined where it is not the one that the metadata names */
  openValue(facts: RecordFacts, sealed: Buffer): Buffer | undefined {
    const { valueSeal } = facts;
    if (valueSeal === null) return undefined;
    if (sealed.toString('hex', 0, NONCE_BYTES) !== valueSeal.nonce) return undefined;
    return unseal(this.#valueKey, sealed, this.#context({ ...facts, version: valueSeal.version }, 'value'));
  }

  #context(place: RecordPlace, field: 'meta' | 'value'): Buffer {
    return associatedData({
      vaultId: this.#vaultId,
      table: 'record',
      field,
      recordId: toIdBytes(place.id),
      ...(place.environmentId === null ? {} : { environmentId: toIdBytes(place.environmentId) }),
      version: place.version,
    });
  }
}

type RecordPlace = Pick<RecordFacts, 'id' | 'environmentId' | 'version'>;
interface SealedMeta {
  readonly kind: RecordKind;
  readonly ordinal: number;
  readonly value: ValueSeal | null;
  readonly meta: unknown;
}

/** What the record set's MAC covers of a record. */
export const leafOf = (blob: Buffer): string =>
  blob.toString('latin1', 0, LEAF_BYTES).padEnd(LEAF_BYTES, '\0');

/** The leaf of a row that is filed under an id which is not its blob's: no seal of ours has it. */
export const misfiledLeaf = (id: Buffer): string =>
  id.toString('latin1', 0, ID_BYTES).padEnd(LEAF_BYTES, '\0');
