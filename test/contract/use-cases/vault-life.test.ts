import { writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { bytes, makeTestCore, PASSPHRASE, type TestCore } from '../../support/test-core.ts';
import { addTestKey, coreOfEach } from './core-of-each.ts';

let core: TestCore;
coreOfEach((opened) => (core = opened));

describe('the life of a vault', () => {
  it('locks, refuses, and opens again with everything there', async () => {
    await addTestKey(core);
    await core.call('vault.lock', {});
    await expect(core.call('keys.list', {})).rejects.toMatchObject({ code: 'VAULT_LOCKED', exit: 3 });
    const { vault, lock_reason: reason } = await core.call('vault.status', {});
    expect({ vault, reason }).toEqual({ vault: 'locked', reason: 'by_user' });
    await expect(
      core.call('vault.unlock', { with: 'passphrase', secret: bytes('wrong one') }),
    ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    const { keys } = await core.call('keys.list', {});
    expect(keys.map(({ name }) => name)).toEqual(['dev-local-key']);
  });

  it('makes a new recovery code for who knows the passphrase; the one before is void, and the log says so', async () => {
    const other = makeTestCore();
    try {
      const { recovery_code: old } = await other.call(
        'vault.create',
        { passphrase: bytes(PASSPHRASE) },
        { face: 'window' },
      );
      await expect(
        other.call('vault.renewRecoveryCode', { passphrase: bytes('not this one') }),
      ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
      const { outcome, attachments } = await other.ask('vault.renewRecoveryCode', {
        passphrase: bytes(PASSPHRASE),
      });
      const toSocket = attachments.get('recovery_code')?.expose().toString('utf8') ?? '';
      expect(JSON.stringify(outcome)).not.toContain(toSocket.slice(0, 11));
      const { recovery_code: toWindow } = await other.call(
        'vault.renewRecoveryCode',
        { passphrase: bytes(PASSPHRASE) },
        { face: 'window' },
      );
      expect(new Set([old, toSocket, toWindow]).size).toBe(3);
      await other.call('vault.lock', {});
      await expect(
        other.call('vault.renewRecoveryCode', { passphrase: bytes(PASSPHRASE) }),
      ).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
      for (const code of [old, toSocket])
        await expect(
          other.call('vault.unlock', { with: 'recovery', secret: bytes(code ?? '') }),
        ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
      await other.call('vault.unlock', { with: 'recovery', secret: bytes(toWindow ?? '') });
      const { entries } = await other.call('audit.list', { limit: 20 });
      expect(entries.filter(({ action }) => action === 'vault.recovery_code')).toHaveLength(2);
      expect(JSON.stringify([entries, other.logged])).not.toContain((toWindow ?? '').slice(0, 11));
    } finally {
      await other.dispose();
    }
  });

  it('hands over a new recovery code also where the log takes no entry: the one before is void by then', async () => {
    const other = makeTestCore();
    try {
      await other.call('vault.create', { passphrase: bytes(PASSPHRASE) });
      const full = vi.spyOn(other.core.vault.require(), 'transact').mockImplementation(() => {
        throw new AppError('DISK_FULL', 'The disk is full.');
      });
      const { recovery_code: code } = await other.call(
        'vault.renewRecoveryCode',
        { passphrase: bytes(PASSPHRASE) },
        { face: 'window' },
      );
      expect(full).toHaveBeenCalled();
      full.mockRestore();
      await other.call('vault.lock', {});
      await other.call('vault.unlock', { with: 'recovery', secret: bytes(code ?? '') });
    } finally {
      await other.dispose();
    }
  });

  it('opens with the recovery code, after which the passphrase can be set anew', async () => {
    const other = makeTestCore();
    try {
      const { recovery_code: code } = await other.call(
        'vault.create',
        { passphrase: bytes('forgotten soon') },
        { face: 'window' },
      );
      await expect(
        other.call('vault.create', { passphrase: bytes('another passphrase') }),
      ).rejects.toMatchObject({ code: 'VAULT_EXISTS' });
      await other.call('vault.lock', {});
      await expect(
        other.call('vault.unlock', { with: 'recovery', secret: bytes(PASSPHRASE) }),
      ).rejects.toMatchObject({ code: 'WRONG_PASSWORD' });
      const { warnings } = await other.call('vault.unlock', { with: 'recovery', secret: bytes(code ?? '') });
      expect(warnings.join()).toContain('keymolt passwd');
      await other.call('vault.changePassphrase', {
        current: bytes(code ?? ''),
        current_is: 'recovery',
        next: bytes(PASSPHRASE),
      });
      await other.call('vault.lock', {});
      await other.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    } finally {
      await other.dispose();
    }
  });

  it('opens with the keychain slot once it is on', async () => {
    await core.call('vault.setKeychain', { enabled: true });
    await core.call('vault.lock', {});
    await core.call('vault.unlock', { with: 'keychain' });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    await core.call('vault.setKeychain', { enabled: false });
    await core.call('vault.lock', {});
    await expect(core.call('vault.unlock', { with: 'keychain' })).rejects.toMatchObject({
      code: 'KEYCHAIN_SLOT_MISSING',
    });
  });
});

describe('backup and restore', () => {
  it('puts an older state back only when asked to, keeps what it replaces, and is no tampering', async () => {
    await addTestKey(core, 'before');
    const backup = `${core.paths.home}/backup.db`;
    await core.call('vault.backup', { path: backup });
    await addTestKey(core, 'after', 'mbd_test_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB');
    await expect(core.call('vault.restore', { path: backup, replace: false })).rejects.toMatchObject({
      code: 'VAULT_EXISTS',
    });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    await expect(core.call('vault.backup', { path: backup })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    // What cannot be put back locks nobody out either.
    writeFileSync(`${core.paths.home}/junk`, 'junk');
    for (const [path, code] of [
      [`${core.paths.home}/absent`, 'FILE_NOT_FOUND'],
      [`${core.paths.home}/junk`, 'BAD_FILE'],
    ] as const)
      await expect(core.call('vault.restore', { path, replace: true })).rejects.toMatchObject({ code });
    expect((await core.call('vault.status', {})).vault).toBe('unlocked');
    expect((await core.call('keys.list', {})).keys).toHaveLength(2);
    const { kept } = await core.call('vault.restore', { path: backup, replace: true });
    expect(kept).not.toBeNull();
    await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) });
    const { keys } = await core.call('keys.list', {});
    expect(keys.map(({ name }) => name)).toEqual(['before']);
    expect((await core.call('vault.status', {})).tampered).toBe(false);
  });
});
