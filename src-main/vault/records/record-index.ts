import type { RecordId, RecordKind, VaultRecord } from '../ports.ts';
import type { OpenedRecords } from './record-codec.ts';
import type { RecordFacts } from './record-facts.ts';

/**
 * The opened metadata in memory. Maps keep the order of creation: a changed record stays in its place. Made when it is
 * first asked for something: an unlock waits neither for ten thousand entries nor for their parsed texts.
 */
export class RecordIndex {
  readonly #opened: OpenedRecords;
  #listed: Map<RecordId, RecordFacts> | undefined;
  readonly #records = new Map<RecordId, VaultRecord>();
  readonly #lists = new Map<RecordKind, readonly VaultRecord[]>();
  readonly #damaged: Set<RecordId>;
  #nextOrdinal = 1;

  constructor(opened: OpenedRecords, misfiledIds: readonly RecordId[]) {
    this.#opened = opened;
    this.#damaged = new Set([...misfiledIds, ...opened.damagedIds]);
  }

  get #facts(): Map<RecordId, RecordFacts> {
    return this.#listed ?? this.#listAll();
  }

  #listAll(): Map<RecordId, RecordFacts> {
    if (this.#listed === undefined) {
      const facts = this.#opened.takeFacts();
      this.#listed = new Map(facts.map((one) => [one.id, one]));
      this.#nextOrdinal = (facts.at(-1)?.ordinal ?? 0) + 1;
    }
    return this.#listed;
  }

  get nextOrdinal(): number {
    this.#listAll();
    return this.#nextOrdinal;
  }

  get damagedIds(): readonly RecordId[] {
    return [...this.#damaged];
  }

  find(id: RecordId): RecordFacts | undefined {
    return this.#facts.get(id);
  }

  findRecord(id: RecordId): VaultRecord | undefined {
    const facts = this.#facts.get(id);
    return facts && this.#recordOf(facts);
  }

  list(kind: RecordKind): readonly VaultRecord[] {
    let list = this.#lists.get(kind);
    if (list === undefined) {
      const records: VaultRecord[] = [];
      for (const facts of this.#facts.values()) if (facts.kind === kind) records.push(this.#recordOf(facts));
      this.#lists.set(kind, (list = Object.freeze(records)));
    }
    return list;
  }

  /** @param changes new facts of each changed record, null for a removed one */
  apply(changes: ReadonlyMap<RecordId, RecordFacts | null>): void {
    for (const [id, facts] of changes) {
      const kind = (facts ?? this.#facts.get(id))?.kind;
      if (kind !== undefined) this.#lists.delete(kind);
      this.#records.delete(id);
      if (facts === null) {
        this.#facts.delete(id);
        this.#damaged.delete(id);
      } else {
        this.#facts.set(id, facts);
        this.#nextOrdinal = Math.max(this.#nextOrdinal, facts.ordinal + 1);
      }
    }
  }

  /** Overwrites the texts and forgets them. */
  clear(): void {
    this.#opened.wipe();
    // Of what was changed since, the texts lie elsewhere.
    for (const { text } of this.#listed?.values() ?? []) text.fill(0);
    this.#listed = new Map();
    this.#records.clear();
    this.#lists.clear();
  }

  #recordOf(facts: RecordFacts): VaultRecord {
    const { id, kind, environmentId, version, hasValue } = facts;
    let record = this.#records.get(id);
    if (record === undefined) {
      // Frozen: a caller that changed what it was given would change what everyone sees, and nothing on the disk.
      const meta = deepFreeze(JSON.parse(facts.metaText));
      record = Object.freeze({ id, kind, environmentId, version, meta, hasValue });
      this.#records.set(id, record);
    }
    return record;
  }
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // What JSON makes inherits nothing that would be listed here.
  for (const name in value) {
    const part = (value as Record<string, unknown>)[name];
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
