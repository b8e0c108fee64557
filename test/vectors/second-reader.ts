// A second reader of the vault, written from FORMAT.md alone: own code, other libraries. It reads and checks everything
// and writes nothing. It exists to show that the description is enough, and to fail when the first reader leaves it.
import { createHash, createHmac } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id } from 'hash-wasm';

export type Way = { passphrase: string } | { keychain: Buffer } | { recoveryCode: string };
type State = Record<string, string | number>;
type Entry = Record<'actor' | 'action' | 'subject' | 'detail' | 'at', string>;

const NONE = Buffer.alloc(0);
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();
/** Extract and expand, spelled out: 32 bytes are one block. */
const hkdf = (secret: Uint8Array, salt: Uint8Array, label: string): Buffer =>
  hmac(hmac(salt, secret), Buffer.from(`keymolt/v1/${label}`), Buffer.of(1));

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
function aad(table: string, field: string, ...rest: Uint8Array[]): Buffer {
  const fields = [...['keymolt/v1', table, field].map((text) => Buffer.from(text)), ...rest];
  return Buffer.concat(fields.flatMap((bytes) => [Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]));
}
function open(key: Uint8Array, sealed: Uint8Array, context: Buffer): Buffer {
  return Buffer.from(xchacha20poly1305(key, sealed.subarray(0, 24), context).decrypt(sealed.subarray(24)));
}

