import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { moltbot } from '../../../src-main/platforms/definitions/moltbot.ts';
import { Secret } from '../../../src-main/vault/secret.ts';
import type { RateLimitObservation } from '../../../src-shared/domain/limits/rate-limit-observation.ts';
import { everythingOf, refusalOf } from '../../support/refusals.ts';
import { apiKey, runSandbox, type RunningSandbox } from '../../support/platform/running-sandbox.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let running: RunningSandbox;
const waits: number[] = [];
beforeAll(async () => {
  // Waits are counted, not waited for.
  running = await runSandbox({
    client: {
      random: () => 0,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  });
});
afterAll(() => running.close());
beforeEach(async () => {
  waits.length = 0;
  await running.control('POST', '/reset');
});

const requests = async (): Promise<{ method: string; path: string; status: number }[]> =>
  (await running.control('GET', '/state'))['requests'] as { method: string; path: string; status: number }[];

describe('a key’s life on Hosting', () => {
  it('is created, used, listed and revoked', async () => {
    const { client, hosting } = running;
    const session = await running.signIn('live');
    const created = await client.createKey(hosting, session, { name: 'agent-v1', description: 'first' });
    expect(created).toMatchObject({ name: 'agent-v1', status: 'active', lastUsedAt: null });
    expect(created.value.expose().toString()).toMatch(/^mbd_live_[A-Za-z0-9]{32}$/);
    expect(JSON.stringify(created)).not.toContain(created.value.expose().toString());

    const auth = { kind: 'api-key', value: created.value } as const;
    const account = await client.whoAmI(hosting, auth);
    expect(account).toMatchObject({ tier: 'spark', status: 'active' });
    expect(await client.listKeys(hosting, session)).toMatchObject([
      { keyId: created.keyId, name: 'agent-v1', status: 'active' },
    ]);

    const second = await client.createKey(hosting, auth, { name: 'agent-v2' });
    const secondAuth = { kind: 'api-key', value: second.value } as const;
    await client.revokeKey(hosting, secondAuth, created.keyId);
    const refusal = await refusalOf(client.whoAmI(hosting, auth));
    expect(refusal).toMatchObject({ code: 'KEY_REJECTED', exit: 5 });
    expect(refusal.details?.['status']).toBe(401);
    const statuses = (await client.listKeys(hosting, secondAuth)).map(({ name, status }) => [name, status]);
    expect(statuses).toEqual([
      ['agent-v1', 'revoked'],
      ['agent-v2', 'active'],
    ]);
  });

  it('says NOT_FOUND for a key id that the account does not have', async () => {
    const { auth } = await running.mintHosting('test');
    const live = await running.mintHosting('live');
    expect(await refusalOf(running.client.revokeKey(running.hosting, auth, live.id))).toMatchObject({
      code: 'NOT_FOUND',
    });
    for (const id of ['', '.', '..', 'x'.repeat(201)]) {
      expect(await refusalOf(running.client.revokeKey(running.hosting, auth, id))).toMatchObject({
        code: 'BAD_VALUE',
      });
    }
    expect(await refusalOf(running.client.revokeKey(running.hosting, auth, '../accounts/me'))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('says NOT_FOUND with the likely reason for a wrong base path', async () => {
    const { auth } = await running.mintHosting('test');
    const target = { ...running.hosting, baseUrl: `${running.hosting.baseUrl}/v2` };
    const { code, details } = await refusalOf(running.client.whoAmI(target, auth));
    expect([code, details?.['reason']]).toEqual(['NOT_FOUND', 'net.wrong_base_path']);
  });
});

describe('the Agent API', () => {
  it('tells whose a key is, and passes the rate-limit headers on', async () => {
    const { auth, id } = await running.mintAgent('PROVISIONAL');
    const seen: RateLimitObservation[] = [];
    const account = await running.client.whoAmI(running.agent, auth, {
      onRateLimit: (observation) => seen.push(observation),
    });
    expect(account).toEqual({ id, name: 'sandbox-agent', tier: null, status: 'PROVISIONAL' });
    expect(seen).toMatchObject([{ limit: 100, remaining: 99, resetsInMs: 60_000, retryAfterMs: null }]);
  });

  it.each([
    ['SUSPENDED', 'account.suspended', 'Account suspended. Contact support.'],
    ['INACTIVE', 'account.inactive', 'Account inactive. Please reactivate.'],
    ['PENDING', 'account.pending', 'Account pending. Complete the registration first.'],
  ])('reads a 403 of an account that is %s', async (status, reason, detail) => {
    const { auth } = await running.mintAgent(status);
    expect(await refusalOf(running.client.whoAmI(running.agent, auth))).toMatchObject({
      code: 'FORBIDDEN',
      details: { status: 403, reason, detail },
    });
  });

  it.each([
    ['moltbotden_sk_00000000000000000000000000000000', 'auth.unknown_key', 'Invalid API key.'],
    ['mbd_test_00000000000000000000000000000000', undefined, 'Invalid API key format.'],
  ])('reads a 401 for %s', async (value, reason, detail) => {
    const { code, details } = await refusalOf(running.client.whoAmI(running.agent, apiKey(value)));
    expect([code, details?.['reason'], details?.['detail']]).toEqual(['KEY_REJECTED', reason, detail]);
  });

  it('has no documented call that lists, creates or revokes', async () => {
    const { auth } = await running.mintAgent();
    const { client, agent } = running;
    for (const call of [
      client.listKeys(agent, auth),
      client.createKey(agent, auth, { name: 'x' }),
      client.revokeKey(agent, auth, 'k'),
    ]) {
      expect(await refusalOf(call)).toMatchObject({ code: 'BAD_PLATFORM', exit: 2 });
    }
    expect(await refusalOf(client.whoAmI({ ...agent, definition: moltbot }, auth))).toMatchObject({
      code: 'BAD_PLATFORM',
    });
  });
});

describe('what stands in the way of a call', () => {
  it.each([
    [
      'an address outside the allow list',
      { kind: 'allow_list', cidrs: ['10.0.0.0/8'] },
      403,
      'ip.not_allowed',
    ],
    ['a disabled key', { kind: 'key_status', status: 'disabled' }, 403, 'key.disabled'],
  ])('%s', async (_what, fault, status, reason) => {
    const { auth, id } = await running.mintHosting('test');
    await running.control('POST', '/faults', { ...fault, id });
    const { code, details } = await refusalOf(running.client.whoAmI(running.hosting, auth));
    expect([code, details?.['status'], details?.['reason']]).toEqual(['FORBIDDEN', status, reason]);
  });

  it('a test key on a live endpoint', async () => {
    const { auth } = await running.mintHosting('test');
    const live = { ...running.hosting, baseUrl: `${running.sandbox.baseUrl}/live/v1/hosting` };
    const { code, details } = await refusalOf(running.client.whoAmI(live, auth));
    expect([code, details?.['reason']]).toEqual(['KEY_REJECTED', 'env.test_key_on_live']);
    const liveKey = await running.mintHosting('live');
    expect(await running.client.whoAmI(live, liveKey.auth)).toMatchObject({ tier: 'spark' });
  });
});

describe('retries', () => {
  it('repeats a call without side effects, with growing waits', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'status', status: 503, times: 3 });
    expect(await running.client.whoAmI(running.hosting, auth)).toMatchObject({ tier: 'spark' });
    expect(waits).toEqual([2000, 4000, 8000]);
  });

  it('gives up after three', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'lost_response', after_effect: false, times: 0 });
    const refusal = await refusalOf(running.client.listKeys(running.hosting, auth));
    expect(refusal).toMatchObject({
      code: 'NETWORK',
      details: { reason: 'platform.error', may_have_happened: true },
    });
    expect(waits).toHaveLength(3);
    expect(await requests()).toHaveLength(4);
  });

  it('never makes a create again by itself: it may have happened', async () => {
    const session = await running.signIn('test');
    await running.control('POST', '/faults', {
      kind: 'lost_response',
      method: 'POST',
      path: '/v1/hosting/api-keys',
    });
    const refusal = await refusalOf(running.client.createKey(running.hosting, session, { name: 'once' }));
    expect(refusal).toMatchObject({ code: 'NETWORK', retryable: true, details: { may_have_happened: true } });
    expect(waits).toEqual([]);
    expect(await running.client.listKeys(running.hosting, session)).toMatchObject([{ name: 'once' }]);
  });

  it('nor where retries are asked for, unless nothing can have happened', async () => {
    const session = await running.signIn('test');
    await running.control('POST', '/faults', {
      kind: 'status',
      status: 500,
      method: 'POST',
      after_effect: true,
    });
    await refusalOf(running.client.createKey(running.hosting, session, { name: 'a' }, { retries: 3 }));
    expect(waits).toEqual([]);
    await running.control('POST', '/faults', { kind: 'rate_limited', retry_after: '1', method: 'POST' });
    await running.client.createKey(running.hosting, session, { name: 'b' }, { retries: 3 });
    expect(waits).toEqual([1000]);
    expect((await running.client.listKeys(running.hosting, session)).map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
  });

  it('waits as long as a 429 says', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'rate_limited', retry_after: '7' });
    await running.client.whoAmI(running.hosting, auth);
    expect(waits).toEqual([7000]);
  });

  it('waits 5 s (Hosting) or 10 s (Agent API) where it does not say, or says nonsense', async () => {
    const hosting = await running.mintHosting('test');
    const agent = await running.mintAgent();
    for (const retry_after of [null, 'soon']) {
      await running.control('POST', '/faults', { kind: 'rate_limited', retry_after });
      await running.client.whoAmI(running.hosting, hosting.auth);
      await running.control('POST', '/faults', { kind: 'rate_limited', retry_after });
      await running.client.whoAmI(running.agent, agent.auth);
    }
    expect(waits).toEqual([5000, 10_000, 5000, 10_000]);
  });

  it('tells of a 429 at once where the wait does not fit in the time', async () => {
    const { auth } = await running.mintHosting('test');
    for (const [retry_after, waitMs] of [
      ['1e12', 3_600_000],
      ['45', 45_000],
    ] as const) {
      await running.control('POST', '/faults', { kind: 'rate_limited', retry_after });
      const seen: RateLimitObservation[] = [];
      const refusal = await refusalOf(
        running.client.whoAmI(running.hosting, auth, { onRateLimit: (one) => seen.push(one) }),
      );
      expect(refusal).toMatchObject({
        code: 'RATE_LIMITED',
        exit: 7,
        details: { status: 429, retry_after_ms: waitMs, reason: 'rate.exceeded' },
      });
      expect(seen).toMatchObject([{ retryAfterMs: waitMs }]);
    }
    expect(waits).toEqual([]);
  });

  it('does not wait for a port where nothing listens', async () => {
    const gone = await runSandbox();
    await gone.close();
    const { auth } = await running.mintHosting('test');
    const refusal = await refusalOf(
      running.client.whoAmI({ ...running.hosting, baseUrl: gone.sandbox.baseUrl }, auth),
    );
    expect(refusal).toMatchObject({
      code: 'NETWORK',
      exit: 8,
      details: { reason: 'net.refused', may_have_happened: false },
    });
    expect(waits).toEqual([]);
  });
});

