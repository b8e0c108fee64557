import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callControl } from '../../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../../src-main/sandbox/start-sandbox.ts';
import { AgentHome, codeOf } from '../../support/homes/agent-home.ts';

let home: AgentHome;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.ok('sandbox', 'start', '--tier', 'forge');
});
afterAll(async () => {
  expect(home.printed + home.log).not.toMatch(/mbd_test_[A-Za-z0-9]{8}/);
  await home.ok('sandbox', 'stop');
  await home.dispose();
});

const create = (name: string, count: number, ...more: string[]) =>
  home.keymolt(['key', 'create', name, '--platform', 'sandbox-hosting', '--count', String(count), ...more]);
const fault = async (body: object): Promise<void> => {
  const sandbox = await findSandbox(home.home);
  await callControl(sandbox!, 'POST', '/faults', body);
};

describe('key create --count', () => {
  it('says on stderr how far it is once it takes over a second', async () => {
    await fault({ kind: 'latency', ms: 120, times: 19, path: '/v1/hosting' });
    const ended = await create('slow', 9);
    expect([ended.status, ended.stderr]).toEqual([
      0,
      expect.stringMatching(/^(keymolt: \d of 9: slow-\d\n)+$/) as unknown,
    ]);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(9);
  });

  it('reports what is missing with the code of the first, and makes it the next time', async () => {
    await fault({ kind: 'status', status: 500, method: 'POST', path: '/v1/hosting/api-keys', skip: 1 });
    const ended = await create('gap', 3, '--json');
    expect([ended.status, codeOf(ended)]).toEqual([8, undefined]);
    const answer = JSON.parse(ended.stdout) as { keys: unknown[]; failed: { name: string }[] };
    expect([answer.keys.length, answer.failed.map(({ name }) => name)]).toEqual([2, ['gap-2']]);
    expect((await create('gap', 3)).status).toBe(0);
  });
});

describe('key revoke', () => {
  it('takes several names, asks for their number, and ends them', async () => {
    const refused = await home.keymolt(['key', 'revoke', 'gap-1', 'gap-2', '--no-input']);
    expect([refused.status, codeOf(refused)]).toEqual([2, 'INPUT_REQUIRED']);
    const ended = await home.ok('key', 'revoke', 'gap-1', 'dev/gap-2', '--yes', '--no-input', '--json');
    expect(JSON.parse(ended.stdout)).toEqual({
      schema: 1,
      revoked: ['dev/gap-1', 'dev/gap-2'],
      alive: [],
    });
  });

  it('exits with 9 while one is alive, with 0 once none is', async () => {
    await home.ok('key', 'edit', 'gap-3', '--key-id', '');
    const first = await home.keymolt(['key', 'revoke', '--all', '-e', 'dev', '--yes', '--no-input']);
    expect([first.status, first.stdout]).toEqual([
      9,
      expect.stringMatching(/alive +dev\/gap-3: KEY_ID_UNKNOWN/) as unknown,
    ]);
    await home.ok('key', 'forget', 'gap-3', '--yes');
    expect((await home.ok('key', 'revoke', '--all', '-e', 'dev', '--yes')).stdout.trim()).toBe('');
  });
});
