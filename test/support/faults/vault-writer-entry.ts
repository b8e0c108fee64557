/**
 * A process that writes to a vault and says so after each write, to be killed, starved and unplugged by test/faults.
 * `vault-writer-entry.ts FOLDER create|write|hold|restore [retry]`
 */
import { writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSqliteVaultStore } from '../../../src-main/store/sqlite-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import type { OpenVault, VaultFile } from '../../../src-main/vault/ports.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { applyStep, STEPS } from './vault-steps.ts';

const [folder = '', mode = 'write', option] = process.argv.slice(2);
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : `BUG ${String(error)}`);

/** One step; after a failure everything that was acknowledged must still be readable in this very process. */
function attempt(vault: OpenVault, step: number): boolean {
  try {
    applyStep(vault, step);
    say(`ack ${step + 1}`);
    return true;
  } catch (error) {
    say(`fail ${step} ${codeOf(error)}`);
    for (const { id, hasValue } of vault.records('key')) if (hasValue) vault.openValue(id).wipe();
    return false;
  }
}

async function run(): Promise<void> {
  let file: VaultFile;
  try {
    file = openVaultFile({
      store: createSqliteVaultStore({ path: join(folder, 'vault.db') }),
      now: Date.now,
      randomBytes,
      kdf: KDF_FLOOR,
    });
  } catch (error) {
    say(`refused ${codeOf(error)}`);
    return;
  }
  try {
    if (mode === 'create') {
      await file.create(Secret.fromText('correct horse battery staple'));
      say('ack 0');
    } else if (mode === 'restore') {
      await file.restore(join(folder, 'backup.db'), true);
      say('ack 1');
    } else {
      const vault = await file.unlock({ with: 'keychain', secret: Secret.adopt(Buffer.alloc(32, 0x5a)) });
      say('ready');
      if (mode === 'hold') await new Promise((resolve) => process.stdin.once('data', resolve));
      for (let step = 0; step < STEPS && mode === 'write'; step += 1) {
        if (!attempt(vault, step) && !(option === 'retry' && attempt(vault, step))) break;
      }
    }
  } catch (error) {
    say(`refused ${codeOf(error)}`);
  }
  try {
    file.close();
    say('closed');
  } catch (error) {
    say(`refused ${codeOf(error)}`);
  }
}

await run();
process.exit(0);
