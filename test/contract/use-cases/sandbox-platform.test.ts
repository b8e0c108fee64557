import { beforeEach, describe, expect, it } from 'vitest';
import type { TestCore } from '../../support/test-core.ts';
import { coreOfEach } from './core-of-each.ts';

let core: TestCore;
coreOfEach((opened) => (core = opened));

describe('on the sandbox platform', () => {
  beforeEach(async () => {
    await core.call('sandbox.start', {});
  });
  const create = (name: string, more: object = {}) =>
    core.call('keys.create', { name, platform: 'sandbox-hosting', ...more });

  it('creates, tests, lists limits, syncs and revokes a key for real', async () => {
    const { keys } = await create('dev-local-key');
    expect(keys[0]).toMatchObject({
      name: 'dev-local-key',
      mode: 'test',
      status: 'active',
      last_check: { outcome: 'ok' },
    });
    expect(keys[0]?.account).toBeTruthy();
    const { key } = await core.call('keys.test', { key: 'dev-local-key' });
    expect(key.last_check?.outcome).toBe('ok');
    const { platforms } = await core.call('sync.run', {});
    expect(platforms).toHaveLength(1);
    expect(platforms[0]).toMatchObject({ error: null, revoked_elsewhere: [] });
    expect((await core.call('keys.show', { key: 'dev-local-key' })).key.last_used_at).not.toBeNull();
    const revoked = await core.call('keys.revoke', { key: 'dev-local-key', confirm: 'dev-local-key' });
    expect(revoked.key.status).toBe('revoked');
    await expect(
      core.callForSecrets('secrets.prepareRun', { map: [], allow_live: false, command: 'x', cwd: '/' }),
    ).rejects.toMatchObject({ code: 'NOTHING_TO_INJECT' });
  });

  it('uses the first key to create the next, and live keys for live environments', async () => {
    await create('first');
    await create('second');
    const { keys } = await create('production-agent-key', { env: 'prod' });
    expect(keys[0]?.mode).toBe('live');
    const { entries } = await core.call('audit.list', {});
    expect(
      entries.find(({ subject, action }) => action === 'key.create' && subject === 'dev/second')?.detail,
    ).toContain('with dev/first');
  });

  it('revokes a new key at once whose mode does not fit', async () => {
    await create('production-agent-key', { env: 'prod' });
    await expect(create('wrong', { using: 'prod/production-agent-key' })).rejects.toMatchObject({
      code: 'MODE_MISMATCH',
      exit: 6,
    });
    const { platforms } = await core.call('sync.run', {});
    expect(platforms.flatMap(({ unknown }) => unknown)).toEqual([]);
  });

  it('keeps everything where the platform is gone', async () => {
    await create('dev-local-key');
    await core.call('sandbox.stop', {});
    await expect(core.call('keys.test', { key: 'dev-local-key' })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
    expect((await core.call('keys.show', { key: 'dev-local-key' })).key.status).toBe('active');
  });
});
