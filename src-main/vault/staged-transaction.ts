import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import type { RandomBytes } from './crypto/aead.ts';
import type { AuditNote, RecordChange, RecordId, VaultTransaction } from './ports.ts';
import { leafOf, type RecordCodec } from './records/record-codec.ts';
import { composeRecord, type RecordFacts, toIdBytes, toRecordId } from './records/record-facts.ts';
import type { RecordIndex } from './records/record-index.ts';
import type { StoredRecord, VaultStore } from './store-port.ts';

/** What a transaction reads from, and seals with. */
export interface TransactionSource {
  readonly store: VaultStore;
  readonly index: RecordIndex;
  readonly codec: RecordCodec;
  readonly randomBytes: RandomBytes;
}

/** What a transaction has collected, sealed, before anything is written. */
export class StagedTransaction implements VaultTransaction {
  readonly #source: TransactionSource;
  readonly #records = new Map<RecordId, RecordFacts | null>();
  readonly #rows = new Map<RecordId, StoredRecord | null>();
  readonly #notes: AuditNote[] = [];
  #created = 0;
  #replaces = false;
  #isOver = false;

  constructor(source: TransactionSource) {
    this.#source = source;
  }

  /** New facts of each changed record, null for a removed one. */
  get records(): ReadonlyMap<RecordId, RecordFacts | null> {
    return this.#records;
  }

  get notes(): readonly AuditNote[] {
    return this.#notes;
  }

  /** A record or a value that was in the file is no longer wanted there. */
  get replaces(): boolean {
    return this.#replaces;
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0 && this.#notes.length === 0;
  }

  put(change: RecordChange): RecordId {
    this.#assertRunning();
    const { index, randomBytes } = this.#source;
    const id = change.id ?? toRecordId(randomBytes(16));
    const before = this.#records.has(id) ? this.#records.get(id) : index.find(id);
    if (change.id !== undefined && !before)
      throw new AppError('NOT_FOUND', 'The record to change is not in the vault.');
    this.#stage(id, change, before ?? undefined);
    return id;
  }

  remove(id: RecordId): void {
    this.#assertRunning();
    this.#records.set(id, null);
    this.#rows.set(id, null);
    this.#replaces = true;
  }

  audit(note: AuditNote): void {
    this.#assertRunning();
    this.#notes.push(note);
  }

  /** From here on nothing more is taken. */
  end(): void {
    this.#isOver = true;
  }

  /** What is to be written, and the new leaf of each record for the record set, undefined for a removed one. */
  collectRows(): {
    readonly put: readonly StoredRecord[];
    readonly remove: readonly Buffer[];
    readonly leaves: ReadonlyMap<RecordId, string | undefined>;
  } {
    const leaves = new Map<RecordId, string | undefined>();
    const put: StoredRecord[] = [];
    const remove: Buffer[] = [];
    for (const [id, row] of this.#rows) {
      if (row === null) remove.push(toIdBytes(id));
      else put.push(row);
      leaves.set(id, row === null ? undefined : leafOf(row.meta));
    }
    return { put, remove, leaves };
  }

  #stage(id: RecordId, change: RecordChange, before: RecordFacts | undefined): void {
    if (before !== undefined && before.kind !== change.kind)
      throw new BugError(`a ${before.kind} cannot become a ${change.kind}`);
    const { store, index, codec } = this.#source;
    const place = { id, environmentId: change.environmentId, version: (before?.version ?? 0) + 1 };
    const sealBefore = before?.valueSeal ?? null;
    let valueSeal = sealBefore;
    let sealedValue = this.#rows.get(id)?.value;
    if (change.value === null) {
      valueSeal = null;
      sealedValue = null;
    } else if (change.value !== undefined) {
      ({ sealed: sealedValue, valueSeal } = codec.sealValue(place, change.value.expose()));
    } else if (before?.hasValue && before.environmentId !== change.environmentId) {
      // A value is bound to its environment: moving the record means sealing it again.
      const stored = sealedValue ?? store.readValue(toIdBytes(id));
      const value = stored && codec.openValue(before, stored);
      if (value === undefined) throw damagedRecord(id);
      ({ sealed: sealedValue, valueSeal } = codec.sealValue(place, value));
      value.fill(0);
    }
    if (sealBefore !== null && valueSeal !== sealBefore) this.#replaces = true;
    const ordinal = before?.ordinal ?? index.nextOrdinal + this.#created++;
    const metaText = JSON.stringify(change.meta ?? null);
    const facts = composeRecord(place, change.kind, ordinal, valueSeal, metaText);
    this.#records.set(id, facts);
    const row = { id: toIdBytes(id), meta: codec.sealMeta(facts) };
    this.#rows.set(id, sealedValue === undefined ? row : { ...row, value: sealedValue });
  }

  #assertRunning(): void {
    if (this.#isOver) throw new BugError('a transaction was used after its end');
  }
}

export const damagedRecord = (id: RecordId): AppError =>
  new AppError(
    'VAULT_DAMAGED',
    `The record ${id} fails its authentication.`,
    'Restore a backup, or remove the record and add the key again.',
    {
      details: { record: id },
    },
  );
