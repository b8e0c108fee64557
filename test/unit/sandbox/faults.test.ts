import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { refusalOf } from '../../support/refusals.ts';
import { runSandbox, type RunningSandbox } from '../../support/platform/running-sandbox.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let running: RunningSandbox;
beforeAll(async () => {
  running = await runSandbox();
});
afterAll(() => running.close());
beforeEach(() => running.control('POST', '/reset'));

const once = { retries: 0 };
const fault = (body: unknown) => running.control('POST', '/faults', body);

describe('a fault', () => {
  it.each([
    [{ kind: 'html' }, 'PLATFORM_ANSWER'],
    [{ kind: 'html', status: 503 }, 'PLATFORM_ERROR'],
    [{ kind: 'half_json' }, 'PLATFORM_ANSWER'],
    [{ kind: 'huge' }, 'PLATFORM_ANSWER'],
    [{ kind: 'gzip_bomb' }, 'PLATFORM_ANSWER'],
    [{ kind: 'redirect', location: 'https://evil.example/' }, 'REDIRECT_REFUSED'],
    [{ kind: 'lost_response' }, 'NETWORK'],
    [{ kind: 'status', status: 500 }, 'PLATFORM_ERROR'],
    [{ kind: 'status', status: 401 }, 'KEY_REJECTED'],
    [{ kind: 'rate_limited', retry_after: '30' }, 'RATE_LIMITED'],
  ])('of kind %j ends a call as %s, once', async (body, code) => {
    const { auth } = await running.mintHosting('test');
    await fault(body);
    expect(await refusalOf(running.client.whoAmI(running.hosting, auth, once))).toMatchObject({ code });
    expect(await running.client.whoAmI(running.hosting, auth)).toMatchObject({ tier: 'spark' });
  });

  it('meets only the requests that match, after those that are let pass', async () => {
    const { auth } = await running.mintHosting('test');
    await fault({
      kind: 'status',
      status: 500,
      method: 'GET',
      path: '/v1/hosting/api-keys',
      skip: 1,
      times: 2,
    });
    const outcomes: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      await running.client.whoAmI(running.hosting, auth);
      outcomes.push(
        await running.client.listKeys(running.hosting, auth, once).then(
          () => 'ok',
          () => 'failed',
        ),
      );
    }
    expect(outcomes).toEqual(['ok', 'failed', 'failed', 'ok']);
  });

  it('takes no effect by default, and does where it is said', async () => {
    const session = await running.signIn('test');
    const names = async () =>
      (await running.client.listKeys(running.hosting, session)).map(({ name }) => name);
    const create = (name: string) =>
      refusalOf(running.client.createKey(running.hosting, session, { name }, once));
    await fault({ kind: 'status', status: 500, method: 'POST' });
    await create('not made');
    await fault({ kind: 'status', status: 500, method: 'POST', after_effect: true });
    await create('made, failed');
    await fault({ kind: 'lost_response', method: 'POST' });
    await create('made, lost');
    await fault({ kind: 'lost_response', method: 'POST', after_effect: false });
    await create('lost before');
    expect(await names()).toEqual(['made, failed', 'made, lost']);
  });

  it('can take the value out of a new key', async () => {
    const session = await running.signIn('live');
    await fault({ kind: 'omit_field', field: 'key' });
    const { code, details } = await refusalOf(
      running.client.createKey(running.hosting, session, { name: 'x' }),
    );
    const [listed] = await running.client.listKeys(running.hosting, session);
    expect([code, details?.['key_id']]).toEqual(['PLATFORM_ANSWER', listed?.keyId]);
  });

  it('stays until the faults are cleared where it is told to', async () => {
    const { auth } = await running.mintHosting('test');
    await fault({ kind: 'status', status: 500, times: 0 });
    for (let count = 0; count < 3; count += 1)
      await refusalOf(running.client.whoAmI(running.hosting, auth, once));
    await running.control('DELETE', '/faults');
    expect(await running.client.whoAmI(running.hosting, auth)).toMatchObject({ tier: 'spark' });
  });

  it('of a request that was given up while it waited takes no effect', async () => {
    const session = await running.signIn('test');
    await fault({ kind: 'latency', ms: 60_000, method: 'POST' });
    const call = running.client.createKey(running.hosting, session, { name: 'late' }, { timeoutMs: 100 });
    expect(await refusalOf(call)).toMatchObject({ code: 'TIMEOUT', details: { may_have_happened: true } });
    expect(await running.client.listKeys(running.hosting, session)).toEqual([]);
    await fault({ kind: 'latency', ms: 60_000, method: 'POST', after_effect: true });
    const controller = new AbortController();
    const { signal } = controller;
    const given = refusalOf(
      running.client.createKey(running.hosting, session, { name: 'happened' }, { signal }),
    );
    while (((await running.control('GET', '/state'))['keys'] as unknown[]).length === 0);
    controller.abort();
    expect((await given).code).toBe('CANCELLED');
    expect(await running.client.listKeys(running.hosting, session)).toMatchObject([{ name: 'happened' }]);
  });
});

