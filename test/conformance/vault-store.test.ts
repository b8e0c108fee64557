import { describe } from 'vitest';
import { createMemoryDisk, createMemoryVaultStore } from '../../src-main/store/memory-vault-store.ts';
import { sqliteBench } from './sqlite-bench.ts';
import { vaultStoreSuite } from './vault-store-suite.ts';

describe('memory', () => {
  vaultStoreSuite(() => {
    const disk = createMemoryDisk();
    return {
      create: () => createMemoryVaultStore(disk),
      pathOf: (name) => name,
      writeJunk: (path) => disk.files.set(path, 'not a vault'),
      empty: () => disk.files.delete('vault.db'),
    };
  });
});

describe('SQLite', () => {
  vaultStoreSuite(sqliteBench);
});
