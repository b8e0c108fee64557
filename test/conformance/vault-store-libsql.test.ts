import { vi } from 'vitest';
import { sqliteBench } from './sqlite-bench.ts';
import { vaultStoreSuite } from './vault-store-suite.ts';

// The library that takes better-sqlite3's place in the Electron test build: the adapter must not notice.
vi.mock('better-sqlite3', () => import('libsql'));

vaultStoreSuite(sqliteBench);
