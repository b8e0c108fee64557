import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { makeOpenCore, type TestCore } from '../support/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', { tier: 'forge' });
});
afterAll(async () => {
  expect(core.logged.join('\n')).not.toMatch(/mbd_(test|live)_[A-Za-z0-9]{8}/);
  await core.dispose();
});
beforeEach(async () => {
  await control('POST', '/reset');
  for (const { name, env } of (await core.call('keys.list', {})).keys)
    await core.call('keys.forget', { key: name, env, confirm: name });
});

async function control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
  const answer = await callControl(core.sandbox()!, method, path, body);
  expect(answer?.status).toBeLessThan(300);
  return answer?.json;
}
const fault = (body: object): Promise<unknown> => control('POST', '/faults', body);
interface State {
  keys: { key_id: string; name: string; status: string }[];
  requests: { method: string; path: string; status: number; by: string | null }[];
}
const state = (): Promise<State> => control('GET', '/state') as Promise<State>;
const create = (count: number, more: object = {}) =>
  core.call('keys.create', { name: 'w', env: 'dev', platform: 'sandbox-hosting', count, ...more });
const activeOnPlatform = async (): Promise<string[]> =>
  (await state()).keys.filter(({ status }) => status === 'active').map(({ name }) => name);

describe('a batch of keys', () => {
  it('is numbered with as many digits as the last number has, and stored', async () => {
    const { keys, failed } = await create(12);
    expect(failed).toEqual([]);
    expect(keys.map(({ name }) => name)).toEqual(
      Array.from({ length: 12 }, (_, index) => `w-${String(index + 1).padStart(2, '0')}`),
    );
    expect(new Set(keys.map(({ fingerprint }) => fingerprint)).size).toBe(12);
    expect(await activeOnPlatform()).toEqual(keys.map(({ name }) => name));
  });

  it('goes on where it was interrupted, and has nothing to do the third time', async () => {
    await create(3);
    await core.call('keys.forget', { key: 'w-2', env: 'dev', confirm: 'w-2' });
    const second = await create(3);
    expect([second.keys.length, second.failed]).toEqual([3, []]);
    expect((await create(3)).keys).toEqual(second.keys);
    const created = (await state()).requests.filter(({ method }) => method === 'POST');
    expect(created.filter(({ path }) => path.endsWith('/api-keys'))).toHaveLength(4);
  });

  it('takes no name of a revoked key, and makes none before it has looked', async () => {
    await create(2);
    await core.call('keys.revoke', { key: 'w-2', env: 'dev', confirm: 'w-2' });
    await expect(create(2)).rejects.toMatchObject({ code: 'KEY_EXISTS' });
  });

  it('leaves the others when one fails, and names it', async () => {
    await create(1, { name: 'first', count: undefined });
    await fault({ kind: 'status', status: 422, method: 'POST', path: '/v1/hosting/api-keys', skip: 1 });
    const { keys, failed } = await create(3);
    expect(keys.map(({ name }) => name)).toEqual(['w-1', 'w-3']);
    expect(failed).toMatchObject([{ name: 'w-2', code: 'PLATFORM_ANSWER' }]);
  });

  it('stops when the asking key is refused, and says of the rest that they were not tried', async () => {
    await create(1, { name: 'first', count: undefined });
    await fault({
      kind: 'status',
      status: 401,
      method: 'POST',
      path: '/v1/hosting/api-keys',
      skip: 1,
      times: 0,
    });
    const { keys, failed } = await create(4);
    await control('DELETE', '/faults');
    expect(keys).toHaveLength(1);
    expect(failed.map(({ name, code }) => [name, code])).toEqual([
      ['w-2', 'KEY_REJECTED'],
      ['w-3', 'KEY_REJECTED'],
      ['w-4', 'KEY_REJECTED'],
    ]);
  });

  it('waits as long as a 429 asks, and then goes on', async () => {
    await create(1, { name: 'first', count: undefined });
    await fault({
      kind: 'rate_limited',
      retry_after: '1',
      method: 'POST',
      path: '/v1/hosting/api-keys',
      skip: 1,
    });
    const { keys, failed } = await create(3);
    expect([keys.length, failed]).toEqual([3, []]);
  });

  it('ends at once where the limit lets nothing through for an hour, and keeps what it has', async () => {
    await create(1, { name: 'first', count: undefined });
    await fault({
      kind: 'rate_limited',
      retry_after: '3600',
      method: 'POST',
      path: '/v1/hosting/api-keys',
      skip: 1,
    });
    const { keys, failed } = await create(3);
    expect(keys.map(({ name }) => name)).toEqual(['w-1']);
    expect(failed.map(({ code }) => code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('can be cancelled, tells how far it is, and is finished by the same command', async () => {
    await fault({ kind: 'latency', ms: 20, times: 0 });
    const running = create(6, { operation_id: 'batch' });
    let progress = null;
    while (progress === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      ({ progress } = await core.call('operations.progress', { operation_id: 'batch' }));
    }
    expect(progress).toMatchObject({ total: 6 });
    await core.call('operations.cancel', { operation_id: 'batch' });
    const { keys, failed } = await running;
    await control('DELETE', '/faults');
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.length).toBeLessThan(6);
    expect(failed.every(({ code }) => code === 'CANCELLED')).toBe(true);
    expect((await create(6)).keys).toHaveLength(6);
    expect((await core.call('operations.progress', { operation_id: 'batch' })).progress).toBeNull();
  });
});

describe('a create without an answer', () => {
  const lose = (more: object = {}): Promise<unknown> =>
    fault({ kind: 'lost_response', method: 'POST', path: '/v1/hosting/api-keys', ...more });
  const one = (name: string) =>
    core
      .call('keys.create', { name, env: 'dev', platform: 'sandbox-hosting' })
      .catch((error: unknown) => error);

  it('leaves a key that is in the vault as lost, until it is replaced or ended', async () => {
    await create(1, { name: 'first', count: undefined });
    await lose();
    const { failed } = await create(2);
    const orphan = (await state()).keys.find(({ name }) => name === 'w-1')!;
    expect(failed).toMatchObject([{ name: 'w-1', code: 'NETWORK' }]);
    expect(failed[0]!.hint).toContain(orphan.key_id);
    expect((await core.call('keys.show', { key: 'dev/w-1' })).key).toMatchObject({
      status: 'lost',
      key_id: orphan.key_id,
    });
    // The same command again says so once more, and makes no other of that name.
    expect((await create(2)).failed).toMatchObject([{ name: 'w-1', code: 'KEY_EXISTS' }]);
    const { rotation } = await core.call('rotations.start', {
      key: 'dev/w-1',
      lost: true,
      no_deploy_check: true,
    });
    expect(rotation.state).toBe('done');
    expect((await state()).keys.find(({ key_id: id }) => id === orphan.key_id)!.status).toBe('revoked');
    expect((await create(2)).failed).toEqual([]);

    await lose();
    await one('other');
    const { key } = await core.call('keys.revoke', { key: 'dev/other', confirm: 'other' });
    expect(key.status).toBe('revoked');
    expect(await activeOnPlatform()).toHaveLength(3);
  });

  it('leaves nothing where nothing was made', async () => {
    await create(1, { name: 'first', count: undefined });
    await lose({ after_effect: false });
    expect(await one('never')).toMatchObject({ code: 'NETWORK' });
    expect((await core.call('keys.list', { env: 'dev' })).keys.map(({ name }) => name)).toEqual(['first']);
  });

  it('touches no key that may be somebody else’s: of several none is taken', async () => {
    await create(1, { name: 'first', count: undefined });
    await control('POST', '/keys', { kind: 'hosting', mode: 'test', name: 'same' });
    // The answer hangs; meanwhile another machine asks for the same name.
    await fault({ kind: 'stall', bytes: 0, method: 'POST' });
    const creating = core.call('keys.create', {
      name: 'same',
      env: 'dev',
      platform: 'sandbox-hosting',
      operation_id: 'same',
    });
    const ofThatName = async () => (await state()).keys.filter(({ name }) => name === 'same').length;
    while ((await ofThatName()) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await control('POST', '/keys', { kind: 'hosting', mode: 'test', name: 'same' });
    await core.call('operations.cancel', { operation_id: 'same' });
    await expect(creating).rejects.toMatchObject({ code: 'CANCELLED' });
    const noted = async () =>
      (await core.call('audit.list', { limit: 5 })).entries.some(({ detail }) =>
        detail.startsWith('made without'),
      );
    while (!(await noted())) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await activeOnPlatform()).filter((name) => name === 'same')).toHaveLength(3);
    expect((await core.call('keys.list', { env: 'dev' })).keys.map(({ name }) => name)).toEqual(['first']);
  });

  it('is found where its value did not come', async () => {
    await create(1, { name: 'first', count: undefined });
    await fault({ kind: 'omit_field', field: 'key', method: 'POST' });
    expect(await one('valueless')).toMatchObject({ code: 'PLATFORM_ANSWER' });
    expect((await core.call('keys.show', { key: 'dev/valueless' })).key.status).toBe('lost');
  });
});

describe('revoking many', () => {
  const revokeAll = (env = 'dev') => core.call('keys.revokeAll', { env, confirm: env });

  it('ends all of an environment and no other, each refused when asked again', async () => {
    await create(5);
    await core.call('keys.create', { name: 'stays', env: 'staging', platform: 'sandbox-hosting' });
    const { revoked, alive } = await revokeAll();
    expect([revoked.length, alive]).toEqual([5, []]);
    expect(await activeOnPlatform()).toEqual(['stays']);
    const { keys } = await core.call('keys.list', { env: 'dev' });
    expect(
      keys.every(
        ({ status, last_check: check }) => status === 'revoked' && check?.outcome === 'KEY_REJECTED',
      ),
    ).toBe(true);
    expect(await revokeAll()).toEqual({ schema: 1, revoked: [], alive: [] });
  });

  it('leaves out what was not named, and asks with that', async () => {
    await create(3);
    const before = (await state()).keys;
    const { revoked } = await core.call('keys.revokeMany', { keys: ['dev/w-1', 'dev/w-2'], confirm: '2' });
    expect(revoked).toEqual(['dev/w-1', 'dev/w-2']);
    expect(await activeOnPlatform()).toEqual(['w-3']);
    const deletes = (await state()).requests.filter(({ method }) => method === 'DELETE');
    const asker = before.find(({ name }) => name === 'w-3')!.key_id;
    expect(deletes.map(({ by }) => by)).toEqual([asker, asker]);
  });

  it('touches nothing without the right number, or with a name that is not there', async () => {
    await create(2);
    await expect(core.call('keys.revokeMany', { keys: ['w-1', 'w-2'], confirm: '3' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(core.call('keys.revokeMany', { keys: ['w-1', 'w-9'], confirm: '2' })).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
    expect(await activeOnPlatform()).toHaveLength(2);
  });

  it('counts a revocation whose answer was lost, once the key is refused', async () => {
    await create(2);
    await fault({ kind: 'lost_response', method: 'DELETE', path: '/v1/hosting/api-keys', times: 2 });
    expect((await revokeAll()).alive).toEqual([]);
    expect(await activeOnPlatform()).toEqual([]);
  });

  it('tells which are still alive, and why; the rest are gone', async () => {
    await create(3);
    const { keys } = await core.call('keys.list', { env: 'dev' });
    await core.call('keys.edit', { key: keys[1]!.name, key_id: null });
    const { revoked, alive } = await revokeAll();
    expect(revoked).toHaveLength(2);
    expect(alive).toMatchObject([
      { key: `dev/${keys[1]!.name}`, why: expect.stringMatching(/^KEY_ID_UNKNOWN: /) as unknown },
    ]);
  });

  it('lets a key ask for its own end when the asking one was revoked elsewhere', async () => {
    await create(3);
    const asker = (await state()).keys.find(({ name }) => name === 'w-3')!;
    await control('POST', '/faults', { kind: 'key_status', id: asker.key_id, status: 'disabled' });
    const { revoked, alive } = await core.call('keys.revokeMany', { keys: ['w-1', 'w-2'], confirm: '2' });
    expect([revoked.length, alive]).toEqual([2, []]);
  });
});
