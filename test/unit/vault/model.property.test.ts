import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryDisk, createMemoryVaultStore } from '../../../src-main/store/memory-vault-store.ts';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import type { RecordId, RecordKind, VaultFile } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import type { VaultStore } from '../../../src-main/vault/store-port.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import { keychainSecret, passphrase, VaultBench } from '../../support/vault/vault-bench.ts';

interface Expected {
  kind: RecordKind;
  environmentId: RecordId | null;
  version: number;
  meta: unknown;
  value: string | null;
}
/** What the vault should hold: the simplest thing that could be right. */
interface Model {
  readonly records: Map<RecordId, Expected>;
  notes: number;
  generation: number;
}
interface Real {
  file: VaultFile;
  readonly reopen: () => VaultFile;
}
type Command = fc.AsyncCommand<Model, Real>;

const environments = [null, 'aa'.repeat(16), 'bb'.repeat(16)] as (RecordId | null)[];
const pick = (model: Model, at: number): [RecordId, Expected] | undefined =>
  [...model.records][at % Math.max(model.records.size, 1)];

const compare = (model: Model, real: Real): void => {
  const vault = real.file.opened!;
  expect([vault.tamperFindings, vault.damagedIds, vault.generation]).toEqual([[], [], model.generation]);
  for (const kind of ['key', 'setting'] as const) {
    const expected = [...model.records].filter(([, record]) => record.kind === kind);
    expect(vault.records(kind)).toEqual(
      expected.map(([id, { value, ...rest }]) => ({ id, ...rest, hasValue: value !== null })),
    );
    for (const [id, { value }] of expected) {
      if (value !== null) expect(vault.openValue(id).expose().toString()).toBe(value);
    }
  }
  expect(vault.verifyAudit()).toEqual({ intact: true, entries: model.notes, findings: [] });
};

const command = (
  name: string,
  check: (model: Model) => boolean,
  run: (model: Model, real: Real) => Promise<void> | void,
): Command => ({
  check,
  async run(model, real) {
    await run(model, real);
    compare(model, real);
  },
  toString: () => name,
});

const meta = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const value = fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => text.length > 0));

const commands = [
  fc
    .tuple(fc.constantFrom('key' as const, 'setting' as const), fc.constantFrom(...environments), meta, value)
    .map(([kind, environmentId, of, secret]) =>
      command(
        `add ${kind}`,
        () => true,
        (model, real) => {
          const id = real.file.opened!.transact((tx) => {
            tx.audit({ actor: 'model', action: 'add', subject: kind, detail: '' });
            return tx.put({
              kind,
              environmentId,
              meta: of,
              ...(secret === null ? {} : { value: Secret.fromText(secret) }),
            });
          });
          model.records.set(id, { kind, environmentId, version: 1, meta: of, value: secret });
          model.notes += 1;
          model.generation += 1;
        },
      ),
    ),
  fc
    .tuple(fc.nat(), fc.constantFrom(...environments), meta, fc.option(value, { nil: undefined }))
    .map(([at, environmentId, of, secret]) =>
      command(
        'edit',
        (model) => model.records.size > 0,
        (model, real) => {
          const [id, before] = pick(model, at)!;
          const change =
            secret === undefined ? {} : { value: secret === null ? null : Secret.fromText(secret) };
          real.file.opened!.transact((tx) =>
            tx.put({ id, kind: before.kind, environmentId, meta: of, ...change }),
          );
          model.records.set(id, {
            ...before,
            environmentId,
            meta: of,
            version: before.version + 1,
            value: secret === undefined ? before.value : secret,
          });
          model.generation += 1;
        },
      ),
    ),
  fc.nat().map((at) =>
    command(
      'remove',
      (model) => model.records.size > 0,
      (model, real) => {
        const [id] = pick(model, at)!;
        real.file.opened!.transact((tx) => {
          tx.remove(id);
        });
        model.records.delete(id);
        model.generation += 1;
      },
    ),
  ),
  fc.nat().map((at) =>
    command(
      'fail half-way',
      (model) => model.records.size > 0,
      (model, real) => {
        const [id] = pick(model, at)!;
        const work = (): unknown =>
          real.file.opened!.transact((tx) => {
            tx.remove(id);
            tx.audit({ actor: 'model', action: 'never', subject: '', detail: '' });
            throw new RangeError('half-way');
          });
        expect(work).toThrow(RangeError);
      },
    ),
  ),
  fc.constant(
    command(
      'lock and unlock',
      () => true,
      async (model, real) => {
        real.file.lock();
        await real.file.unlock(
          { with: 'keychain', secret: keychainSecret() },
          { generation: model.generation },
        );
      },
    ),
  ),
  fc.constant(
    command(
      'close and open',
      () => true,
      async (model, real) => {
        real.file.close();
        real.file = real.reopen();
        await real.file.unlock(
          { with: 'keychain', secret: keychainSecret() },
          { generation: model.generation },
        );
      },
    ),
  ),
  fc.constant(
    command(
      'checkpoint',
      () => true,
      (_, real) => {
        real.file.opened!.checkpoint();
      },
    ),
  ),
];

/** A vault to start from, made once: its key derivation would be most of what a run costs. */
const template = new VaultBench();
const templateDisk = createMemoryDisk();
beforeAll(async () => {
  await template.create();
  template.closeAll();
  const file = openWith(createMemoryVaultStore(templateDisk));
  await file.create(passphrase());
  await file.putKeychainSlot(keychainSecret());
  file.close();
});
afterAll(() => {
  template.dispose();
});

const openWith = (store: VaultStore): VaultFile =>
  openVaultFile({ store, now: Date.now, randomBytes, kdf: KDF_FLOOR });

async function runModel(run: Iterable<Command>, store: () => VaultStore): Promise<void> {
  const reopen = (): VaultFile => openWith(store());
  const real: Real = { file: reopen(), reopen };
  try {
    await real.file.unlock({ with: 'keychain', secret: keychainSecret() });
    await fc.asyncModelRun(() => ({ model: { records: new Map(), notes: 0, generation: 2 }, real }), run);
  } finally {
    real.file.close();
  }
}

test('a vault in memory does what the model does', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 30 }), async (run) => {
      const disk = createMemoryDisk();
      for (const [path, rows] of templateDisk.files) {
        disk.files.set(
          path,
          rows === 'not a vault' ? rows : { ...rows, records: new Map(), audit: new Map() },
        );
      }
      await runModel(run, () => createMemoryVaultStore(disk));
    }),
    { numRuns: 200 },
  );
});

test('a vault in SQLite does what the model does', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 30 }), async (run) => {
      const bench = new VaultBench().copyFrom(template);
      try {
        await runModel(run, () => createSqliteVaultStore({ path: bench.path }));
      } finally {
        bench.dispose();
      }
    }),
    { numRuns: 40 },
  );
});