describe('time', () => {
  it('ends a call when its time is up', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'latency', ms: 60_000 });
    const refusal = await refusalOf(
      running.client.whoAmI(running.hosting, auth, { timeoutMs: 100, retries: 0 }),
    );
    expect(refusal).toMatchObject({ code: 'TIMEOUT', exit: 8, details: { reason: 'net.timeout' } });
  });

  it('ends a call that drips', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'slow_drip', after_effect: true, interval_ms: 50 });
    const refusal = await refusalOf(
      running.client.whoAmI(running.hosting, auth, { timeoutMs: 200, retries: 0 }),
    );
    expect(refusal.code).toBe('TIMEOUT');
  });

  it('ends a call that is cancelled', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'latency', ms: 60_000, times: 0 });
    const controller = new AbortController();
    const call = refusalOf(running.client.whoAmI(running.hosting, auth, { signal: controller.signal }));
    controller.abort();
    expect(await call).toMatchObject({ code: 'CANCELLED', exit: 130 });
    expect(
      await refusalOf(running.client.whoAmI(running.hosting, auth, { signal: controller.signal })),
    ).toMatchObject({ code: 'CANCELLED' });
  });

  it('measures how far the platform’s clock is off', async () => {
    const { auth } = await running.mintHosting('test');
    await running.control('POST', '/clock', { advanceMs: 7_200_000 });
    const skews: number[] = [];
    await running.client.whoAmI(running.hosting, auth, { onClockSkew: (skewMs) => skews.push(skewMs) });
    expect(Math.abs((skews[0] ?? 0) - 7_200_000)).toBeLessThan(60_000);
  });
});

