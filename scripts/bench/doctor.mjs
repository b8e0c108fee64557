// The diagnosis and the headroom model, beside what they are made of.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../src-main/sandbox/start-sandbox.ts';
import { KeyHeadroom } from '../../src-shared/domain/limits/headroom.ts';
import { root } from '../prepare.mjs';
import { cli } from './home.mjs';

const UPDATES = 1_000_000;
const KEYS = 100;

/** @returns `{figures: [[what, value, limit, unit]]}` */
export async function doctorFigures({ home }) {
  const figures = [];
  const headroom = new KeyHeadroom();
  const startedAt = performance.now();
  for (let n = 0; n < UPDATES; n += 1) {
    headroom.observe({
      observedAt: n * 10,
      limit: 100,
      remaining: 100 - (n % 100),
      resetsInMs: 60_000,
      retryAfterMs: null,
    });
  }
  figures.push(['1,000,000 header updates', performance.now() - startedAt, 1000, 'ms']);

  home.keymolt('sandbox', 'start', '--tier', 'forge');
  try {
    home.keymolt(
      'key',
      'create',
      'doctored',
      '--platform',
      'sandbox-hosting',
      '-e',
      'dev',
      '--count',
      String(KEYS),
    );
    const doctor = (...args) => {
      const answer = JSON.parse(home.keymolt('doctor', ...args, '--json'));
      if (answer.verdict !== 'healthy') throw new Error(`not healthy: ${JSON.stringify(answer.cause)}`);
      return answer;
    };
    doctor('dev/doctored-001');
    figures.push([
      'the whole ladder, sandbox',
      Math.min(...[1, 2, 3].map(() => doctor('dev/doctored-001').duration_ms)),
      100,
      'ms',
    ]);
    figures.push([`${KEYS} keys checked`, doctor('-e', 'dev').duration_ms, 5000, 'ms']);
    const sandbox = await findSandbox(home.env.KEYMOLT_HOME);
    await callControl(sandbox, 'POST', '/faults', { kind: 'latency', ms: 80, times: 0, path: '/' });
    const far = [1, 2, 3]
      .map(() => doctor('dev/doctored-001'))
      .sort((a, b) => a.duration_ms - b.duration_ms)[0];
    figures.push(['the same, 80 ms away', far.duration_ms, 1.5 * slowestOf(far) + 60, 'ms']);
  } finally {
    home.keymolt('sandbox', 'stop');
  }
  figures.push(['an offline machine', await offlineVerdict(home), 3000, 'ms']);
  return { figures };
}

/** What the slowest check says that it took. */
const slowestOf = ({ checks }) =>
  Math.max(...checks.map(({ evidence }) => Number(/ in (\d+) ms$/.exec(evidence)?.[1] ?? 0)));

/** The built agent where no name server answers; the whole command, from its start to its end. */
async function offlineVerdict(home) {
  home.keymolt('agent', 'stop');
  const world = path.join(home.folder, 'world.json');
  writeFileSync(world, JSON.stringify({ names: { 'api.keymolt.test': 'silence' }, aheadMs: 0 }));
  const agent = spawn(
    process.execPath,
    [
      '--import',
      path.join(root, 'test', 'support', 'doctor', 'played-world.mjs'),
      path.join(root, 'out', 'agent', 'agent.mjs'),
    ],
    { env: { ...home.env, KEYMOLT_TEST_WORLD: world }, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  await new Promise((ready) => agent.stdio[3].once('data', ready));
  home.keymolt('unlock', '--password-file', home.passphraseFile, '--no-input');
  home.keymolt(
    'platform',
    'set',
    'den-hosting',
    '--base-url',
    'https://api.keymolt.test/v1/hosting',
    '--yes',
    '--no-input',
  );
  const value = path.join(home.folder, 'value');
  writeFileSync(value, `mbd_test_${'aB3d'.repeat(8)}`);
  home.keymolt('key', 'add', 'lonely', '--platform', 'den-hosting', '--value-file', value, '--no-input');
  const startedAt = performance.now();
  const { stdout } = spawnSync(process.execPath, [cli, 'doctor', 'dev/lonely', '--json'], {
    env: home.env,
    encoding: 'utf8',
  });
  const tookMs = performance.now() - startedAt;
  if (JSON.parse(stdout).cause?.code !== 'net.dns') throw new Error(`not the verdict: ${stdout}`);
  return tookMs;
}