describe('a lasting state', () => {
  it('suspends an account, changes its tier, disables a key', async () => {
    const { auth, id } = await running.mintHosting('test');
    await fault({ kind: 'account', owner: 'test', tier: 'blaze' });
    expect(await running.client.whoAmI(running.hosting, auth)).toMatchObject({ tier: 'blaze' });
    await fault({ kind: 'account', owner: 'test', status: 'suspended' });
    expect(await refusalOf(running.client.whoAmI(running.hosting, auth))).toMatchObject({
      details: { reason: 'account.suspended' },
    });
    await fault({ kind: 'account', owner: 'test', status: 'inactive' });
    expect(await refusalOf(running.client.whoAmI(running.hosting, auth))).toMatchObject({
      details: { reason: 'account.inactive' },
    });
    await fault({ kind: 'account', owner: 'test', status: 'active' });
    await fault({ kind: 'key_status', id, status: 'revoked' });
    expect(await refusalOf(running.client.whoAmI(running.hosting, auth))).toMatchObject({
      code: 'KEY_REJECTED',
    });
  });

  it('lets a revoked key work on for a while', async () => {
    const { auth, id } = await running.mintHosting('test');
    const other = await running.mintHosting('test');
    await fault({ kind: 'revocation_delay', ms: 8000 });
    await running.client.revokeKey(running.hosting, other.auth, id);
    expect(await running.client.whoAmI(running.hosting, auth)).toMatchObject({ tier: 'spark' });
    await running.control('POST', '/clock', { advanceMs: 8000 });
    expect(await refusalOf(running.client.whoAmI(running.hosting, auth))).toMatchObject({
      code: 'KEY_REJECTED',
    });
  });

  it('is gone after a reset', async () => {
    const { auth } = await running.mintHosting('test');
    await fault({ kind: 'account', owner: 'test', status: 'suspended', tier: 'forge' });
    await running.control('POST', '/clock', { setMs: 0 });
    await running.control('POST', '/reset');
    expect(await refusalOf(running.client.whoAmI(running.hosting, auth))).toMatchObject({
      code: 'KEY_REJECTED',
    });
    const session = await running.signIn('test');
    expect(await running.client.whoAmI(running.hosting, session)).toMatchObject({
      tier: 'spark',
      status: 'active',
    });
  });
});

describe('the modes', () => {
  it('are kept apart: a key sees and makes keys of its own mode alone', async () => {
    const test = await running.mintHosting('test');
    const live = await running.mintHosting('live');
    for (const [{ auth }, mode] of [
      [test, 'test'],
      [live, 'live'],
    ] as const) {
      const made = await running.client.createKey(running.hosting, auth, { name: `by ${mode}` });
      expect(made.value.expose().toString()).toMatch(new RegExp(`^mbd_${mode}_[A-Za-z0-9]{32}$`));
      const listed = await running.client.listKeys(running.hosting, auth);
      expect(listed.map(({ name }) => name)).toEqual(['minted', `by ${mode}`]);
    }
  });
});

describe('the same seed', () => {
  it('gives the same keys, another one others', async () => {
    const values: string[] = [];
    for (const seed of ['one', 'one', 'two']) {
      const other = await runSandbox({ seed });
      values.push((await other.mintHosting('live')).value);
      await other.close();
    }
    expect(values[0]).toBe(values[1]);
    expect(values[0]).not.toBe(values[2]);
  });
});