function recoveryBytes(code: string): Buffer {
  const digits = code.toUpperCase().replace(/[-\s]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  must(digits.length === 40, 'recovery code: length');
  const values = digits.split('').map((digit) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(digit));
  const octets = values
    .map((value) => value.toString(2).padStart(5, '0'))
    .join('')
    .match(/.{8}/g)!;
  const bytes = Buffer.from(octets.map((octet) => Number.parseInt(octet, 2)));
  const check = sha256(Buffer.concat([Buffer.from('keymolt/v1/recovery-check'), bytes.subarray(0, 20)]));
  must(check.subarray(0, 5).equals(bytes.subarray(20)), 'recovery code: check');
  return bytes.subarray(0, 20);
}

async function slotKey(slot: Buffer, way: Way): Promise<Uint8Array> {
  const salt = slot.subarray(14, 30);
  if ('keychain' in way) return hkdf(way.keychain, salt, 'slot/keychain');
  if ('recoveryCode' in way) return hkdf(recoveryBytes(way.recoveryCode), salt, 'slot/recovery');
  const [memorySize, iterations, parallelism] = [
    slot.readUInt32BE(2),
    slot.readUInt32BE(6),
    slot.readUInt32BE(10),
  ];
  must(memorySize >= 65_536 && memorySize <= 1_048_576, 'memory');
  must(iterations >= 2 && iterations <= 16 && parallelism >= 1 && parallelism <= 16, 'passes or lanes');
  must(memorySize * iterations <= 8_388_608, 'work');
  const password = Buffer.from(way.passphrase.normalize('NFKD'));
  const rest = { hashLength: 32, outputType: 'binary' } as const;
  return argon2id({ password, salt, memorySize, iterations, parallelism, ...rest });
}

/** @returns the vault's id and the function that gives its keys by label */
async function unlock(header: Buffer, way: Way): Promise<[Buffer, (label: string) => Buffer]> {
  const body = header.subarray(0, -32);
  must(body.toString('latin1', 0, 8) === 'KEYMOLT\0' && body.readUInt16BE(8) === 1, 'magic or version');
  must(sha256(body).equals(header.subarray(-32)), 'checksum');
  const [vaultId, count] = [body.subarray(10, 26), body.readUInt8(26)];
  must(body.length === 27 + count * 102, 'length of the header');
  const kind = 'passphrase' in way ? 1 : 'keychain' in way ? 2 : 3;
  const slots = Array.from({ length: count }, (_, n) => body.subarray(27 + n * 102, 129 + n * 102));
  const slot = slots.find((candidate) => candidate[0] === kind);
  must(slot !== undefined, 'no such slot');
  const context = aad('slot', 'key', vaultId, NONE, NONE, u64(0), slot.subarray(0, 30));
  const vaultKey = open(await slotKey(slot, way), slot.subarray(30), context);
  return [vaultId, (label) => hkdf(vaultKey, vaultId, label)];
}

function readRecord(vaultId: Buffer, key: (label: string) => Buffer, meta: Buffer, sealed: Buffer | null) {
  const environment = meta.subarray(16, 32).every((byte) => byte === 0) ? NONE : meta.subarray(16, 32);
  const context = (field: string, version: Buffer): Buffer =>
    aad('record', field, vaultId, meta.subarray(0, 16), environment, version, NONE);
  const text = open(key('metadata'), meta.subarray(40), context('meta', meta.subarray(32, 40)));
  const [valueVersion, valueNonce] = [text.subarray(9, 17), text.subarray(17, 41)];
  const hasValue = valueVersion.readBigUInt64BE() > 0n;
  must(hasValue ? sealed?.subarray(0, 24).equals(valueNonce) === true : sealed === null, 'value nonce');
  return {
    kind: text.readUInt8(),
    ordinal: text.readBigUInt64BE(1),
    environment: environment.toString('hex') || null,
    version: Number(meta.readBigUInt64BE(32)),
    meta: JSON.parse(text.toString('utf8', 41)) as unknown,
    value: hasValue && sealed !== null ? open(key('value'), sealed, context('value', valueVersion)) : null,
  };
}

function recordSetMac(key: Buffer, vaultId: Buffer, metas: Buffer[]): string {
  const digests = Array.from({ length: 256 }, (_, first) => {
    const leaves = metas.filter((meta) => meta[0] === first).map((meta) => meta.subarray(0, 64));
    return sha256(Buffer.concat(leaves.sort((a, b) => Buffer.compare(a, b))));
  });
  return hmac(key, vaultId, u64(metas.length), ...digests).toString('hex');
}

export async function readVault(path: string, way: Way) {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = (sql: string) => database.prepare(sql).all() as Record<string, Uint8Array | number | null>[];
  const blobs = (sql: string) => rows(sql).map((row) => Buffer.from(row['blob'] as Uint8Array));
  must(rows('PRAGMA application_id')[0]?.['application_id'] === 0x4b65794d, 'application id');
  must(rows('PRAGMA user_version')[0]?.['user_version'] === 1, 'user version');
  const header = blobs('SELECT bytes AS blob FROM header')[0] ?? NONE;
  const [vaultId, key] = await unlock(header, way);

  const metas = blobs('SELECT meta AS blob FROM record WHERE substr(meta, 1, 16) = id');
  const values = rows('SELECT value FROM record').map(
    ({ value }) => value && Buffer.from(value as Uint8Array),
  );
  must(metas.length === values.length, 'a record under another id');
  const records = metas.map((meta, n) => readRecord(vaultId, key, meta, values[n] as Buffer | null));

  const sealedState = blobs('SELECT sealed AS blob FROM state')[0] ?? NONE;
  const stateContext = aad('state', 'state', vaultId, NONE, NONE, u64(0), NONE);
  const state = JSON.parse(open(key('state'), sealedState, stateContext).toString()) as State;
  must(state['header_hash'] === sha256(header).toString('hex'), 'header hash');
  must(state['record_count'] === records.length, 'record count');
  must(state['record_set_mac'] === recordSetMac(key('record-set'), vaultId, metas), 'record set');

  let mac = Buffer.alloc(32) as Buffer;
  const macs = blobs('SELECT mac AS blob FROM audit ORDER BY seq');
  const audit = blobs('SELECT sealed AS blob FROM audit ORDER BY seq').map((sealed, n) => {
    mac = hmac(key('audit-chain'), mac, u64(n + 1), sealed);
    must(macs[n]?.equals(mac) === true, 'audit chain');
    const context = aad('audit', 'entry', vaultId, NONE, NONE, u64(n + 1), NONE);
    return JSON.parse(open(key('audit'), sealed, context).toString()) as Entry;
  });
  must(state['audit_seq'] === audit.length && state['audit_mac'] === mac.toString('hex'), 'audit head');
  database.close();
  return {
    vaultId: vaultId.toString('hex'),
    generation: state['generation'],
    records: records.sort((a, b) => Number(a.ordinal - b.ordinal)),
    audit,
    fingerprint: (value: Uint8Array) => hmac(key('fingerprint'), value).toString('hex', 0, 8),
  };
}
