import { describe, expect, it } from 'vitest';
import { bytes, type TestCore } from '../../support/test-core.ts';
import { addTestKey, CANARY, coreOfEach } from './core-of-each.ts';

let core: TestCore;
coreOfEach((opened) => (core = opened));

describe('keys added by hand', () => {
  it('answers with what the contract says, and no value', async () => {
    const { key } = await addTestKey(core);
    expect(key).toMatchObject({
      name: 'dev-local-key',
      env: 'dev',
      mode: 'test',
      status: 'active',
      prefix: 'mbd_test_Can',
      var: 'MOLTBOTDEN_API_KEY',
      rotate_every_days: 90,
      days_left: 90,
    });
    expect(key.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(key)).not.toContain('CanaryCanary');
  });

  it('refuses a name twice in an environment, takes it in another, and warns of the same value', async () => {
    await addTestKey(core);
    await expect(addTestKey(core)).rejects.toMatchObject({ code: 'KEY_EXISTS', exit: 11 });
    const { warnings } = await core.call('keys.add', {
      name: 'dev-local-key',
      env: 'staging',
      platform: 'den-hosting',
      value: bytes(CANARY),
    });
    expect(warnings.join()).toContain('dev/dev-local-key');
  });

  it.each([
    ['empty', ''],
    ['only blanks', ' \u00a0\t'],
    ['a line break', 'mbd_test_\nx'],
    ['a NUL', 'mbd_test_\0x'],
  ])('refuses a value with %s', async (_what, value) => {
    await expect(addTestKey(core, 'odd', value)).rejects.toMatchObject({ code: 'BAD_VALUE' });
  });

  it('stores odd characters as they are, and says so', async () => {
    const odd = ` ${CANARY}"é🦞 `;
    const { warnings } = await addTestKey(core, 'odd', odd);
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.join()).not.toContain('Canary');
    const { secrets } = await core.callForSecrets('secrets.read', { reference: 'molt://dev/odd' });
    expect(secrets['value']).toBe(odd);
  });

  it('takes another value by edit, counts the days anew, and forgets what it knew of the old one', async () => {
    const { key: before } = await addTestKey(core);
    await core.call('keys.edit', { key: 'dev-local-key', key_id: 'key_1', metadata: { owner: 'me' } });
    const { key } = await core.call('keys.edit', {
      key: 'dev-local-key',
      value: bytes('mbd_test_OtherOtherOtherOtherOtherOther12'),
    });
    expect(key).toMatchObject({ owner: 'me', key_id: null });
    expect(key.fingerprint).not.toBe(before.fingerprint);
    expect(key.rotated_at).not.toBeNull();
  });

  it('goes only when its name is typed', async () => {
    await addTestKey(core);
    await expect(core.call('keys.forget', { key: 'dev-local-key', confirm: 'other' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const { warnings } = await core.call('keys.forget', { key: 'dev-local-key', confirm: 'dev-local-key' });
    expect(warnings.join()).toContain('not revoked');
    await expect(core.call('keys.show', { key: 'dev-local-key' })).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
      exit: 10,
    });
  });
});
