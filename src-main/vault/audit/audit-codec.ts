import { createHmac } from 'node:crypto';
import { type RandomBytes, seal, unseal } from '../crypto/aead.ts';
import { associatedData } from '../crypto/associated-data.ts';
import type { AuditEntry, AuditNote } from '../ports.ts';
import type { AuditHead } from '../sealed-state.ts';
import type { StoredAuditEntry } from '../store-port.ts';

export const EMPTY_AUDIT: AuditHead = { seq: 0, mac: '00'.repeat(32) };

/** A place where the log is not what was written: the entries from `from` to `to`. */
export interface AuditBreak {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

interface SealedNote extends AuditNote {
  readonly at: string;
  /** Breaks that a person has looked at; in entries of `acceptTamper` alone. */
  readonly accepted?: readonly (readonly [number, number])[];
}

/** Seals entries and links each to the one before (FORMAT.md, "Audit log"). */
export class AuditCodec {
  readonly #vaultId: Buffer;
  readonly #key: Buffer;
  readonly #chainKey: Buffer;
  readonly #randomBytes: RandomBytes;

  constructor(
    vaultId: Buffer,
    keys: { readonly audit: Buffer; readonly auditChain: Buffer },
    randomBytes: RandomBytes,
  ) {
    this.#vaultId = vaultId;
    this.#key = keys.audit;
    this.#chainKey = keys.auditChain;
    this.#randomBytes = randomBytes;
  }

  append(head: AuditHead, note: SealedNote): { readonly row: StoredAuditEntry; readonly head: AuditHead } {
    const seq = head.seq + 1;
    const sealed = seal(this.#key, Buffer.from(JSON.stringify(note)), this.#context(seq), this.#randomBytes);
    const mac = this.#link(head.mac, seq, sealed);
    return { row: { seq, sealed, mac }, head: { seq, mac: mac.toString('hex') } };
  }

  open({ seq, sealed }: StoredAuditEntry): SealedNote | undefined {
    const text = unseal(this.#key, sealed, this.#context(seq));
    return text && (JSON.parse(text.toString()) as SealedNote);
  }

  /** An entry that fails its authentication keeps its place in the list, and says so. */
  toEntry(row: StoredAuditEntry): AuditEntry {
    const note = this.open(row);
    if (note === undefined) {
      return {
        seq: row.seq,
        at: '',
        actor: '',
        action: 'damaged',
        subject: '',
        detail: 'This entry fails its authentication.',
      };
    }
    const { at, actor, action, subject, detail } = note;
    return { seq: row.seq, at, actor, action, subject, detail };
  }

  /** Walks rows from the oldest to the newest and holds the end against the anchored head. */
  check(
    rows: Iterable<StoredAuditEntry>,
    anchored: AuditHead,
  ): { entries: number; breaks: AuditBreak[]; accepted: AcceptedBreak[] } {
    const { breaks, accepted, entries, last } = this.#walk(rows, EMPTY_AUDIT);
    const end = findEndBreak(last, anchored);
    return { entries, breaks: end === undefined ? breaks : [...breaks, end], accepted };
  }

  /**
   * Walks a part of the log.
   * @param from the entry before it
   * @param anchored the head, where the part ends with the log
   */
  checkStretch(
    rows: Iterable<StoredAuditEntry>,
    from: AuditHead,
    anchored: AuditHead | undefined,
  ): AuditBreak[] {
    const { breaks, last } = this.#walk(rows, from);
    const end = anchored === undefined ? undefined : findEndBreak(last, anchored);
    return end === undefined ? breaks : [...breaks, end];
  }

  #walk(rows: Iterable<StoredAuditEntry>, from: AuditHead) {
    const breaks: AuditBreak[] = [];
    const accepted: AcceptedBreak[] = [];
    let previous = from;
    let entries = 0;
    for (const row of rows) {
      entries += 1;
      if (row.seq !== previous.seq + 1) {
        breaks.push({
          from: previous.seq + 1,
          to: row.seq - 1,
          why: `${range(previous.seq + 1, row.seq - 1)} missing`,
        });
      } else if (!this.#link(previous.mac, row.seq, row.sealed).equals(row.mac)) {
        breaks.push({
          from: row.seq,
          to: row.seq,
          why: `entry ${row.seq} does not follow from the one before`,
        });
      }
      const note = this.open(row);
      if (note === undefined)
        breaks.push({ from: row.seq, to: row.seq, why: `entry ${row.seq} fails its authentication` });
      for (const [from, to] of note?.accepted ?? []) {
        accepted.push({ from, to, by: note?.actor ?? '', at: note?.at ?? '', in: row.seq });
      }
      previous = { seq: row.seq, mac: row.mac.toString('hex') };
    }
    return { breaks, accepted, entries, last: previous };
  }

  #link(previousMac: string, seq: number, sealed: Uint8Array): Buffer {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(seq));
    return createHmac('sha256', this.#chainKey)
      .update(previousMac, 'hex')
      .update(number)
      .update(sealed)
      .digest();
  }

  #context(seq: number): Buffer {
    return associatedData({ vaultId: this.#vaultId, table: 'audit', field: 'entry', version: seq });
  }
}

export interface AcceptedBreak {
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly at: string;
  /** The entry that accepts it. */
  readonly in: number;
}

/** What is wrong with the end of the log, seen from its last row alone. */
export function findEndBreak(last: AuditHead, anchored: AuditHead): AuditBreak | undefined {
  if (last.seq < anchored.seq) {
    return {
      from: last.seq + 1,
      to: anchored.seq,
      why: `${range(last.seq + 1, anchored.seq)} missing at the end`,
    };
  }
  if (last.seq > anchored.seq) {
    return {
      from: anchored.seq + 1,
      to: last.seq,
      why: `${range(anchored.seq + 1, last.seq)} not written by this vault's last state`,
    };
  }
  return last.mac === anchored.mac
    ? undefined
    : { from: last.seq, to: last.seq, why: `entry ${last.seq} is not the one last written` };
}

const range = (from: number, to: number): string =>
  from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
