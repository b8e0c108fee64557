import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsAnswer, platformCheckAnswer, syncAnswer } from '../../src-shared/contract/views.ts';
import { AgentHome, CLI, codeOf, isRunning } from '../support/homes/agent-home.ts';

/** The main job, on a platform that behaves as the documentation says. */
let home: AgentHome;
let baseUrl: string;
let pid: number;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  const answer = JSON.parse(
    (await home.ok('sandbox', 'start', '--tier', 'spark', '--json')).stdout,
  ) as Record<string, unknown>;
  expect(answer).toEqual({
    schema: 1,
    base_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as unknown,
    control_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as unknown,
    pid: expect.any(Number) as unknown,
  });
  baseUrl = String(answer['base_url']);
  pid = Number(answer['pid']);
});
afterAll(async () => {
  await home.keymolt(['sandbox', 'stop']);
  expect(isRunning(pid)).toBe(false);
  await home.dispose();
});

const json = async <T>(...args: string[]): Promise<T> =>
  JSON.parse((await home.ok(...args, '--json')).stdout) as T;
interface KeyAnswer {
  readonly key: Record<string, unknown>;
}

describe('a key', () => {
  it('is created on the platform and stored at once, and shown to nobody', async () => {
    const { key } = await json<KeyAnswer>(
      'key',
      'create',
      'worker',
      '--platform',
      'sandbox-hosting',
      '--owner',
      'ops',
    );
    expect(key).toMatchObject({ name: 'worker', env: 'dev', mode: 'test', status: 'active', owner: 'ops' });
    expect(key['key_id']).toEqual(expect.any(String));
    expect(home.printed).not.toMatch(/mbd_test_[A-Za-z0-9]{5}/);
  });

  it('works for the agent that is launched with it', async () => {
    const script = `fetch(process.env.MOLTBOTDEN_API_BASE + '/accounts/me', { headers: { 'X-API-Key': process.env.MOLTBOTDEN_API_KEY } })
      .then(async (answer) => console.log(answer.status, (await answer.json()).platform_tier))`;
    const { stdout } = await home.ok('run', '--', process.execPath, '-e', script);
    expect(stdout).toBe('200 spark\n');
  });

  it('can be tested, and its limits are known then', async () => {
    const { key } = await json<KeyAnswer>('key', 'test', 'worker');
    expect(key['last_check']).toMatchObject({ outcome: 'ok' });
    const limits = limitsAnswer.parse(await json('limits', 'worker'));
    expect(limits.keys).toHaveLength(1);
    expect((await home.ok('limits')).stdout).toMatch(/^KEY +WINDOW +LEFT/);
  });

  it('comes in several with --count, under numbered names', async () => {
    const { keys } = await json<{ keys: { name: string }[] }>(
      'key',
      'create',
      'many',
      '--platform',
      'sandbox-hosting',
      '--count',
      '3',
    );
    expect(keys).toHaveLength(3);
    expect(new Set(keys.map(({ name }) => name)).size).toBe(3);
  });

  it('is compared with the platform’s list, with 1 where they differ', async () => {
    const first = await home.keymolt(['sync', '--json']);
    const answer = syncAnswer.parse(JSON.parse(first.stdout));
    expect(answer.platforms.map(({ platform }) => platform)).toContain('sandbox-hosting');
    expect(first.status).toBe(
      answer.platforms.some(({ unknown, duplicates }) => unknown.length + duplicates.length > 0) ? 1 : 0,
    );
    expect(
      (await json<{ keys: { last_used_at: string | null }[] }>('key', 'list')).keys.some(
        (key) => key.last_used_at !== null,
      ),
    ).toBe(true);
  });

  it('is revoked, checked, and no longer injected', async () => {
    const { key } = await json<KeyAnswer>('key', 'revoke', 'worker', '--yes');
    expect(key['status']).toBe('revoked');
    const read = await home.keymolt(['read', 'worker', '--reveal']);
    expect(read.status).toBe(10);
    expect(read.stdout).toBe('');
  });

  it('is revoked with all of its environment', async () => {
    await home.ok('key', 'create', 'last', '--platform', 'sandbox-hosting', '-e', 'staging');
    const answer = await json<{ revoked: string[]; alive: unknown[] }>(
      'key',
      'revoke',
      '--all',
      '-e',
      'staging',
      '--yes',
    );
    expect(answer).toEqual({ schema: 1, revoked: ['staging/last'], alive: [] });
    const ended = await home.keymolt(['run', '-e', 'staging', '--', 'true']);
    expect([ended.status, codeOf(ended)]).toEqual([125, 'NOTHING_TO_INJECT']);
  });
});

describe('a platform', () => {
  it('is listed and shown with its address', async () => {
    expect((await home.ok('platform', 'list')).stdout).toContain('sandbox-hosting');
    expect((await home.ok('platform', 'show', 'sandbox-hosting')).stdout).toContain(baseUrl);
    expect((await home.keymolt(['platform', 'show', 'absent'])).status).toBe(10);
  });

  it('is checked, assumption by assumption', async () => {
    const ended = await home.keymolt(['platform', 'check', 'sandbox-hosting', '--json']);
    const { assumptions } = platformCheckAnswer.parse(JSON.parse(ended.stdout));
    expect(assumptions.length).toBeGreaterThan(0);
    expect(ended.status).toBe(assumptions.some(({ verdict }) => verdict === 'contradicted') ? 1 : 0);
  });

  it('takes no address that is neither https nor on this machine', async () => {
    const ended = await home.keymolt([
      'platform',
      'set',
      'den-hosting',
      '--base-url',
      'http://example.org',
      '--no-input',
      '--yes',
    ]);
    expect([ended.status, codeOf(ended)]).toEqual([2, 'BAD_URL']);
  });

  it('wants the passphrase, or both --no-input and --yes, for a new host once there are live keys', async () => {
    await home.keymolt(
      ['key', 'add', 'live', '-e', 'prod', '--platform', 'den-hosting', '--value-file', '-'],
      {
        input: 'mbd_live_0123456789012345678901234567890a',
      },
    );
    for (const [file, code] of [
      ['/nowhere/ca.pem', 'FILE_NOT_FOUND'],
      [home.passphraseFile, 'BAD_FILE'],
    ] as const) {
      const refused = await home.keymolt(['platform', 'set', 'den-hosting', '--ca-file', file]);
      expect([refused.status === 0, codeOf(refused)]).toEqual([false, code]);
    }
    const set = ['platform', 'set', 'den-hosting', '-e', 'prod', '--base-url', 'https://stranger.example'];
    const refused = await home.keymolt([...set, '--no-input']);
    expect([2, 3]).toContain(refused.status);
    await home.ok(...set, '--no-input', '--yes');
    const status = await home.status();
    expect(status.foreign_hosts).toEqual([
      { platform: 'den-hosting', env: 'prod', base_url: 'https://stranger.example' },
    ]);
    expect((await home.ok('status')).stdout).toContain('https://stranger.example');
    expect((await home.ok('audit', 'list')).stdout).toMatch(/platform\.set +den-hosting/);
  });
});

it('is the sandbox of one home, and ends when told', async () => {
  const again = await home.keymolt(['sandbox', 'start']);
  expect([again.status, codeOf(again)]).toEqual([11, 'SANDBOX_RUNNING']);
  await home.ok('sandbox', 'stop');
  expect(isRunning(pid)).toBe(false);
  expect((await home.keymolt(['sandbox', 'stop'])).status).toBe(0);
  expect(CLI).toBeTruthy();
});
