import type { StoreBatch } from '../vault/store-port.ts';
import type { Connection } from './connection.ts';

/** Buffer from one library, ArrayBuffer from that of the test build. */
export type SqliteBlob = Buffer | ArrayBuffer;

/** A damaged page may give any type in any column: what is no blob is an empty one, and opens as nothing. */
export const toBuffer = (blob: unknown): Buffer => {
  if (Buffer.isBuffer(blob)) return blob;
  return blob instanceof ArrayBuffer ? Buffer.from(blob) : Buffer.alloc(0);
};

/** Undefined where there is no such row. */
export function readBlob(connection: Connection, sql: string, parameters: Buffer[] = []): Buffer | undefined {
  const row = connection.prepare(sql).get(parameters) as { blob: SqliteBlob | null } | undefined;
  const blob = row?.blob ?? undefined;
  return blob && toBuffer(blob);
}

/** Its caller makes one transaction of it. */
export function writeBatch(connection: Connection, batch: StoreBatch): void {
  const { put = [], remove = [], audit = [] } = batch;
  if (put.length > 0) {
    const withValue = connection.prepare(
      'INSERT INTO record (id, meta, value) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET meta = excluded.meta, value = excluded.value',
    );
    const metaOnly = connection.prepare(
      'INSERT INTO record (id, meta) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET meta = excluded.meta',
    );
    for (const { id, meta, value } of put) {
      if (value === undefined) metaOnly.run([id, meta]);
      else withValue.run([id, meta, value]);
    }
  }
  if (remove.length > 0) {
    const removal = connection.prepare('DELETE FROM record WHERE id = ?');
    for (const id of remove) removal.run([id]);
  }
  if (audit.length > 0) {
    const append = connection.prepare('INSERT INTO audit (seq, sealed, mac) VALUES (?, ?, ?)');
    for (const { seq, sealed, mac } of audit) append.run([seq, sealed, mac]);
  }
  if (batch.header !== undefined)
    connection.prepare('INSERT OR REPLACE INTO header (id, bytes) VALUES (1, ?)').run([batch.header]);
  if (batch.state !== undefined)
    connection.prepare('INSERT OR REPLACE INTO state (id, sealed) VALUES (1, ?)').run([batch.state]);
}
