import { RECORD_KINDS, type RecordId, type RecordKind, type VaultRecord } from './ports.ts';
import type { RecordFacts } from './record-codec.ts';

interface Indexed {
  readonly facts: RecordFacts;
  /** Made when first asked for: an unlock does not wait for ten thousand parsed texts. */
  record: VaultRecord | undefined;
}

/** The opened metadata in memory. Maps keep the order of creation: a changed record stays in its place. */
export class RecordIndex {
  readonly #byId = new Map<RecordId, Indexed>();
  readonly #byKind = new Map<RecordKind, Map<RecordId, Indexed>>();
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

  find(id: RecordId): RecordFacts | undefined {
    return this.#byId.get(id)?.facts;
  }

  findRecord(id: RecordId): VaultRecord | undefined {
    const indexed = this.#byId.get(id);
    return indexed && recordOf(indexed);
  }

  list(kind: RecordKind): readonly VaultRecord[] {
    let list = this.#lists.get(kind);
    if (list === undefined) {
      list = Object.freeze(Array.from(this.#byKind.get(kind)?.values() ?? [], recordOf));
      this.#lists.set(kind, list);
    }
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
    const indexed: Indexed = { facts, record: undefined };
    this.#byId.set(facts.id, indexed);
    this.#byKind.get(facts.kind)?.set(facts.id, indexed);
    this.#lists.delete(facts.kind);
    this.#nextOrdinal = Math.max(this.#nextOrdinal, facts.ordinal + 1);
  }

  #remove(id: RecordId): void {
    const kind = this.#byId.get(id)?.facts.kind;
    this.#byId.delete(id);
    this.#damaged.delete(id);
    if (kind === undefined) return;
    this.#byKind.get(kind)?.delete(id);
    this.#lists.delete(kind);
  }
}

function recordOf(indexed: Indexed): VaultRecord {
  const { id, kind, environmentId, version, valueSeal, metaText } = indexed.facts;
  // Frozen: a caller that changed what it was given would change what everyone sees, and nothing on the disk.
  return (indexed.record ??= Object.freeze({
    id,
    kind,
    environmentId,
    version,
    meta: deepFreeze(JSON.parse(metaText)),
    hasValue: valueSeal !== null,
  }));
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) {
    if (typeof part === 'object') deepFreeze(part);
  }
  return Object.freeze(value);
}
