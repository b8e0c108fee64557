import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSqliteVaultStore } from '../../src-main/store/sqlite-vault-store.ts';
import type { StoreBench } from './vault-store-suite.ts';

export function sqliteBench(): StoreBench {
  const folder = mkdtempSync(join(tmpdir(), 'keymolt-store-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'vault.db');
  return {
    create: () => createSqliteVaultStore({ path }),
    pathOf: (name) => join(folder, `${name}.db`),
    writeJunk: (junk) => {
      writeFileSync(junk, 'This is not a vault. '.repeat(100));
    },
    empty: () => {
      rmSync(path);
    },
  };
}