describe('values', () => {
  it.each([
    ['a line break', 'CANARY-1\nX-Other: 1', 'U+000A'],
    ['a NUL', 'CANARY-1\0', 'U+0000'],
    ['a carriage return', 'CANARY-1\r', 'U+000D'],
    ['a letter beyond Latin-1', 'CANARY-1\u0435', 'U+0435'],
    ['a zero-width space', 'CANARY-1\u200b', 'U+200B'],
    ['an emoji', 'CANARY-1😀', 'U+1F600'],
  ])('with %s never leave', async (_what, value, codePoint) => {
    const refusal = await refusalOf(running.client.whoAmI(running.hosting, apiKey(value)));
    expect(refusal).toMatchObject({ code: 'BAD_VALUE', exit: 2, details: { code_point: codePoint } });
    expect(everythingOf(refusal)).not.toContain('CANARY');
    expect(await requests()).toEqual([]);
  });

  it('that are no text, or nothing, never leave either', async () => {
    for (const bytes of [Buffer.from([0xff, 0xfe, 0x41]), Buffer.alloc(0)]) {
      const auth = { kind: 'api-key', value: Secret.adopt(bytes) } as const;
      expect(await refusalOf(running.client.whoAmI(running.hosting, auth))).toMatchObject({
        code: 'BAD_VALUE',
      });
    }
  });

  it('with a blank at the end reach the platform as they are, which refuses them', async () => {
    const { value } = await running.mintHosting('test');
    for (const odd of [`${value} `, ` ${value}`, `${value}\t`]) {
      expect(await refusalOf(running.client.whoAmI(running.hosting, apiKey(odd)))).toMatchObject({
        code: 'KEY_REJECTED',
      });
    }
  });
});
