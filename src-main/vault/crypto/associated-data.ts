/** What a sealed blob belongs to. Whoever moves it anywhere else changes one of these, and it opens no more. */
export interface SealContext {
  readonly vaultId: Uint8Array;
  readonly table: 'slot' | 'record' | 'state' | 'audit';
  readonly field: 'key' | 'meta' | 'value' | 'state' | 'entry';
  readonly recordId?: Uint8Array;
  readonly environmentId?: Uint8Array;
  /** Of the record, or the sequence number of an audit entry. */
  readonly version?: number;
  /** Parameters that the blob depends on, such as those of the key derivation. */
  readonly parameters?: Uint8Array;
}

const DOMAIN = Buffer.from('keymolt/v1');
const NONE = Buffer.alloc(0);
const textBytes = new Map<string, Buffer>();

function bytesOf(text: string): Buffer {
  let bytes = textBytes.get(text);
  if (bytes === undefined) textBytes.set(text, (bytes = Buffer.from(text)));
  return bytes;
}

/**
 * The associated data of a seal (FORMAT.md, "Associated data"): eight fields, each behind its length as a
 * 16-bit big-endian number, so that no two contexts give the same bytes. An absent field has length 0.
 */
export function associatedData(context: SealContext): Buffer {
  const version = Buffer.alloc(8);
  version.writeBigUInt64BE(BigInt(context.version ?? 0));
  const fields = [
    DOMAIN,
    bytesOf(context.table),
    bytesOf(context.field),
    context.vaultId,
    context.recordId ?? NONE,
    context.environmentId ?? NONE,
    version,
    context.parameters ?? NONE,
  ];
  const bytes = Buffer.alloc(fields.reduce((sum, field) => sum + 2 + field.byteLength, 0));
  let at = 0;
  for (const field of fields) {
    bytes[at] = field.byteLength >>> 8;
    bytes[at + 1] = field.byteLength & 0xff;
    bytes.set(field, at + 2);
    at += 2 + field.byteLength;
  }
  return bytes;
}
