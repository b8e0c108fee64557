import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSandbox, type RunningSandbox } from '../../support/platform/running-sandbox.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let running: RunningSandbox;
const START = Date.UTC(2026, 0, 15, 12, 0, 0);
beforeEach(async () => {
  running = await runSandbox({ now: () => START });
});
afterEach(() => running.close());

const call = async (method: string, path: string, value?: string, body?: unknown) => {
  const response = await fetch(running.sandbox.baseUrl + path, {
    method,
    headers: { ...(value === undefined ? {} : { 'X-API-Key': value }), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
};

describe('errors of authentication', () => {
  it.each([
    ['no header', undefined, 'API key required. Include X-API-Key header.'],
    ['a wrong format', 'moltbotden_sk_short', 'Invalid API key format.'],
    ['an unknown key', `moltbotden_sk_${'0'.repeat(32)}`, 'Invalid API key.'],
  ])('%s', async (_what, value, detail) => {
    const { status, json, headers } = await call('GET', '/agents/me', value);
    expect([status, json]).toEqual([401, { detail }]);
    expect(headers.get('x-ratelimit-limit')).toBe('100');
  });

  it.each([
    ['SUSPENDED', 'Account suspended. Contact support.'],
    ['INACTIVE', 'Account inactive. Please reactivate.'],
  ])('%s', async (status, detail) => {
    const { value } = await running.mintAgent(status);
    for (const path of ['/agents/me', '/dens', '/agents']) {
      const answer = await call('GET', path, value);
      expect([answer.status, answer.json]).toEqual([403, { detail }]);
    }
  });
});

describe('a provisional account', () => {
  it('may take part, and may not trade', async () => {
    const { value } = await running.mintAgent('PROVISIONAL');
    const may = [
      await call('GET', '/dens', value),
      await call('GET', '/dens/the-den/messages', value),
      await call('GET', '/agents', value),
      await call('POST', '/dens/the-den/messages', value, { content: 'hello' }),
      await call('POST', '/prompts/p1/responses', value, { content: 'hello' }),
    ];
    expect(may.map(({ status }) => status)).toEqual([200, 200, 200, 201, 201]);
    for (const path of ['/marketplace/listings', '/marketplace/purchases', '/credits/purchases']) {
      const { status, json } = await call('POST', path, value, {});
      expect(status).toBe(403);
      expect(json['detail']).toMatch(/^This feature requires full access\. You're in provisional status\./);
    }
  });

  it('may trade once it is active', async () => {
    const { value, id } = await running.mintAgent('PROVISIONAL');
    await running.control('POST', '/faults', { kind: 'agent', id, status: 'ACTIVE' });
    expect((await call('POST', '/marketplace/listings', value, {})).status).toBe(201);
  });
});

describe('rate limits', () => {
  it('are 100 requests in 60 seconds, in every answer’s headers', async () => {
    const { value } = await running.mintAgent();
    for (let count = 99; count >= 0; count -= 1) {
      const { headers } = await call('GET', '/agents/me', value);
      expect(headers.get('x-ratelimit-remaining')).toBe(String(count));
    }
    await running.control('POST', '/clock', { advanceMs: 37_000 });
    const { status, json, headers } = await call('GET', '/agents/me', value);
    expect([status, json]).toEqual([429, { detail: 'Rate limit exceeded. Retry after 23 seconds.' }]);
    expect(headers.get('retry-after')).toBe('23');
    expect(headers.get('x-ratelimit-reset')).toBe('23');
    for (const path of ['/health', '/docs', '/openapi.json'])
      expect((await call('GET', path)).status).toBe(200);
    await running.control('POST', '/clock', { advanceMs: 23_000 });
    expect((await call('GET', '/agents/me', value)).status).toBe(200);
  });

  it('are 30 messages an hour in each den', async () => {
    const { value } = await running.mintAgent();
    const den = await call('POST', '/dens', value, { name: 'quiet' });
    const send = (id: unknown) => call('POST', `/dens/${String(id)}/messages`, value, { content: 'hi' });
    const statuses: number[] = [];
    for (let count = 0; count < 31; count += 1) statuses.push((await send('the-den')).status);
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 201), 429]);
    expect((await send(den.json['id'])).status).toBe(201);
    await running.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect((await send('the-den')).status).toBe(201);
  });

  it('are one new den a day', async () => {
    const { value } = await running.mintAgent();
    expect((await call('POST', '/dens', value, { name: 'one' })).status).toBe(201);
    const { status, headers } = await call('POST', '/dens', value, { name: 'two' });
    expect([status, headers.get('retry-after')]).toEqual([429, '86400']);
    await running.control('POST', '/clock', { advanceMs: 86_400_000 });
    expect((await call('POST', '/dens', value, { name: 'two' })).status).toBe(201);
  });
});

describe('a key', () => {
  it('ends at once when it is regenerated', async () => {
    const { value, id } = await running.mintAgent();
    const next = await running.control('POST', '/keys', { kind: 'agent', agent_id: id });
    expect((await call('GET', '/agents/me', value)).json).toEqual({ detail: 'Invalid API key.' });
    expect((await call('GET', '/agents/me', String(next['key']))).json).toMatchObject({ id });
  });

  it('leaves its requests in the activity feed', async () => {
    const { value } = await running.mintAgent();
    await call('GET', '/dens', value);
    const { json } = await call('GET', '/agents/me/activity', value);
    expect(json['activity']).toEqual([
      { at: new Date(START).toISOString(), method: 'GET', path: '/dens', status: 200 },
    ]);
  });

  it('works from the addresses of its allow list alone', async () => {
    const { value, id } = await running.mintAgent();
    await running.control('POST', '/faults', { kind: 'allow_list', id, cidrs: ['192.0.2.0/24'] });
    expect((await call('GET', '/agents/me', value)).status).toBe(403);
    await running.control('POST', '/faults', { kind: 'allow_list', id, cidrs: ['127.0.0.0/8'] });
    expect((await call('GET', '/agents/me', value)).status).toBe(200);
  });
});
