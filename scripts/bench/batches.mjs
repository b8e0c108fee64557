// Batches through the command line against the sandbox with 20 ms latency: 50 keys created, 100 revoked and verified.
import { performance } from 'node:perf_hooks';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../src-main/sandbox/start-sandbox.ts';
import { makeHome } from './home.mjs';

const LATENCY_MS = 20;

const seconds = (work) => {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
};

export async function batchFigures() {
  const home = await makeHome({ keys: 0 });
  try {
    home.keymolt('sandbox', 'start', '--tier', 'forge');
    const sandbox = await findSandbox(home.env.KEYMOLT_HOME);
    const latency = { kind: 'latency', ms: LATENCY_MS, times: 0, path: '/' };
    await callControl(sandbox, 'POST', '/faults', latency);
    const create = (name, count) =>
      home.keymolt('key', 'create', name, '--platform', 'sandbox-hosting', '--count', String(count));
    const created = seconds(() => create('worker', 50));
    create('more', 50);
    const revoked = seconds(() => home.keymolt('key', 'revoke', '--all', '-e', 'dev', '--yes'));
    const { keys } = JSON.parse(home.keymolt('key', 'list', '--json'));
    if (keys.length !== 100 || keys.some(({ status }) => status !== 'revoked'))
      throw new Error('the batch did not do what it was measured at');
    return {
      figures: [
        ['50 keys created, forge tier, 20 ms away', created, 15, 's'],
        ['100 keys revoked and verified, 20 ms away', revoked, 30, 's'],
      ],
    };
  } finally {
    home.keymolt('sandbox', 'stop');
    home.dispose();
  }
}
