/**
 * Writes test/vectors/golden/v1.db: `node test/support/vault/make-golden-entry.ts FILE`. Run once for each format version; a golden file that is
 * committed is never written again, because it has to open for ever.
 */
import { createHash } from 'node:crypto';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import type { RecordId } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import {
  GOLDEN_AT,
  GOLDEN_AUDIT,
  GOLDEN_ENVIRONMENTS,
  GOLDEN_FINGERPRINT_OF,
  GOLDEN_KEYCHAIN_HEX,
  GOLDEN_KEYS,
  GOLDEN_PASSPHRASE,
} from '../../vectors/golden-content.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node test/support/vault/make-golden-entry.ts FILE');

let draws = 0;
/** The same bytes in every run. */
const randomBytes = (size: number): Buffer => {
  draws += 1;
  return createHash('shake256', { outputLength: size }).update(`keymolt golden v1 ${draws}`).digest();
};
const now = (): number => Date.parse(GOLDEN_AT);

const file = openVaultFile({ store: createSqliteVaultStore({ path, now }), now, randomBytes });
const { recoveryCode } = await file.create(Secret.fromText(GOLDEN_PASSPHRASE));
await file.putKeychainSlot(Secret.adopt(Buffer.from(GOLDEN_KEYCHAIN_HEX, 'hex')));
const vault = file.opened;
if (vault === undefined) throw new Error('the new vault is not open');

const environments = new Map<string, RecordId>();
const [init, ...notes] = GOLDEN_AUDIT.map((action) => ({
  actor: 'golden',
  action,
  subject: 'vault',
  detail: 'Größe',
}));
const idOf = (name: string | null): RecordId | null =>
  name === null ? null : (environments.get(name) ?? null);
const keys = new Map<string, RecordId>();
vault.transact((tx) => {
  if (init) tx.audit(init);
  for (const meta of GOLDEN_ENVIRONMENTS) {
    environments.set(meta.name, tx.put({ kind: 'environment', environmentId: null, meta }));
  }
});
vault.transact((tx) => {
  if (notes[0]) tx.audit(notes[0]);
  const early: Record<string, { value?: string; environment?: string }> = {
    'replaced-value': { value: 'mbd_test_first' },
    moved: { environment: 'dev' },
  };
  for (const { name, environment, value } of GOLDEN_KEYS) {
    const text = early[name]?.value ?? value;
    const environmentId = idOf(early[name]?.environment ?? environment);
    const secret = text === null ? {} : { value: Secret.fromText(text) };
    keys.set(name, tx.put({ kind: 'key', environmentId, meta: { name }, ...secret }));
  }
  keys.set(
    'removed',
    tx.put({ kind: 'key', environmentId: null, meta: { name: 'removed' }, value: Secret.fromText('gone') }),
  );
});
vault.transact((tx) => {
  if (notes[1]) tx.audit(notes[1]);
  const change = {
    id: keys.get('replaced-value')!,
    kind: 'key',
    environmentId: idOf('dev'),
    meta: { name: 'replaced-value' },
  } as const;
  tx.put({ ...change, value: Secret.fromText('mbd_test_second') });
  tx.put(change);
});
vault.transact((tx) => {
  if (notes[2]) tx.audit(notes[2]);
  tx.put({ id: keys.get('moved')!, kind: 'key', environmentId: idOf('prod'), meta: { name: 'moved' } });
});
vault.transact((tx) => {
  if (notes[3]) tx.audit(notes[3]);
  tx.remove(keys.get('removed')!);
});
process.stdout.write(
  `${JSON.stringify(
    {
      vault_id: vault.vaultId,
      generation: vault.generation,
      recovery_code: recoveryCode.expose().toString(),
      fingerprint: vault.fingerprint(Buffer.from(GOLDEN_FINGERPRINT_OF)),
    },
    null,
    2,
  )}\n`,
);
file.close();
