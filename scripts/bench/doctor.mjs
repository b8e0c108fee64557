// The diagnosis and the headroom model, beside what they are made of.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { callControl } from '../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../src-main/sandbox/start-sandbox.ts';
import { diagnose } from '../../src-shared/domain/diagnosis/diagnose.ts';
import { KeyHeadroom } from '../../src-shared/domain/limits/headroom.ts';
import { factsOf, pureScenarios } from '../../test/support/doctor-scenario.ts';
import { root } from '../prepare.mjs';
import { cli } from './home.mjs';

const UPDATES = 1_000_000;
const KEYS = 100;

/** @returns `{figures: [[what, value, limit, unit]]}` */
export async function doctorFigures({ home }) {
  const figures = [
    // The best of three: what else the machine does is no property of the model.
    ['1,000,000 header updates', Math.min(updateMs(), updateMs(), updateMs()), 1000, 'ms'],
    ['forecast off by at most, constant load', 100 * worstForecast([0]), 10, '%'],
    ['forecast off by at most, growing load', 100 * worstForecast([0.02, 0.1, 0.5, 2]), 10, '%'],
    ...causeFigures(),
  ];
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
    const best = () =>
      [1, 2, 3].map(() => doctor('dev/doctored-001')).sort((a, b) => a.duration_ms - b.duration_ms)[0];
    doctor('dev/doctored-001');
    const near = best();
    figures.push(['the whole ladder, sandbox', near.duration_ms, 1.5 * slowestOf(near) + 60, 'ms']);
    figures.push([`${KEYS} keys checked`, doctor('-e', 'dev').duration_ms, 5000, 'ms']);
    const sandbox = await findSandbox(home.env.KEYMOLT_HOME);
    await callControl(sandbox, 'POST', '/faults', { kind: 'latency', ms: 80, times: 0, path: '/' });
    const far = best();
    figures.push(['the same, 80 ms away', far.duration_ms, 1.5 * slowestOf(far) + 60, 'ms']);
  } finally {
    home.keymolt('sandbox', 'stop');
  }
  figures.push(['an offline machine', await offlineVerdict(home), 3000, 'ms']);
  return { figures };
}

function updateMs() {
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
  return performance.now() - startedAt;
}

/** The largest share by which a forecast misses the end, over loads of 0.5 to 500 calls a second. */
function worstForecast(growths) {
  let worst = 0;
  for (const growth of growths) {
    for (const rate of [0.5, 2, 10, 60, 200, 500]) {
      for (const share of [0.3, 0.5, 0.7]) worst = Math.max(worst, forecastError(rate, growth, share));
    }
  }
  return worst;
}

const LIMIT = 2000;

function forecastError(rate, growth, share) {
  const endS =
    growth === 0 ? LIMIT / rate : (-rate + Math.sqrt(rate * rate + 4 * growth * LIMIT)) / (2 * growth);
  const everyS = endS / LIMIT;
  const headroom = new KeyHeadroom();
  let atS = 0;
  let remaining = LIMIT;
  for (; atS <= share * endS; atS += everyS) {
    remaining = LIMIT - Math.floor(rate * atS + growth * atS * atS);
    headroom.observe({
      observedAt: atS * 1000,
      limit: LIMIT,
      remaining,
      resetsInMs: 3_600_000,
      retryAfterMs: null,
    });
  }
  const lastS = atS - everyS;
  const foreseenS = (headroom.exhaustedInMs(undefined, remaining, lastS * 1000) ?? Number.NaN) / 1000;
  // No forecast at all is as wrong as one can be.
  return Number.isNaN(foreseenS) ? 1 : Math.abs(foreseenS - (endS - lastS)) / (endS - lastS);
}

/** The cause function on its corpus; the same scenarios, and those of the built program, are tests too. */
function causeFigures() {
  const isTwo = ({ name }) => name.startsWith('two faults');
  const wrong = (scenarios) =>
    scenarios.filter((one) => (diagnose(factsOf(one)).cause?.code ?? null) !== one.cause).length;
  const all = pureScenarios();
  const two = all.filter(isTwo);
  const one = all.filter((scenario) => !isTwo(scenario));
  return [
    [`wrong causes, of ${one.length} single faults`, wrong(one), 0, ''],
    [`wrong causes, of ${two.length} double faults`, wrong(two), 0, ''],
  ];
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
