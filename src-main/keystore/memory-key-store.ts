import type { KeyStore } from './ports.ts';

/** A keychain that ends with the process, for tests. */
export function createMemoryKeyStore(): KeyStore {
  const stored = new Map<string, Buffer>();
  return {
    description: 'memory of this process',
    probe: () => Promise.resolve({ available: true, detail: 'memory of this process' }),
    find: (account) => {
      const value = stored.get(account);
      return Promise.resolve(value && Buffer.from(value));
    },
    set: (account, value) => {
      stored.set(account, Buffer.from(value));
      return Promise.resolve();
    },
    remove: (account) => {
      stored.delete(account);
      return Promise.resolve();
    },
  };
}
