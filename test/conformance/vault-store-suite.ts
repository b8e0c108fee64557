import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { VaultStore } from '../../src-main/vault/store-port.ts';

export interface StoreBench {
  /** A store over the same place each time. */
  create(): VaultStore;
  /** Where backups of the bench may go. */
  pathOf(name: string): string;
  writeJunk(path: string): void;
  /** Takes the vault away, from outside. */
  empty(): void;
}

const record = (id = randomBytes(16)) => ({
  id,
  meta: Buffer.concat([id, randomBytes(100)]),
  value: randomBytes(60),
});
const entry = (seq: number) => ({ seq, sealed: randomBytes(80), mac: randomBytes(32) });
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

/** What every vault store does; run over each adapter. */
export function vaultStoreSuite(makeBench: () => StoreBench): void {
  let bench: StoreBench;
  let store: VaultStore;
  beforeEach(() => {
    bench = makeBench();
    store = bench.create();
    store.acquire();
    return () => {
      store.release();
    };
  });
  const create = (): void => {
    store.create({ header: Buffer.from('header'), state: Buffer.from('state') });
  };
  const reopen = (): void => {
    store.close();
    store.open();
  };

  test('a new place is empty, and opening it says so', () => {
    expect(store.exists()).toBe(false);
    expect(() => {
      store.open();
    }).toThrow(code('VAULT_MISSING'));
    expect(store.isOpen).toBe(false);
  });

  test('what create was given is there after it was closed and opened', () => {
    create();
    expect(store.isOpen).toBe(true);
    reopen();
    expect(store.readHeader()).toEqual(Buffer.from('header'));
    expect(store.readState()).toEqual(Buffer.from('state'));
    expect(store.readRecords()).toEqual({ blobs: [], misfiledIds: [] });
    expect(store.readAudit({ limit: 5 })).toEqual([]);
  });

  test('create never overwrites', () => {
    create();
    store.close();
    expect(create).toThrow(code('VAULT_EXISTS'));
    store.open();
    expect(store.readHeader()).toEqual(Buffer.from('header'));
  });

  test('one holder at a time', () => {
    const other = bench.create();
    expect(() => {
      other.acquire();
    }).toThrow(code('VAULT_IN_USE'));
    store.release();
    other.acquire();
    other.release();
    store.acquire();
  });

  test('a batch is there as it was written', () => {
    create();
    const [one, other] = [record(), record()];
    store.write({
      put: [one, other],
      audit: [entry(1)],
      state: Buffer.from('state 2'),
      header: Buffer.from('header 2'),
    });
    reopen();
    const blobs = [...store.readRecords().blobs].sort((a, b) => Buffer.compare(a, b));
    expect(blobs).toEqual([one.meta, other.meta].sort((a, b) => Buffer.compare(a, b)));
    expect(store.readValue(one.id)).toEqual(one.value);
    expect(store.readState()).toEqual(Buffer.from('state 2'));
    expect(store.readHeader()).toEqual(Buffer.from('header 2'));
  });

  test('a value stays when it is not mentioned, changes when given, goes with null', () => {
    create();
    const first = record();
    store.write({ put: [first] });
    const { id, meta } = record(first.id);
    store.write({ put: [{ id, meta }] });
    expect(store.readValue(id)).toEqual(first.value);
    expect(store.readRecords().blobs).toEqual([meta]);
    store.write({ put: [{ id, meta, value: Buffer.from('next') }] });
    expect(store.readValue(id)).toEqual(Buffer.from('next'));
    store.write({ put: [{ id, meta, value: null }] });
    expect(store.readValue(id)).toBeUndefined();
  });

  test('a removed record is gone; removing an unknown one is no error', () => {
    create();
    const one = record();
    store.write({ put: [one] });
    store.write({ remove: [one.id, randomBytes(16)] });
    expect(store.readRecords().blobs).toEqual([]);
    expect(store.readValue(one.id)).toBeUndefined();
  });

  test('a batch that fails leaves nothing of itself', () => {
    create();
    store.write({ audit: [entry(1)] });
    const one = record();
    expect(() => {
      store.write({ put: [one], state: Buffer.from('never'), audit: [entry(2), entry(1)] });
    }).toThrow(code('VAULT_DAMAGED'));
    expect(store.readRecords().blobs).toEqual([]);
    expect(store.readState()).toEqual(Buffer.from('state'));
    expect(store.readAudit({ limit: 5 }).map(({ seq }) => seq)).toEqual([1]);
  });

  test('a row under an id that is not its own is only named', () => {
    create();
    const good = record();
    const misfiled = { id: randomBytes(16), meta: randomBytes(120) };
    store.write({ put: [good, misfiled] });
    expect(store.readRecords()).toEqual({ blobs: [good.meta], misfiledIds: [misfiled.id] });
  });

  test('audit entries come newest first, from below a number', () => {
    create();
    store.write({ audit: [1, 2, 3, 4, 5].map(entry) });
    const seqs = (range: { limit: number; beforeSeq?: number }): number[] =>
      store.readAudit(range).map(({ seq }) => seq);
    expect(seqs({ limit: 2 })).toEqual([5, 4]);
    expect(seqs({ limit: 2, beforeSeq: 4 })).toEqual([3, 2]);
    expect(seqs({ limit: 9, beforeSeq: 2 })).toEqual([1]);
  });

  test('a backup is a vault of its own, and is put back', () => {
    create();
    const one = record();
    store.write({ put: [one] });
    store.checkpoint();
    const path = bench.pathOf('backup');
    expect(store.backup(path)).toBeGreaterThan(0);
    store.write({ remove: [one.id], header: Buffer.from('changed') });
    store.close();

    const seen: (Buffer | undefined)[] = [];
    const kept = store.restore(path, (header) => seen.push(header));
    expect(seen).toEqual([Buffer.from('header')]);
    expect(kept).not.toBeNull();
    store.open();
    expect(store.readRecords().blobs).toEqual([one.meta]);
    expect(store.readValue(one.id)).toEqual(one.value);

    store.close();
    store.restore(kept!, () => undefined);
    store.open();
    expect(store.readHeader()).toEqual(Buffer.from('changed'));
    expect(store.readRecords().blobs).toEqual([]);
  });

  test('a backup never overwrites', () => {
    create();
    store.backup(bench.pathOf('backup'));
    expect(() => store.backup(bench.pathOf('backup'))).toThrow(code('FILE_EXISTS'));
  });

  test('a restore into an empty place keeps nothing', () => {
    create();
    const path = bench.pathOf('backup');
    store.backup(path);
    store.close();
    bench.empty();
    expect(store.restore(path, () => undefined)).toBeNull();
    store.open();
    expect(store.readHeader()).toEqual(Buffer.from('header'));
  });

  test('a restore that the check refuses, of junk or of nothing, changes nothing', () => {
    create();
    store.backup(bench.pathOf('backup'));
    bench.writeJunk(bench.pathOf('junk'));
    store.close();
    const refusal = new Error('refused');
    expect(() =>
      store.restore(bench.pathOf('backup'), () => {
        throw refusal;
      }),
    ).toThrow();
    expect(() => store.restore(bench.pathOf('junk'), () => undefined)).toThrow(code('BAD_FILE'));
    expect(() => store.restore(bench.pathOf('none'), () => undefined)).toThrow(code('FILE_NOT_FOUND'));
    store.open();
    expect(() => store.restore(bench.pathOf('junk'), () => undefined)).toThrow(code('BAD_FILE'));
    expect(store.readHeader()).toEqual(Buffer.from('header'));
  });

  test('a store that is open is closed by the check of a restore', () => {
    create();
    store.backup(bench.pathOf('backup'));
    expect(() => store.restore(bench.pathOf('backup'), () => undefined)).toThrow('open');
    expect(store.readHeader()).toEqual(Buffer.from('header'));
    expect(
      store.restore(bench.pathOf('backup'), () => {
        store.close();
      }),
    ).not.toBeNull();
    expect(store.isOpen).toBe(false);
  });
}
