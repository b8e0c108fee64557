import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryKeyStore } from '../../src-main/keystore/memory-key-store.ts';
import { createOsKeyStore } from '../../src-main/keystore/os-key-store.ts';
import { type RunningKeyring, startKeyring } from '../support/homes/keyring.ts';
import { keyStoreSuite } from './key-store-suite.ts';

describe('memory', () => {
  keyStoreSuite(createMemoryKeyStore);
});

describe('Secret Service of a real GNOME Keyring', () => {
  let keyring: RunningKeyring;
  beforeAll(async () => {
    keyring = await startKeyring({ unlocked: true });
  });
  afterAll(() => keyring.stop());

  keyStoreSuite(() => createOsKeyStore({ env: keyring.env }));

  test('row 18: a plain file is not taken for a keychain', async () => {
    const env = { ...keyring.env, SECRET_BACKEND: 'file', SECRET_FILE_TEST_PASSWORD: 'x' };
    const store = createOsKeyStore({
      env: { ...env, SECRET_FILE_TEST_PATH: join(keyring.home, 'file.keyring') },
    });
    await store.set('where', Buffer.from('value'));
    expect((await createOsKeyStore({ env: keyring.env }).find('where'))?.toString()).toBe('value');
  });
});

describe('row 17: a keychain that does not do its part', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keymolt-keychain-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
  const storeOf = (source: string) => {
    const modulePath = join(folder, `${Math.random()}.cjs`);
    writeFileSync(modulePath, source);
    return createOsKeyStore({ env, modulePath, timeoutMs: 500 });
  };

  test('absent: no session bus', async () => {
    const without = { ...process.env, DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: undefined };
    const store = createOsKeyStore({ env: without });
    expect(await store.probe()).toEqual({
      available: false,
      detail: 'The keychain cannot be used: this session has no D-Bus, so there is no Secret Service.',
    });
    await expect(store.find('a')).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
  });

  test('absent: a bus without a keyring', async () => {
    const store = createOsKeyStore({ env });
    expect((await store.probe()).available).toBe(false);
    await expect(store.set('a', Buffer.from('v'))).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
  });

  test('locked, with nobody to unlock it', async () => {
    const keyring = await startKeyring({ unlocked: false });
    try {
      const store = createOsKeyStore({ env: keyring.env });
      await expect(store.set('a', Buffer.from('v'))).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
    } finally {
      await keyring.stop();
    }
  });

  test('hanging, in a thread or in a promise: the call ends, and the loop ran on meanwhile', async () => {
    for (const hang of [
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
      'new Promise(() => setInterval(() => {}, 1e6))',
    ]) {
      const store = storeOf(`exports.getPassword = () => ${hang};`);
      let ticks = 0;
      const timer = setInterval(() => (ticks += 1), 20);
      await expect(store.find('a')).rejects.toMatchObject({
        code: 'KEYCHAIN_UNAVAILABLE',
        message: 'The keychain cannot be used: it did not answer within 0.5 s (it may be locked).',
      });
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(3);
    }
  });

  test('a call after a hanging one is not held up by it', async () => {
    const source = `exports.getPassword = (service, account) => account === 'hang' ? new Promise(() => setInterval(() => {}, 1e6)) : Buffer.from('ok').toString('base64');`;
    const store = storeOf(source);
    const hanging = store.find('hang').catch((error: unknown) => error);
    expect((await store.find('other'))?.toString()).toBe('ok');
    expect(await hanging).toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
  });

  test('returning another value than was stored', async () => {
    const store = storeOf(
      `exports.setPassword = async () => {}; exports.getPassword = async () => 'AAAA'; exports.deletePassword = async () => true;`,
    );
    expect(await store.probe()).toEqual({
      available: false,
      detail: 'The keychain cannot be used: it answered something else than was stored.',
    });
  });

  test('crashing', async () => {
    await expect(storeOf(`process.abort();`).find('a')).rejects.toMatchObject({
      code: 'KEYCHAIN_UNAVAILABLE',
    });
  });
});
