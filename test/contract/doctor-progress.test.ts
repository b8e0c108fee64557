import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { RUNGS } from '../../src-shared/domain/diagnosis/candidate.ts';
import { bytes, makeOpenCore, type TestCore } from '../support/test-core.ts';

/** What a window hears of a diagnosis while it runs. */

let core: TestCore;
beforeAll(async () => {
  core = await makeOpenCore();
  await core.call('sandbox.start', { tier: 'forge' });
  await core.call('keys.create', { name: 'agent', env: 'dev', platform: 'sandbox-hosting' });
});
afterAll(() => core.dispose());

/** The rungs in the order in which they were first heard of, before the answer came. */
async function heardOf(key: string): Promise<readonly string[]> {
  const heard: string[] = [];
  const stop = core.subscribe((name, event) => {
    if (name !== 'doctorProgress' || !('check' in event) || event.operation_id !== `look-${key}`) return;
    expect(event.key).toBe(key);
    if (!heard.includes(event.check.id)) heard.push(event.check.id);
  });
  await core.call('doctor.run', { key, operation_id: `look-${key}` });
  stop();
  return heard;
}

describe('a diagnosis that runs', () => {
  it('tells each rung as soon as it is known: what needs nobody, then the way, then the platform', async () => {
    const sandbox = core.sandbox()!;
    await callControl(sandbox, 'POST', '/faults', {
      kind: 'latency',
      ms: 150,
      path: '/v1/hosting',
      times: 1,
    });
    const heard = await heardOf('dev/agent');
    expect([...heard].sort()).toEqual([...RUNGS].sort());
    const at = (id: (typeof RUNGS)[number]): number => heard.indexOf(id);
    for (const near of ['key.text', 'env.source', 'hygiene.key'] as const)
      expect(at(near)).toBeLessThan(at('net.dns'));
    expect(at('net.dns')).toBeLessThan(at('net.tcp'));
    for (const far of ['net.http', 'auth.who_am_i', 'account.status'] as const)
      expect(at('net.tcp')).toBeLessThan(at(far));
  });

  it('tells the way there though the platform never answers, and can be given up', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => void silent.listen(0, '127.0.0.1', done));
    try {
      const { port } = silent.address() as AddressInfo;
      await core.call('platforms.set', {
        id: 'moltbook',
        base_url: `http://127.0.0.1:${String(port)}`,
        confirmed: true,
      });
      await core.call('keys.add', {
        name: 'patient',
        env: 'dev',
        platform: 'moltbook',
        value: bytes('moltbook-canary-0123456789abcdef'),
      });
      const heard: string[] = [];
      const stop = core.subscribe((name, event) => {
        if (name !== 'doctorProgress' || !('check' in event)) return;
        heard.push(event.check.id);
        // As soon as the connection stands a person leaves.
        if (event.check.id === 'net.tcp') void core.call('operations.cancel', { operation_id: 'left' });
      });
      await expect(
        core.call('doctor.run', { key: 'dev/patient', operation_id: 'left' }),
      ).rejects.toMatchObject({ code: 'CANCELLED' });
      stop();
      expect(heard).toContain('net.tcp');
      expect(heard).not.toContain('auth.who_am_i');
    } finally {
      silent.close();
    }
  });
});
