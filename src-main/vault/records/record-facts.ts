import { NONCE_BYTES } from '../crypto/aead.ts';
import { ID_BYTES } from '../crypto/header.ts';
import { secretMemory } from '../crypto/secret-memory.ts';
import type { RecordId, RecordKind } from '../ports.ts';

/** The bytes in a file for each kind: never reused, never renumbered. */
const KIND_CODES = {
  environment: 1,
  key: 2,
  platform: 3,
  session: 4,
  rotation: 5,
  deployment: 6,
  setting: 7,
} as const satisfies Record<RecordKind, number>;
const KINDS = new Map<number, RecordKind>(
  Object.entries(KIND_CODES).map(([kind, code]) => [code, kind as RecordKind]),
);

/** Inside the seal: kind ‖ ordinal ‖ version and nonce of the value's seal (zeros: no value) ‖ JSON. */
const ORDINAL_AT = 1;
const VALUE_VERSION_AT = ORDINAL_AT + 8;
const VALUE_NONCE_AT = VALUE_VERSION_AT + 8;
export const JSON_AT = VALUE_NONCE_AT + NONCE_BYTES;

/** Where a record's value is sealed: under which version, and by which nonce, so that an older one shows. */
export interface ValueSeal {
  readonly version: number;
  readonly nonce: string;
}

export interface RecordPlace {
  readonly id: RecordId;
  readonly environmentId: RecordId | null;
  readonly version: number;
}

/**
 * An opened record. Its text stays bytes until somebody asks for what is in it: ten thousand are opened at every unlock,
 * and nobody looks at most of them.
 */
export class RecordFacts implements RecordPlace {
  readonly id: RecordId;
  readonly environmentId: RecordId | null;
  readonly version: number;
  readonly kind: RecordKind;
  /** Order of creation. */
  readonly ordinal: number;
  /** As it is sealed. */
  readonly text: Buffer;

  constructor(place: RecordPlace, kind: RecordKind, text: Buffer) {
    this.id = place.id;
    this.environmentId = place.environmentId;
    this.version = place.version;
    this.kind = kind;
    this.ordinal = readNumber(text, ORDINAL_AT);
    this.text = text;
  }

  get hasValue(): boolean {
    return readNumber(this.text, VALUE_VERSION_AT) !== 0;
  }

  get valueSeal(): ValueSeal | null {
    const version = readNumber(this.text, VALUE_VERSION_AT);
    return version === 0 ? null : { version, nonce: this.text.toString('hex', VALUE_NONCE_AT, JSON_AT) };
  }

  /** JSON. */
  get metaText(): string {
    return this.text.toString('utf8', JSON_AT);
  }
}

/** The facts of a record that is about to be sealed. @param metaText JSON */
export function composeRecord(
  place: RecordPlace,
  kind: RecordKind,
  ordinal: number,
  valueSeal: ValueSeal | null,
  metaText: string,
): RecordFacts {
  const text = secretMemory(JSON_AT + Buffer.byteLength(metaText));
  text[0] = KIND_CODES[kind];
  writeNumber(text, ordinal, ORDINAL_AT);
  if (valueSeal !== null) {
    writeNumber(text, valueSeal.version, VALUE_VERSION_AT);
    text.write(valueSeal.nonce, VALUE_NONCE_AT, 'hex');
  }
  text.write(metaText, JSON_AT);
  return new RecordFacts(place, kind, text);
}

export const toIdBytes = (id: RecordId): Buffer => Buffer.from(id, 'hex');
export const toRecordId = (bytes: Buffer): RecordId => bytes.toString('hex', 0, ID_BYTES) as RecordId;

/** @returns undefined for a text of a kind that this version does not know */
export const kindOf = (text: Buffer): RecordKind | undefined => KINDS.get(text[0] ?? 0);

const HIGH = 2 ** 32;

/** 64 bits, big-endian; a number of ours is below 2^53. */
export function writeNumber(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / HIGH), at);
  bytes.writeUInt32BE(value % HIGH, at + 4);
}

export const readNumber = (bytes: Buffer, at: number): number =>
  bytes.readUInt32BE(at) * HIGH + bytes.readUInt32BE(at + 4);
