import { createHmac } from 'node:crypto';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import { AuditCodec, EMPTY_AUDIT } from './audit/audit-codec.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import type { RandomBytes } from './crypto/aead.ts';
import { deriveSubkeys, type Subkeys, wipeSubkeys } from './crypto/subkeys.ts';
import type { AuditEntry, OpenVault, RecordId, RecordKind, VaultRecord, VaultTransaction } from './ports.ts';
import { leafOf, misfiledLeaf, RecordCodec } from './records/record-codec.ts';
import { toIdBytes, toRecordId } from './records/record-facts.ts';
import { RecordIndex } from './records/record-index.ts';
import { RecordSet } from './records/record-set.ts';
import { type AuditHead, hashOf, type SealedState, StateCodec } from './sealed-state.ts';
import { Secret } from './secret.ts';
import { damagedRecord, StagedTransaction } from './staged-transaction.ts';
import type { StoreBatch, VaultStore } from './store-port.ts';
import { findTampering } from './tamper-findings.ts';

/** The records as they lie in the file: sealed, and with them what the record set is made of. */
export interface RecordRows {
  readonly blobs: readonly Buffer[];
  readonly misfiledIds: readonly Buffer[];
  readonly leaves: readonly string[];
}

/** Reads what needs no key, so that it can be done while the key is derived. */
export function readRecordRows(store: VaultStore): RecordRows {
  const { blobs, misfiledIds } = store.readRecords();
  return { blobs, misfiledIds, leaves: [...blobs.map(leafOf), ...misfiledIds.map(misfiledLeaf)] };
}

export interface OpeningContext {
  readonly store: VaultStore;
  readonly rows: RecordRows;
  readonly vaultId: Buffer;
  /** Taken over: wiped when the vault is locked. */
  readonly vaultKey: Buffer;
  readonly header: Buffer;
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  /** Generation remembered outside the file; 0 where none is. */
  readonly anchorGeneration: number;
}

/** The first state of a new vault. */
export function sealFirstState(
  vaultId: Buffer,
  vaultKey: Buffer,
  header: Buffer,
  randomBytes: RandomBytes,
): Buffer {
  const keys = deriveSubkeys(vaultKey, vaultId);
  const state: SealedState = {
    generation: 1,
    recordCount: 0,
    recordSetMac: new RecordSet(keys.recordSet, vaultId, []).mac.toString('hex'),
    auditHead: EMPTY_AUDIT,
    headerHash: hashOf(header),
  };
  const sealed = new StateCodec(vaultId, keys.state, randomBytes).seal(state);
  wipeSubkeys(keys);
  return sealed;
}

/** The vault while its keys are in memory. Made by `VaultFile.unlock`, ended by `dispose`. */
export class UnlockedVault implements OpenVault {
  readonly vaultId: string;
  readonly #store: VaultStore;
  readonly #vaultKey: Buffer;
  readonly #keys: Subkeys;
  readonly #randomBytes: RandomBytes;
  readonly #codec: RecordCodec;
  readonly #stateCodec: StateCodec;
  readonly #audit: AuditTrail;
  readonly #index: RecordIndex;
  #set: RecordSet;
  #generation: number;
  #auditHead: AuditHead;
  #headerHash: string;
  #findings: readonly string[];
  #isLocked = false;
  #isWorking = false;

