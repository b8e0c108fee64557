/** Opens a vault, uses it, locks it, then waits to be looked into. Run by test/unit/vault/memory-residue.test.ts. */
import { createMemoryVaultStore } from '../../../src-main/store/memory-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import { derivedBytes, derivedLetters } from './derived-bytes.ts';

let draws = 0;
const randomBytes = (size: number): Buffer => {
  draws += 1;
  return derivedBytes(`draw ${draws}`, size);
};

const file = openVaultFile({ store: createMemoryVaultStore(), now: Date.now, randomBytes, kdf: KDF_FLOOR });
const passphrase = Secret.adopt(derivedLetters('passphrase', 24));
await file.create(passphrase);
const vault = file.opened!;
const ids = Array.from({ length: 8 }, (_, n) => {
  const value = Secret.adopt(derivedBytes(`value ${n}`, 24));
  const id = vault.transact((tx) => tx.put({ kind: 'key', environmentId: null, meta: { n }, value }));
  value.wipe();
  return id;
});
const kept = ids.map((id) => vault.openValue(id));
await new Promise<void>((resolve) => {
  process.stdout.write('open\n');
  process.stdin.once('data', () => {
    resolve();
  });
});
for (const value of kept) value.wipe();
passphrase.wipe();
file.lock();
process.stdout.write('wiped\n');
process.stdin.resume();
