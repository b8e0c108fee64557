import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AgentConnection } from '../../src-main/agent/client.ts';
import { startAgent } from '../../src-main/agent/start-agent.ts';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../src-main/sandbox/start-sandbox.ts';
import { AGENT, AgentHome, PASSPHRASE, pause, ROOT } from '../support/agent-home.ts';

/** Longer by hand: `KEYMOLT_ROTATION_KILLS=1000 npx vitest … --project faults test/faults/rotation-kill.test.ts`. */
const KILLS = Number(process.env['KEYMOLT_ROTATION_KILLS'] ?? 24);
const SEED = Number(process.env['KEYMOLT_ROTATION_SEED'] ?? Date.now() % 2 ** 31);

interface State {
  readonly keys: readonly { readonly key_id: string; readonly name: string; readonly status: string }[];
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly by: string | null;
  }[];
}

let home: AgentHome;
/** Where the key is used. */
let dotenv: string;
let control: NonNullable<Awaited<ReturnType<typeof findSandbox>>>;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.ok('sandbox', 'start', '--tier', 'forge');
  await home.ok('key', 'create', 'agent', '--platform', 'sandbox-hosting');
  control = (await findSandbox(home.home))!;
  dotenv = path.join(home.folder, '.env');
  writeFileSync(dotenv, 'MOLTBOTDEN_API_KEY=\n');
  await home.ok('deploy', 'add', 'agent', '--dotenv', `${dotenv}#MOLTBOTDEN_API_KEY`);
});
afterAll(async () => {
  await home.keymolt(['sandbox', 'stop']);
  await home.dispose();
});

/** Chance that a seed repeats (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ask = async (method: 'GET' | 'POST' | 'DELETE', where: string, body?: unknown): Promise<unknown> => {
  const answer = await callControl(control, method, where, body);
  expect(answer?.status, where).toBeLessThan(300);
  return answer!.json;
};
const state = async (): Promise<State> => (await ask('GET', '/state')) as State;

/** A fresh agent, unlocked: what was left of a rotation goes on by itself. */
async function comeUp(): Promise<AgentConnection> {
  const agent = await startAgent(home.paths, { entry: AGENT, packageRoot: ROOT }, home.env);
  await agent.request('vault.unlock', { with: 'passphrase', secret: Buffer.from(PASSPHRASE) });
  return agent;
}

async function finish(agent: AgentConnection): Promise<string> {
  for (let times = 0; times < 5; times += 1) {
    const { rotation } = (
      await agent.request('rotations.resume', { key: 'agent', no_deploy_check: true })
    ).result();
    if (['done', 'rolled_back', 'failed'].includes(rotation.state)) return rotation.state;
  }
  return 'open';
}

async function expectOneWantedKey(agent: AgentConnection): Promise<void> {
  const deployed = /^MOLTBOTDEN_API_KEY=["']?(.*?)["']?$/m.exec(readFileSync(dotenv, 'utf8'))?.[1] ?? '';
  // Empty: nothing was ever brought to it.
  if (deployed !== '') {
    const { status } = await fetch(`${control.hostingUrl}/accounts/me`, {
      headers: { 'x-api-key': deployed },
    });
    expect(status, 'what the target has').toBe(200);
  }
  const { keys, requests } = await state();
  const { key } = (await agent.request('keys.test', { key: 'agent' })).result();
  expect(key.last_check?.outcome).toBe('ok');
  expect(keys.filter(({ status }) => status === 'active').map(({ key_id: id }) => id)).toEqual([key.key_id]);
  // No key's end was asked for by one that had not been seen working.
  for (const [at, { method, path: where, by, status }] of requests.entries()) {
    if (method !== 'DELETE' || status !== 200 || where.endsWith(`/${by ?? ''}`)) continue;
    const wasSeen = requests
      .slice(0, at)
      .some(
        (earlier) => earlier.by === by && earlier.path.endsWith('/accounts/me') && earlier.status === 200,
      );
    expect(wasSeen, `${where} by ${by ?? 'nobody'}`).toBe(true);
  }
}

it(`keeps its promises through ${KILLS} kills of the agent (seed ${SEED})`, async () => {
  const random = chance(SEED);
  let agent = await comeUp();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await ask('DELETE', '/faults');
    // A platform that takes its time, and now and then one byte of the new key after the other.
    await ask('POST', '/faults', { kind: 'latency', ms: 15, times: 0, after_effect: random() < 0.5 });
    const drips = random() < 0.3;
    if (drips) {
      await ask('DELETE', '/faults');
      await ask('POST', '/faults', { kind: 'slow_drip', interval_ms: 1, method: 'POST', after_effect: true });
    }
    const started = agent
      .request('rotations.start', { key: 'agent', no_deploy_check: true })
      .catch(() => undefined);
    await pause(random() * (drips ? 500 : 400));
    await home.killAgent();
    await started;
    agent.close();
    agent = await comeUp();
    if (random() < 0.6) continue;
    // Every second or third time it may come to its end.
    await ask('DELETE', '/faults');
    expect(['done', 'rolled_back']).toContain(await finish(agent));
    await expectOneWantedKey(agent);
  }
  await ask('DELETE', '/faults');
  expect(['done', 'rolled_back']).toContain(await finish(agent));
  await expectOneWantedKey(agent);
  const { intact } = (await agent.request('audit.verify', {})).result();
  expect(intact).toBe(true);
  agent.close();
  // SECURITY: no value anywhere, whatever was interrupted.
  expect(home.printed + home.log).not.toMatch(/mbd_test_[A-Za-z0-9]{8}/);
});
