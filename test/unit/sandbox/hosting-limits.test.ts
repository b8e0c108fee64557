import { afterEach, describe, expect, it, vi } from 'vitest';
import { denHosting } from '../../../src-main/platforms/definitions/den-hosting.ts';
import { runSandbox, type RunningSandbox } from '../../support/platform/running-sandbox.ts';

// Real connections on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let running: RunningSandbox;
afterEach(() => running.close());

const START = Date.UTC(2026, 0, 15, 12, 0, 0);
const start = async (tier: string): Promise<void> => {
  running = await runSandbox({ tier, now: () => START });
};
const get = (value: string): Promise<Response> =>
  fetch(`${running.hosting.baseUrl}/accounts/me`, { headers: { 'X-API-Key': value } });
const drain = async (value: string, count: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await get(value)).status);
  return statuses;
};

describe.each([
  ['spark', 30],
  ['ember', 60],
  ['blaze', 120],
  ['forge', 300],
])('tier %s', (tier, perMinute) => {
  it(`lets ${perMinute} requests a minute pass, and says when the next may come`, async () => {
    await start(tier);
    const { value } = await running.mintHosting('test');
    expect(new Set(await drain(value, perMinute))).toEqual(new Set([200]));
    await running.control('POST', '/clock', { advanceMs: 48_000 });
    const refused = await get(value);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('12');
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await refused.json()).toEqual({
      error: 'rate_limit_exceeded',
      message: 'You have exceeded the rate limit for your tier.',
      retry_after_seconds: 12,
      limit: perMinute,
      tier,
    });
    await running.control('POST', '/clock', { advanceMs: 12_000 });
    expect((await get(value)).status).toBe(200);
  });
});

describe('the limits of a day and of a burst', () => {
  it('count beside the minute', async () => {
    await start('spark');
    const { value } = await running.mintHosting('test');
    for (let minute = 0; minute < 33; minute += 1) {
      await drain(value, 30);
      await running.control('POST', '/clock', { advanceMs: 60_000 });
    }
    expect(await drain(value, 11)).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    const refused = (await (await get(value)).json()) as Record<string, unknown>;
    expect(refused).toMatchObject({ limit: 1000, retry_after_seconds: 86_400 - 33 * 60 });
    await running.control('POST', '/clock', { advanceMs: 86_400_000 });
    expect((await get(value)).status).toBe(200);
  });

  it('are those of the definition', async () => {
    await start('forge');
    expect(denHosting.tiers.find(({ id }) => id === 'forge')?.windows.map(({ limit }) => limit)).toEqual([
      500,
      300,
      null,
    ]);
  });
});

describe('limits', () => {
  it('count for each key, and for a session by its owner', async () => {
    await start('spark');
    const first = await running.mintHosting('test');
    const second = await running.mintHosting('test');
    await drain(first.value, 30);
    expect((await get(first.value)).status).toBe(429);
    expect((await get(second.value)).status).toBe(200);
    const session = await running.signIn('test');
    const remaining: (number | null)[] = [];
    await running.client.whoAmI(running.hosting, session, {
      onRateLimit: (seen) => remaining.push(seen.remaining),
    });
    await running.client.whoAmI(running.hosting, await running.signIn('test'), {
      onRateLimit: (seen) => remaining.push(seen.remaining),
    });
    expect(remaining).toEqual([29, 28]);
  });

  it('leave no trace in last_used_at where a request was refused', async () => {
    await start('spark');
    const { value, auth } = await running.mintHosting('test');
    await drain(value, 30);
    await running.control('POST', '/clock', { advanceMs: 1000 });
    await get(value);
    await running.control('POST', '/clock', { advanceMs: 60_000 });
    const other = await running.mintHosting('test');
    const keys = await running.client.listKeys(running.hosting, other.auth);
    expect(keys[0]?.lastUsedAt).toBe(new Date(START).toISOString());
    await running.client.whoAmI(running.hosting, auth);
    const [moved] = await running.client.listKeys(running.hosting, other.auth);
    expect(moved?.lastUsedAt).toBe(new Date(START + 61_000).toISOString());
  });

  it('come without headers where the sandbox is told so', async () => {
    await start('spark');
    const { value } = await running.mintHosting('test');
    await running.control('POST', '/faults', { kind: 'rate_headers', enabled: false });
    expect((await get(value)).headers.get('x-ratelimit-limit')).toBeNull();
  });
});
