import { success } from '../../../src-shared/contract/outcome.ts';
import { done, fail, type FakeCore, type Handlers, PASSPHRASE } from './core.ts';
import { fakeKey } from './data.ts';

const RECOVERY_CODE = '7KQ4M-2X9TB-HC3VN-8RWPD-J6FYZ-Q5A2E-9MKTX';

/** The vault itself, and the sandbox platform. */
export const vaultHandlers = (core: FakeCore): Handlers => ({
  'vault.status': () => success(core.status),
  'vault.create': () => {
    core.change({ vault: 'unlocked', lock_reason: null });
    return success({
      schema: 1,
      recovery_code: core.scenario.losesRecoveryCode === true ? null : RECOVERY_CODE,
    });
  },
  'vault.unlock': ({ with: how, secret }) => {
    const typed = new TextDecoder().decode(secret);
    if (how === 'keychain' || typed === (how === 'recovery' ? RECOVERY_CODE : PASSPHRASE)) {
      core.wrongTries = 0;
      core.change({ vault: 'unlocked', lock_reason: null, unlock_delay_ms: 0 });
      return done;
    }
    core.wrongTries += 1;
    core.change({ unlock_delay_ms: core.wrongTries < 3 ? 0 : 2 ** core.wrongTries * 1000 });
    if (how === 'recovery')
      return fail(
        'WRONG_PASSWORD',
        'The recovery code is not right.',
        'Check it against the copy you wrote down.',
      );
    return fail(
      'WRONG_PASSWORD',
      'The passphrase is not the one of this vault.',
      'Check Caps Lock and the keyboard layout.',
    );
  },
  'vault.lock': () => {
    core.change({ vault: 'locked', lock_reason: 'by_user' });
    return done;
  },
  'vault.changePassphrase': ({ current, current_is: is }) =>
    is === 'recovery' || new TextDecoder().decode(current) === PASSPHRASE
      ? done
      : fail('WRONG_PASSWORD', 'The passphrase is not right.', 'Check Caps Lock and the keyboard layout.'),
  'vault.renewRecoveryCode': ({ passphrase }) =>
    new TextDecoder().decode(passphrase) === PASSPHRASE
      ? success({ schema: 1, recovery_code: 'M4TJX-0QW8E-R5YNC-7KD2P-VB9SA-H3FZG-6X1MT' })
      : fail('WRONG_PASSWORD', 'The passphrase is not right.', 'Check Caps Lock and the keyboard layout.'),
  'vault.setKeychain': ({ enabled }) => {
    core.change({ keychain: enabled ? 'available' : 'off' });
    return done;
  },
  'vault.saveBackup': () =>
    success({
      schema: 1,
      saved: { path: '/home/me/Downloads/keymolt-backup-2026-03-12.db', bytes: 348_160 },
    }),
  'vault.chooseBackup': () =>
    success({
      schema: 1,
      chosen: {
        id: 'choice-1',
        path: '/media/me/backups/keymolt-backup-2026-03-01.db',
        bytes: 331_776,
        changed_at: '2026-03-01T17:42:00Z',
      },
    }),
  'vault.restoreChosen': ({ replace }) => {
    core.change({ vault: 'locked', lock_reason: 'by_user' });
    return success({
      schema: 1,
      kept: replace ? '/home/me/.local/share/keymolt/vault-replaced-20260312T093000Z.db' : null,
    });
  },
  'sandbox.start': () => {
    const sandbox = { base_url: 'http://127.0.0.1:4821', control_url: 'http://127.0.0.1:4822', pid: 4712 };
    core.change({ sandbox });
    return success({ schema: 1, ...sandbox });
  },
  'sandbox.stop': () => {
    core.change({ sandbox: null });
    return done;
  },
  'sandbox.tryIt': () => {
    core.change({
      sandbox: { base_url: 'http://127.0.0.1:4821', control_url: 'http://127.0.0.1:4822', pid: 4712 },
    });
    const key = fakeKey({ name: 'first-key', platform: 'sandbox-hosting', last_used_at: null }, core.now);
    core.add(key);
    return success({ schema: 1, key, warnings: [] });
  },
});
