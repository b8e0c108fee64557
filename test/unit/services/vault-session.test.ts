import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyStore } from '../../../src-main/keystore/ports.ts';
import { silentLog } from '../../../src-main/log/json-log.ts';
import { type LockReason, VaultSession } from '../../../src-main/services/vault/vault-session.ts';
import { createMemoryVaultStore } from '../../../src-main/store/memory-vault-store.ts';
import { KDF_FLOOR } from '../../../src-main/vault/crypto/kdf.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import { openVaultFile } from '../../../src-main/vault/vault.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { memoryKeychain } from '../../support/test-core.ts';

const IDLE_MS = 600_000;
const AGE_MS = 43_200_000;
const passphrase = (): Secret => Secret.fromText('a passphrase');

let wall = 0;
let running = 0;
let reasons: LockReason[] = [];

function makeSession(keyStore: KeyStore = memoryKeychain(), store = createMemoryVaultStore()): VaultSession {
  const file = openVaultFile({ store, now: () => wall, randomBytes, kdf: KDF_FLOOR });
  return new VaultSession({
    file,
    keyStore,
    log: silentLog,
    randomBytes,
    now: () => wall,
    monotonicNow: () => running,
    sleep: () => Promise.resolve(),
    idleMs: IDLE_MS,
    maxAgeMs: AGE_MS,
    onChange: (reason) => {
      if (reason !== undefined) reasons.push(reason);
    },
  });
}

/** Time passes while the machine runs, timers included. */
function pass(ms: number): void {
  // In steps no longer than the session's own look-out, so that its timers see each of them.
  for (let left = ms; left > 0; left -= 10_000) {
    const step = Math.min(left, 10_000);
    wall += step;
    running += step;
    vi.advanceTimersByTime(step);
  }
}

let session: VaultSession;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  wall = Date.parse('2026-11-21T03:00:00Z');
  running = 1000;
  reasons = [];
  session = makeSession();
  await session.create(passphrase());
});
afterEach(() => {
  vi.useRealTimers();
});

describe('auto-lock', () => {
  it('comes after the idle time, not before, and use puts it off', () => {
    pass(IDLE_MS - 20_000);
    session.touch();
    pass(IDLE_MS - 20_000);
    expect(session.file.state).toBe('unlocked');
    pass(40_000);
    expect(session.file.state).toBe('locked');
    expect(session.lockReason).toBe('idle');
    expect(reasons).toEqual(['idle']);
  });

  it('comes after the longest age, however busy', () => {
    for (let passed = 0; passed < AGE_MS; passed += 300_000) {
      session.touch();
      pass(300_000);
    }
    expect(session.lockReason).toBe('max_age');
  });

  it('goes by --for where it was given, idle or not', async () => {
    session.lock('by_user');
    await session.unlock('passphrase', passphrase(), 3_600_000);
    pass(IDLE_MS * 2);
    expect(session.file.state).toBe('unlocked');
    expect(session.locksAt).toBe(Date.parse('2026-11-21T04:00:00Z'));
    pass(3_600_000);
    expect(session.lockReason).toBe('max_age');
  });

  it('comes when the machine slept, before anything is served', () => {
    wall += 3 * 86_400_000;
    running += 5;
    expect(() => session.require()).toThrow(expect.objectContaining({ code: 'VAULT_LOCKED' }) as Error);
    expect(session.lockReason).toBe('suspend');
  });

  it('is not put off by a clock that was set back', () => {
    pass(300_000);
    wall -= 86_400_000;
    session.require();
    pass(IDLE_MS - 200_000);
    expect(session.lockReason).toBe('idle');
  });

  it.each(['suspend', 'screen_lock', 'by_user', 'hand_over'] as const)('tells why: %s', (reason) => {
    session.lock(reason);
    expect(session.lockReason).toBe(reason);
    session.lock('idle');
    expect(session.lockReason).toBe(reason);
  });
});

describe('keychain', () => {
  const anchors = (entries: ReadonlyMap<string, Buffer>): string[] =>
    [...entries].filter(([name]) => name.endsWith('/generation')).map(([, value]) => value.toString());

  it('remembers the generation outside the file, and sees an older one put back', async () => {
    const entries = new Map<string, Buffer>();
    const keychain = memoryKeychain(entries);
    const store = createMemoryVaultStore();
    const first = makeSession(keychain, store);
    await first.start();
    await first.create(passphrase());
    first.lock('by_user');
    await first.unlock('passphrase', passphrase(), undefined);
    first.require().transact((tx) => tx.audit({ actor: 't', action: 'x', subject: 's', detail: '' }));
    const { generation } = first.require();
    await first.close('by_user');
    expect(anchors(entries)).toEqual([String(generation)]);
    // Somebody remembers a later state than the file has: the file is older than it was.
    entries.set(
      [...entries.keys()].find((name) => name.endsWith('/generation'))!,
      Buffer.from(String(generation + 1)),
    );
    const later = makeSession(keychain, store);
    await later.start();
    await later.unlock('passphrase', passphrase(), undefined);
    expect(later.require().tamperFindings).not.toEqual([]);
    expect(() =>
      later.require().transact((tx) => tx.audit({ actor: 't', action: 'x', subject: 's', detail: '' })),
    ).toThrow(expect.objectContaining({ code: 'VAULT_TAMPERED' }) as Error);
    // The evidence stays until somebody looked at it.
    await later.close('by_user');
    expect(anchors(entries)).toEqual([String(generation + 1)]);
  });

  it('that is not there costs nothing but itself', async () => {
    const unavailable = (): Promise<never> =>
      Promise.reject(new AppError('KEYCHAIN_UNAVAILABLE', 'none here'));
    const none: KeyStore = {
      description: 'none',
      probe: () => Promise.resolve({ available: false, detail: 'none here' }),
      find: unavailable,
      set: unavailable,
      remove: unavailable,
    };
    const plain = makeSession(none);
    await plain.start();
    await plain.create(passphrase());
    plain.lock('by_user');
    await plain.unlock('passphrase', passphrase(), undefined);
    expect(plain.keychain).toEqual({ state: 'unavailable', detail: 'none here' });
    await expect(plain.setKeychain(true)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
    expect(plain.file.hasKeychainSlot).toBe(false);
    await plain.close('by_user');
  });

  it('that forgets what it took gets no slot', async () => {
    const forgetful: KeyStore = { ...memoryKeychain(), find: () => Promise.resolve(undefined) };
    const plain = makeSession(forgetful);
    await plain.create(passphrase());
    await expect(plain.setKeychain(true)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' });
    expect(plain.file.hasKeychainSlot).toBe(false);
  });

  it('checks the proof also while the vault is open: unlock grants access', async () => {
    await expect(
      session.unlock('passphrase', Secret.fromText('not it, no'), undefined),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    expect(session.file.state).toBe('unlocked');
  });
});
