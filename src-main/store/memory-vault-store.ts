import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import type { StoreBatch, StoredAuditEntry, VaultStore } from '../vault/store-port.ts';
import { vaultInUse } from './sqlite-errors.ts';

const ID_BYTES = 16;

interface Rows {
  header: Buffer | undefined;
  state: Buffer | undefined;
  /** By id as hex. */
  readonly records: Map<string, { readonly meta: Buffer; readonly value: Buffer | null }>;
  readonly audit: Map<number, StoredAuditEntry>;
}

/** What takes the place of a disk: vaults by path, and who holds which. */
export interface MemoryDisk {
  readonly files: Map<string, Rows | 'not a vault'>;
  readonly locked: Set<string>;
}

export const createMemoryDisk = (): MemoryDisk => ({ files: new Map(), locked: new Set() });

/** Vault rows in memory, for tests; the same conformance suite holds it and the SQLite store to one behaviour. */
export function createMemoryVaultStore(disk: MemoryDisk = createMemoryDisk(), path = 'vault.db'): VaultStore {
  let holdsLock = false;
  let rows: Rows | undefined;
  const open = (): Rows => {
    if (rows === undefined) throw new BugError('the store is closed');
    return rows;
  };
  const assertClosed = (): void => {
    if (rows !== undefined) throw new BugError('the store is open already');
  };
  const readFile = (from: string): Rows => {
    const file = disk.files.get(from);
    if (file === undefined)
      throw new AppError('FILE_NOT_FOUND', `There is no file ${from}.`, 'Check the path.');
    if (file === 'not a vault') throw new AppError('BAD_FILE', `${from} is not a vault.`, 'Use another.');
    return file;
  };

  return {
    acquire() {
      if (holdsLock) return;
      if (disk.locked.has(path)) throw vaultInUse();
      disk.locked.add(path);
      holdsLock = true;
    },
    release() {
      rows = undefined;
      if (holdsLock) disk.locked.delete(path);
      holdsLock = false;
    },
    exists: () => disk.files.has(path),
    get isOpen() {
      return rows !== undefined;
    },
    create({ header, state }) {
      assertClosed();
      if (disk.files.has(path)) throw new AppError('VAULT_EXISTS', 'There is a vault already.', 'Unlock it.');
      rows = { header: Buffer.from(header), state: Buffer.from(state), records: new Map(), audit: new Map() };
      disk.files.set(path, rows);
    },
    open() {
      assertClosed();
      if (!holdsLock) throw new BugError('the store was opened without its lock');
      if (!disk.files.has(path)) throw new AppError('VAULT_MISSING', 'There is no vault yet.', 'Make one.');
      rows = readFile(path);
    },
    checkStructure() {
      open();
    },
    close() {
      rows = undefined;
    },
    readHeader: () => open().header,
    readState: () => open().state,
    readRecords() {
      const all = [...open().records];
      const isFiled = ([id, { meta }]: (typeof all)[number]): boolean =>
        meta.toString('hex', 0, ID_BYTES) === id;
      return {
        blobs: all.filter(isFiled).map(([, { meta }]) => meta),
        misfiledIds: all.filter((row) => !isFiled(row)).map(([id]) => Buffer.from(id, 'hex')),
      };
    },
    readValue: (id) => open().records.get(id.toString('hex'))?.value ?? undefined,
    readAudit: ({ limit, beforeSeq = Number.POSITIVE_INFINITY }) =>
      [...open().audit.values()]
        .filter(({ seq }) => seq < beforeSeq)
        .sort((a, b) => b.seq - a.seq)
        .slice(0, limit),
    write(batch) {
      applyBatch(open(), batch);
    },
    checkpoint() {
      open();
    },
    backup(to) {
      if (disk.files.has(to))
        throw new AppError('FILE_EXISTS', `There is a file ${to} already.`, 'Choose another name.');
      const copy = copyOf(open());
      disk.files.set(to, copy);
      return [...copy.records.values()].reduce(
        (sum, row) => sum + row.meta.byteLength,
        copy.header?.byteLength ?? 0,
      );
    },
    restore(from, check) {
      const candidate = readFile(from);
      check(candidate.header);
      assertClosed();
      const present = disk.files.get(path);
      disk.files.set(path, copyOf(candidate));
      if (present === undefined) return null;
      let kept = `${path}-replaced`;
      while (disk.files.has(kept)) kept += '-again';
      disk.files.set(kept, present);
      return kept;
    },
  };
}

const copyOf = (rows: Rows): Rows => ({
  ...rows,
  records: new Map(rows.records),
  audit: new Map(rows.audit),
});

function applyBatch(rows: Rows, batch: StoreBatch): void {
  for (const { seq } of batch.audit ?? []) {
    if (rows.audit.has(seq))
      throw new AppError('VAULT_DAMAGED', 'The audit log has this entry already.', 'Restore a backup.');
  }
  for (const { id, meta, value } of batch.put ?? []) {
    const key = id.toString('hex');
    const kept = value === undefined ? (rows.records.get(key)?.value ?? null) : value;
    rows.records.set(key, { meta, value: kept });
  }
  for (const id of batch.remove ?? []) rows.records.delete(id.toString('hex'));
  for (const entry of batch.audit ?? []) rows.audit.set(entry.seq, entry);
  if (batch.header !== undefined) rows.header = batch.header;
  if (batch.state !== undefined) rows.state = batch.state;
}
