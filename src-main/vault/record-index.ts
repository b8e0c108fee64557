import { RECORD_KINDS, type RecordId, type RecordKind, type VaultRecord } from './ports.ts';
import type { RecordFacts } from './record-codec.ts';

interface Indexed {
  readonly facts: RecordFacts;
  readonly record: VaultRecord;
}

/** The opened metadata in memory. Maps keep the order of creation: a changed record stays in its place. */
export class RecordIndex {
  readonly #byId = new Map<RecordId, Indexed>();
  readonly #byKind = new Map<RecordKind, Map<RecordId, VaultRecord>>();
  readonly #lists = new Map<RecordKind, readonly VaultRecord[]>();
  readonly #damaged: Set<RecordId>;
  #nextOrdinal = 1;

  constructor(records: RecordFacts[], damagedIds: readonly RecordId[]) {
    for (const kind of RECORD_KINDS) this.#byKind.set(kind, new Map());
    this.#damaged = new Set(damagedIds);
    for (const facts of records.sort((a, b) => a.ordinal - b.ordinal)) this.#put(facts);
  }

  get nextOrdinal(): number {
    return this.#nextOrdinal;
  }

  get damagedIds(): readonly RecordId[] {
    return [...this.#damaged];
  }

  find(id: RecordId): Indexed | undefined {
    return this.#byId.get(id);
  }

  list(kind: RecordKind): readonly VaultRecord[] {
    let list = this.#lists.get(kind);
    if (list === undefined)
      this.#lists.set(kind, (list = Object.freeze([...(this.#byKind.get(kind)?.values() ?? [])])));
    return list;
  }

  /** @param changes new facts of each changed record, null for a removed one */
  apply(changes: ReadonlyMap<RecordId, RecordFacts | null>): void {
    for (const [id, facts] of changes) {
      if (facts === null) this.#remove(id);
      else this.#put(facts);
    }
  }

  clear(): void {
    this.#byId.clear();
    this.#byKind.clear();
    this.#lists.clear();
  }

  #put(facts: RecordFacts): void {
    const { id, kind, environmentId, version } = facts;
    // Frozen: a caller that changed what it was given would change what everyone sees, and nothing on the disk.
    const meta = deepFreeze(facts.meta);
    const record: VaultRecord = Object.freeze({
      id,
      kind,
      environmentId,
      version,
      meta,
      hasValue: facts.valueSeal !== null,
    });
    this.#byId.set(id, { facts, record });
    this.#byKind.get(kind)?.set(id, record);
    this.#lists.delete(kind);
    this.#nextOrdinal = Math.max(this.#nextOrdinal, facts.ordinal + 1);
  }

  #remove(id: RecordId): void {
    const kind = this.#byId.get(id)?.record.kind;
    this.#byId.delete(id);
    this.#damaged.delete(id);
    if (kind === undefined) return;
    this.#byKind.get(kind)?.delete(id);
    this.#lists.delete(kind);
  }
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
