import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { makeOpenCore, type TestCore } from '../support/test-core.ts';

const DAY_MS = 86_400_000;

let core: TestCore;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', { tier: 'forge' });
});
afterAll(() => core.dispose());
beforeEach(async () => {
  await control('/reset');
  for (const { name, env } of (await core.call('keys.list', {})).keys)
    await core.call('keys.forget', { key: name, env, confirm: name });
});

async function control(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await callControl(core.sandbox()!, 'POST', path, body);
  expect(answer?.status).toBeLessThan(300);
  return answer?.json as Record<string, unknown>;
}
const create = async (name: string, env = 'dev') =>
  (await core.call('keys.create', { name, env, platform: 'sandbox-hosting' })).keys[0]!;
const sync = async () =>
  (await core.call('sync.run', { platform: 'sandbox-hosting', env: 'dev' })).platforms[0]!;

describe('sync tells', () => {
  it('nothing where the vault is as the platform says', async () => {
    await create('a');
    await sync();
    expect(await sync()).toMatchObject({
      unknown: [],
      revoked_elsewhere: [],
      unused: [],
      duplicates: [],
      proposed: [],
      error: null,
    });
  });

  it('of keys that the vault does not know, and leaves them alone', async () => {
    await create('a');
    const { key_id: id } = await control('/keys', { kind: 'hosting', mode: 'test', name: 'stranger' });
    expect((await sync()).unknown).toEqual([{ key_id: id, name: 'stranger' }]);
    expect((await sync()).unknown).toHaveLength(1);
  });

  it('of keys that were revoked elsewhere, once, and marks them', async () => {
    await create('a');
    const gone = await create('gone');
    await control('/faults', { kind: 'key_status', id: gone.key_id, status: 'revoked' });
    expect((await sync()).revoked_elsewhere).toEqual(['dev/gone']);
    expect((await core.call('keys.show', { key: 'gone' })).key.status).toBe('revoked');
    expect((await sync()).revoked_elsewhere).toEqual([]);
  });

  it('nothing of a key that was revoked here', async () => {
    await create('a');
    await create('ended');
    await core.call('keys.revoke', { key: 'ended', confirm: 'ended' });
    const told = await sync();
    expect([told.error, told.revoked_elsewhere, told.unknown]).toEqual([null, [], []]);
  });

  it('that the limit lets no call through, and makes none that would be refused', async () => {
    await create('a');
    await control('/faults', { kind: 'rate_limited', retry_after: '300', path: '/', times: 1 });
    await expect(core.call('keys.test', { key: 'a' })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const calls = async (): Promise<number> => {
      const answer = await callControl(core.sandbox()!, 'GET', '/state');
      return (answer?.json as { requests: unknown[] }).requests.length;
    };
    const before = await calls();
    expect((await sync()).error).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await calls()).toBe(before);
  });

  it('that there is no such platform', async () => {
    await expect(core.call('sync.run', { platform: 'nix' })).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
    });
  });

  it('of keys that nobody used for 30 days', async () => {
    await control('/clock', { advanceMs: -31 * DAY_MS });
    await create('idle');
    await control('/clock', { advanceMs: 31 * DAY_MS });
    await create('busy');
    expect((await sync()).unused).toEqual(['dev/idle']);
    expect((await core.call('keys.list', { unused_days: 30 })).keys.map(({ name }) => name)).not.toContain(
      'busy',
    );
  });

  it('of the end of a key, where the platform tells it', async () => {
    const { definition, platform } = await core.call('platforms.show', { id: 'sandbox-hosting' });
    const list = definition.calls.list!;
    // The sandbox’s keys have no end: when they were made stands for it.
    const told = { ...list, fields: { ...list.fields, expiresAt: ['expires_at', 'created_at'] } };
    const ending = {
      ...definition,
      id: 'ending',
      baseUrl: platform.base_url,
      calls: { ...definition.calls, list: told },
    };
    await core.call('platforms.importDefinition', { definition: JSON.stringify(ending) });
    const { key, key_id: id } = await control('/keys', { kind: 'hosting', mode: 'test', name: 'ends' });
    await core.call('keys.add', {
      name: 'ends',
      platform: 'ending',
      value: Buffer.from(String(key)),
      key_id: String(id),
    });
    const { platforms } = await core.call('sync.run', { platform: 'ending' });
    expect(platforms[0]).toMatchObject({ updated: ['dev/ends'], error: null });
    expect((await core.call('keys.show', { key: 'ends' })).key.expires_at).not.toBeNull();
  });

  it('of values that are stored twice', async () => {
    const minted = await control('/keys', { kind: 'hosting', mode: 'test', name: 'twice' });
    for (const name of ['one', 'two'])
      await core.call('keys.add', {
        name,
        platform: 'sandbox-hosting',
        value: Buffer.from(String(minted['key'])),
        key_id: String(minted['key_id']),
      });
    expect((await sync()).duplicates).toEqual([['dev/one', 'dev/two']]);
  });
});
