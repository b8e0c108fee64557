import { BugError } from '../../../src-shared/errors/bug-error.ts';
import { NONCE_BYTES, type RandomBytes, seal, TAG_BYTES, unseal, unsealInto } from '../crypto/aead.ts';
import { associatedData } from '../crypto/associated-data.ts';
import { ID_BYTES } from '../crypto/header.ts';
import { secretMemory } from '../crypto/secret-memory.ts';
import type { RecordId } from '../ports.ts';
import {
  JSON_AT,
  kindOf,
  readNumber,
  RecordFacts,
  type RecordPlace,
  toIdBytes,
  toRecordId,
  type ValueSeal,
  writeNumber,
} from './record-facts.ts';

/** id ‖ environment id (zeros: none) ‖ version, in the clear before every sealed metadata blob. */
const ENVIRONMENT_AT = ID_BYTES;
const VERSION_AT = ENVIRONMENT_AT + ID_BYTES;
const PLAIN_BYTES = VERSION_AT + 8;
/** The plain part and the nonce: they name one seal among all that were ever made. */
export const LEAF_BYTES = PLAIN_BYTES + NONCE_BYTES;

const NO_ENVIRONMENT = '0'.repeat(ID_BYTES * 2);

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
    plain.write(facts.environmentId ?? NO_ENVIRONMENT, ENVIRONMENT_AT, 'hex');
    writeNumber(plain, facts.version, VERSION_AT);
    const sealed = seal(this.#metadataKey, facts.text, this.#context(facts, 'meta'), this.#randomBytes);
    return Buffer.concat([plain, sealed]);
  }

  /**
   * Opens many, and looks at each: one that fails its authentication is named as damaged. Works in buffers that it makes
   * once, because making them is most of what ten thousand records cost.
   */
  openAllMeta(blobs: readonly Buffer[]): OpenedRecords {
    const longest = blobs.reduce((max, blob) => Math.max(max, blob.byteLength), LEAF_BYTES);
    const sealed = new ReusedBuffer(Buffer.alloc(longest));
    const plain = new ReusedBuffer(secretMemory(longest));
    const nonce = sealed.bytes.subarray(PLAIN_BYTES, LEAF_BYTES);
    const texts = secretMemory(blobs.reduce((sum, blob) => sum + textBytesOf(blob), 0));
    const opened: OpenedBlob[] = [];
    const damagedIds: RecordId[] = [];
    const someId = 'ff'.repeat(ID_BYTES) as RecordId;
    const within = this.#context({ id: someId, environmentId: someId, version: 1 }, 'meta');
    const without = this.#context({ id: someId, environmentId: null, version: 1 }, 'meta');
    const idAt = within.indexOf(someId, 0, 'hex');
    const environments = new EnvironmentNames();
    let end = 0;
    for (const blob of blobs) {
      const size = textBytesOf(blob);
      blob.copy(sealed.bytes);
      const environmentId = environments.nameOf(blob);
      const context = environmentId === null ? without : within;
      blob.copy(context, idAt, 0, ENVIRONMENT_AT);
      // Each field stands behind two bytes of length.
      const environmentAt = idAt + ID_BYTES + 2;
      if (environmentId !== null) blob.copy(context, environmentAt, ENVIRONMENT_AT, VERSION_AT);
      blob.copy(
        context,
        environmentAt + (environmentId === null ? 0 : ID_BYTES) + 2,
        VERSION_AT,
        PLAIN_BYTES,
      );
      const text = plain.view(0, size);
      const ciphertext = sealed.view(LEAF_BYTES, blob.byteLength);
      const isWhole = size >= JSON_AT && unsealInto(text, this.#metadataKey, nonce, ciphertext, context);
      // A kind that this version does not know was sealed by a newer one: not usable, and not to be lost either.
      if (!isWhole || kindOf(text) === undefined) {
        damagedIds.push(toRecordId(blob));
        continue;
      }
      texts.set(text, end);
      opened.push({ blob, environmentId, at: end, size });
      end += size;
    }
    plain.bytes.fill(0);
    return new OpenedRecords(opened, damagedIds, texts);
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
    const { id, environmentId } = facts;
    const place = { id, environmentId, version: valueSeal.version };
    return unseal(this.#valueKey, sealed, this.#context(place, 'value'));
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

/** How long the text in a blob is; below what every text has for a blob that is none. */
const textBytesOf = (blob: Buffer): number => Math.max(blob.byteLength - LEAF_BYTES - TAG_BYTES, 0);

interface OpenedBlob {
  readonly blob: Buffer;
  readonly environmentId: RecordId | null;
  readonly at: number;
  readonly size: number;
}

/** Records that were opened and found whole; what is in each is taken out where it is first asked for. */
export class OpenedRecords {
  readonly damagedIds: readonly RecordId[];
  #opened: readonly OpenedBlob[];
  readonly #texts: Buffer;

  constructor(opened: readonly OpenedBlob[], damagedIds: readonly RecordId[], texts: Buffer) {
    this.#opened = opened;
    this.damagedIds = damagedIds;
    this.#texts = texts;
  }

  /** In the order of creation. Once: what was read is let go of. */
  takeFacts(): RecordFacts[] {
    const opened = this.#opened;
    this.#opened = [];
    const all = opened.map(({ blob, environmentId, at, size }) => {
      const text = this.#texts.subarray(at, at + size);
      const place = { id: toRecordId(blob), environmentId, version: readNumber(blob, VERSION_AT) };
      const kind = kindOf(text);
      if (kind === undefined) throw new BugError('a record of no kind was taken for whole');
      return new RecordFacts(place, kind, text);
    });
    return all.sort((a, b) => a.ordinal - b.ordinal);
  }

  wipe(): void {
    this.#texts.fill(0);
  }
}

/** The environments of ten thousand records are a handful: one text for each will do. */
class EnvironmentNames {
  readonly #known: { readonly bytes: Buffer; readonly name: RecordId | null }[] = [];

  nameOf(blob: Buffer): RecordId | null {
    for (const { bytes, name } of this.#known) {
      if (bytes.compare(blob, ENVIRONMENT_AT, VERSION_AT) === 0) return name;
    }
    const text = blob.toString('hex', ENVIRONMENT_AT, VERSION_AT);
    const name = text === NO_ENVIRONMENT ? null : (text as RecordId);
    // Not yet authenticated: what a stranger wrote there must not make the list long.
    if (this.#known.length < MAX_KNOWN_ENVIRONMENTS) {
      this.#known.push({ bytes: Buffer.from(blob.subarray(ENVIRONMENT_AT, VERSION_AT)), name });
    }
    return name;
  }
}
const MAX_KNOWN_ENVIRONMENTS = 16;

/** One block of memory, and a view for each range that was asked for. */
class ReusedBuffer {
  readonly bytes: Buffer;
  readonly #views = new Map<number, Buffer>();

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** `start` is the same in every call. */
  view(start: number, end: number): Buffer {
    let view = this.#views.get(end);
    if (view === undefined) this.#views.set(end, (view = this.bytes.subarray(start, end)));
    return view;
  }
}

/** What the record set's MAC covers of a record. */
export const leafOf = (blob: Buffer): string =>
  blob.toString('latin1', 0, LEAF_BYTES).padEnd(LEAF_BYTES, '\0');

/** The leaf of a row that is filed under an id which is not its blob's: no seal of ours has it. */
export const misfiledLeaf = (id: Buffer): string =>
  id.toString('latin1', 0, ID_BYTES).padEnd(LEAF_BYTES, '\0');
