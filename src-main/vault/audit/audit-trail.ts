import type { AuditEntry, AuditNote } from '../ports.ts';
import type { AuditHead } from '../sealed-state.ts';
import type { StoredAuditEntry, VaultStore } from '../store-port.ts';
import { type AuditBreak, type AuditCodec, EMPTY_AUDIT } from './audit-codec.ts';

/** A note with the breaks that it accepts. */
export type AuditNoteToSeal = AuditNote & { readonly accepted?: readonly (readonly [number, number])[] };

/** The audit log of an open vault. Each question names the head that the sealed state knows: the log must end there. */
export class AuditTrail {
  readonly #store: VaultStore;
  readonly #codec: AuditCodec;
  readonly #now: () => number;

  constructor(store: VaultStore, codec: AuditCodec, now: () => number) {
    this.#store = store;
    this.#codec = codec;
    this.#now = now;
  }

  /** Where the log in the file ends, whatever the sealed state says. */
  get endInFile(): AuditHead {
    const last = this.#store.readAudit({ limit: 1 })[0];
    return last === undefined ? EMPTY_AUDIT : headOf(last);
  }

  /** Seals notes one behind the other; writes nothing. */
  sealAfter(
    head: AuditHead,
    notes: readonly AuditNoteToSeal[],
  ): { readonly rows: readonly StoredAuditEntry[]; readonly head: AuditHead } {
    const at = new Date(this.#now()).toISOString();
    const rows = notes.map((note) => {
      const entry = this.#codec.append(head, { ...note, at });
      head = entry.head;
      return entry.row;
    });
    return { rows, head };
  }

  /** Newest first. */
  entries(range: { readonly limit: number; readonly beforeSeq?: number }): readonly AuditEntry[] {
    return this.#store.readAudit(range).map((row) => this.#codec.toEntry(row));
  }

  /** `OpenVault.exportAudit`. */
  exportStretch(head: AuditHead, { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number }) {
    const until = afterSeq + limit;
    const rows = this.#store
      .readAudit({ limit, beforeSeq: until + 1 })
      .filter(({ seq }) => seq > afterSeq)
      .reverse();
    const [before] = afterSeq === 0 ? [] : this.#store.readAudit({ limit: 1, beforeSeq: afterSeq + 1 });
    const from = before === undefined ? EMPTY_AUDIT : headOf(before);
    const lastSeq = Math.max(this.endInFile.seq, head.seq);
    const breaks = this.#codec.checkStretch(rows, from, until >= lastSeq ? head : undefined);
    return {
      entries: rows.map((row) => this.#codec.toEntry(row)),
      lastSeq,
      findings: breaks.map(({ why }) => `${why}.`),
    };
  }

  /** `OpenVault.verifyAudit`. */
  verify(head: AuditHead): { intact: boolean; entries: number; findings: readonly string[] } {
    const { entries, breaks, accepted } = this.#codec.check(this.#oldestFirst(), head);
    const findings: string[] = [];
    let intact = true;
    for (const found of breaks) {
      const by = accepted.find(
        (entry) => entry.from <= found.from && found.to <= entry.to && entry.in > found.to,
      );
      if (by === undefined) intact = false;
      findings.push(by === undefined ? `${found.why}.` : `${found.why}; accepted by ${by.by} at ${by.at}.`);
    }
    return { intact, entries, findings };
  }

  /** Accepted ones among them. */
  findBreaks(head: AuditHead): readonly AuditBreak[] {
    return this.#codec.check(this.#oldestFirst(), head).breaks;
  }

  *#oldestFirst(): Generator<StoredAuditEntry> {
    const rows = [];
    for (let beforeSeq: number | undefined; ;) {
      const page = this.#store.readAudit({ limit: 1000, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
      rows.push(...page);
      beforeSeq = page.at(-1)?.seq;
      if (page.length < 1000) break;
    }
    yield* rows.reverse();
  }
}

const headOf = ({ seq, mac }: StoredAuditEntry): AuditHead => ({ seq, mac: mac.toString('hex') });
