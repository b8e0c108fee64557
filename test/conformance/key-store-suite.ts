import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { KeyStore } from '../../src-main/keystore/ports.ts';

/** What every key store does; run over each adapter. */
export function keyStoreSuite(create: () => KeyStore): void {
  const account = (): string => `test/${randomBytes(8).toString('hex')}`;

  test('a round trip works, and leaves nothing', async () => {
    const store = create();
    expect(await store.probe()).toEqual({ available: true, detail: store.description });
  });

  test('returns the bytes that were stored, whatever they are', async () => {
    const store = create();
    const name = account();
    const value = Buffer.from([0, 255, 10, 13, 0, 128, 61, ...randomBytes(25)]);
    await store.set(name, value);
    expect(await store.find(name)).toEqual(value);
    await store.remove(name);
  });

  test('has nothing under an unused account', async () => {
    expect(await create().find(account())).toBeUndefined();
  });

  test('a second value replaces the first', async () => {
    const store = create();
    const name = account();
    await store.set(name, Buffer.from('first'));
    await store.set(name, Buffer.from('second'));
    expect((await store.find(name))?.toString()).toBe('second');
    await store.remove(name);
  });

  test('a removed value is gone, and removing it again is no error', async () => {
    const store = create();
    const name = account();
    await store.set(name, Buffer.from('value'));
    await store.remove(name);
    await store.remove(name);
    expect(await store.find(name)).toBeUndefined();
  });

  test('accounts are kept apart', async () => {
    const store = create();
    const [one, other] = [account(), account()];
    await store.set(one, Buffer.from('1'));
    await store.set(other, Buffer.from('2'));
    expect((await store.find(one))?.toString()).toBe('1');
    await store.remove(one);
    expect((await store.find(other))?.toString()).toBe('2');
    await store.remove(other);
  });
}