  constructor(context: OpeningContext) {
    const { store, vaultId, vaultKey, randomBytes } = context;
    this.vaultId = vaultId.toString('hex');
    this.#store = store;
    this.#vaultKey = vaultKey;
    this.#randomBytes = randomBytes;
    this.#keys = deriveSubkeys(vaultKey, vaultId);
    this.#codec = new RecordCodec(vaultId, this.#keys, randomBytes);
    this.#stateCodec = new StateCodec(vaultId, this.#keys.state, randomBytes);
    this.#audit = new AuditTrail(store, new AuditCodec(vaultId, this.#keys, randomBytes), context.now);

    const { blobs, misfiledIds, leaves } = context.rows;
    this.#index = new RecordIndex(this.#codec.openAllMeta(blobs), misfiledIds.map(toRecordId));
    this.#set = new RecordSet(this.#keys.recordSet, vaultId, leaves);

    const state = this.#stateCodec.open(store.readState());
    const last = this.#audit.endInFile;
    this.#headerHash = hashOf(context.header);
    this.#auditHead = state?.auditHead ?? last;
    this.#generation = Math.max(state?.generation ?? 0, 0);
    this.#findings = findTampering(state, {
      set: this.#set,
      headerHash: this.#headerHash,
      lastEntry: last,
      anchorGeneration: context.anchorGeneration,
    });
    // Above both, or the anchor would report a rollback again after the finding was accepted.
    if (this.#findings.length > 0) this.#generation = Math.max(this.#generation, context.anchorGeneration);
  }

  get generation(): number {
    this.#assertUnlocked();
    return this.#generation;
  }

  get tamperFindings(): readonly string[] {
    this.#assertUnlocked();
    return this.#findings;
  }

  get damagedIds(): readonly RecordId[] {
    this.#assertUnlocked();
    return this.#index.damagedIds;
  }

  records(kind: RecordKind): readonly VaultRecord[] {
    this.#assertUnlocked();
    return this.#index.list(kind);
  }

  find(id: RecordId): VaultRecord | undefined {
    this.#assertUnlocked();
    return this.#index.findRecord(id);
  }

  openValue(id: RecordId): Secret {
    this.#assertUnlocked();
    const facts = this.#index.find(id);
    if (facts === undefined && this.#index.damagedIds.includes(id)) throw damagedRecord(id);
    if (facts?.hasValue !== true) {
      throw new AppError(
        'NOT_FOUND',
        'There is no value under this id in the vault.',
        'List the keys again.',
      );
    }
    const sealed = this.#store.readValue(toIdBytes(id));
    const value = sealed && this.#codec.openValue(facts, sealed);
    if (value === undefined) throw damagedRecord(id);
    return Secret.adopt(value);
  }

  fingerprint(value: Uint8Array): string {
    this.#assertUnlocked();
    return createHmac('sha256', this.#keys.fingerprint).update(value).digest('hex').slice(0, 16);
  }

  transact<T>(work: (tx: VaultTransaction) => T): T {
    this.#assertUnlocked();
    this.#assertUntouched();
    if (this.#isWorking) throw new BugError('transact inside transact');
    this.#isWorking = true;
    try {
      const staged = new StagedTransaction({
        store: this.#store,
        index: this.#index,
        codec: this.#codec,
        randomBytes: this.#randomBytes,
      });
      const result = work(staged);
      if (result instanceof Promise) throw new BugError('the work of a transaction is synchronous');
      staged.end();
      this.#commit(staged);
      return result;
    } finally {
      this.#isWorking = false;
    }
  }

  #commit(staged: StagedTransaction): void {
    if (staged.isEmpty) return;
    const { put, remove, leaves } = staged.collectRows();
    const change = this.#set.plan(leaves);
    const log = this.#audit.sealAfter(this.#auditHead, staged.notes);
    const generation = this.#generation + 1;
    const state = this.#sealState(generation, change, log.head);
    this.#store.write({ put, remove, audit: log.rows, state });

    // Only now, when it is on the disk.
    change.apply();
    this.#index.apply(staged.records);
    this.#generation = generation;
    this.#auditHead = log.head;
    if (staged.replaces) this.#checkpointQuietly();
  }

  #sealState(
    generation: number,
    set: { readonly mac: Buffer; readonly count: number },
    auditHead: AuditHead,
  ): Buffer {
    const recordSetMac = set.mac.toString('hex');
    return this.#stateCodec.seal({
      generation,
      recordCount: set.count,
      recordSetMac,
      auditHead,
      headerHash: this.#headerHash,
    });
  }

  auditEntries(range: { limit: number; beforeSeq?: number }): readonly AuditEntry[] {
    this.#assertUnlocked();
    return this.#audit.entries(range);
  }

  exportAudit(range: { readonly afterSeq: number; readonly limit: number }) {
    this.#assertUnlocked();
    return this.#audit.exportStretch(this.#auditHead, range);
  }

  verifyAudit(): { intact: boolean; entries: number; findings: readonly string[] } {
    this.#assertUnlocked();
    return this.#audit.verify(this.#auditHead);
  }

  acceptTamper(actor: string): void {
    this.#assertUnlocked();
    const breaks = this.#audit.findBreaks(this.#auditHead);
    const last = this.#audit.endInFile;
    const note = {
      actor,
      action: 'tamper.accept',
      subject: 'vault',
      detail: [...this.#findings, ...breaks.map((found) => found.why)].join(' ') || 'nothing was found',
      accepted: breaks.map(({ from, to }) => [from, to] as const),
    };
    // The new entry stands after whatever is there and after whatever is missing, so that a gap stays a gap.
    const log = this.#audit.sealAfter(last.seq >= this.#auditHead.seq ? last : this.#auditHead, [note]);
    const generation = this.#generation + 1;
    this.#store.write({ audit: log.rows, state: this.#sealState(generation, this.#set, log.head) });
    this.#generation = generation;
    this.#auditHead = log.head;
    this.#findings = [];
  }

  checkpoint(): void {
    this.#assertUnlocked();
    this.#store.checkpoint();
  }

  /** Writes a header and binds the state to it, so that the old one cannot be put back unseen. */
  replaceHeader(header: Buffer): void {
    this.#assertUnlocked();
    this.#assertUntouched();
    const before = this.#headerHash;
    const generation = this.#generation + 1;
    this.#headerHash = hashOf(header);
    try {
      const batch: StoreBatch = { header, state: this.#sealState(generation, this.#set, this.#auditHead) };
      this.#store.write(batch);
    } catch (error) {
      this.#headerHash = before;
      throw error;
    }
    this.#generation = generation;
    this.#checkpointQuietly();
  }

  /** The vault key itself, to wrap it for one more slot; stays owned by the vault. */
  get vaultKey(): Buffer {
    this.#assertUnlocked();
    return this.#vaultKey;
  }

  /** SECURITY: every key is overwritten; from here on all methods throw VAULT_LOCKED (test/unit/vault/vault.test.ts). */
  dispose(): void {
    this.#isLocked = true;
    this.#vaultKey.fill(0);
    wipeSubkeys(this.#keys);
    this.#index.clear();
    this.#set = new RecordSet(this.#keys.recordSet, Buffer.alloc(0), []);
  }

  /** The change is durable whether or not this works; the next checkpoint or lock does it again. */
  #checkpointQuietly(): void {
    try {
      this.#store.checkpoint();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  #assertUnlocked(): void {
    if (this.#isLocked) throw new AppError('VAULT_LOCKED', 'The vault is locked.', 'Unlock it first.');
  }

  #assertUntouched(): void {
    if (this.#findings.length === 0) return;
    throw new AppError(
      'VAULT_TAMPERED',
      'The vault was changed from outside, so nothing is written to it.',
      'Look at `keymolt audit verify`, then restore a backup or run `keymolt audit accept`.',
      { details: { findings: this.#findings } },
    );
  }
}
