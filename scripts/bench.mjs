// `npm run bench`: how fast, beside a baseline measured in the same run. `-- --quick` for few rounds, `-- core` for a part.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { hashRaw } from '@node-rs/argon2';
import { STANDARD_KDF } from '../src-main/vault/crypto/kdf.ts';
import { batchFigures } from './bench/batches.mjs';
import { doctorFigures } from './bench/doctor.mjs';
import { cache, cleanEnvironment, cli, makeHome, openHere } from './bench/home.mjs';
import { rivals } from './bench/rivals.mjs';
import { rotationFigures } from './bench/rotations.mjs';
import { startOf, takeTurns, timed } from './bench/rounds.mjs';
import { windowFigures } from './bench/window.mjs';
import { root } from './prepare.mjs';

const isQuick = process.argv.includes('--quick');
const rounds = (usual) => (isQuick ? Math.max(3, Math.round(usual / 6)) : usual);
/** `-- core`, `-- work`, `-- window`: these alone. */
const parts = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const isWanted = (part) => parts.length === 0 || parts.includes(part);
const MANY = 10_000;
const env = cleanEnvironment();
const node = process.execPath;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (!existsSync(cli)) {
  console.error('There is no built program. Run `npm run build` first.');
  process.exit(1);
}
mkdirSync(cache, { recursive: true });

/** One line for each figure; `limit` in the figure's own unit. */
const figures = [];
function figure(what, value, limit, unit, more = '') {
  const isOk = limit === undefined ? undefined : value <= limit;
  figures.push({ what, value, limit, unit, more, ok: isOk });
}
function addFigures(more) {
  for (const [what, value, limit, unit] of more) figure(what, value, limit, unit);
}
const notes = [];
const tables = {};

async function starts(small, big) {
  const others = rivals(env);
  notes.push(...others.missing);
  const run = [cli, 'run', '--only', 'agent-00000', '--', 'true'];
  const times = await takeTurns(rounds(30), {
    'env true': startOf('/usr/bin/env', ['true'], { env }),
    'node -e 0': startOf(node, ['-e', '0'], { env }),
    // With no pipe to be masked: the command takes our place.
    'keymolt run -- true, hand-over': startOf(node, run, { env: small.env, isQuiet: true }),
    'keymolt status': startOf(node, [cli, 'status'], { env: small.env }),
    'keymolt run -- true, masked': startOf(node, run, { env: small.env }),
    'keymolt key list --json, 10,000 keys': startOf(node, [cli, 'key', 'list', '--json'], { env: big.env }),
    ...others.cases,
  });
  tables['Starting a program, to its end (ms)'] = { times, baseline: 'node -e 0' };
  const base = times['node -e 0'].median;
  const ratio = (name) => times[name].median / base;
  figure(
    'list 10,000 keys through the CLI, JSON',
    ratio('keymolt key list --json, 10,000 keys'),
    4,
    '× node -e 0',
  );
  figure('keymolt status', ratio('keymolt status'), 1.5, '× node -e 0');
  figure('keymolt run -- true', ratio('keymolt run -- true, hand-over'), 1.35, '× node -e 0');
}

async function unlock(big) {
  const { memoryKib, passes, lanes } = STANDARD_KDF;
  const kdf = {
    memoryCost: memoryKib,
    timeCost: passes,
    parallelism: lanes,
    outputLen: 32,
    salt: Buffer.alloc(16, 1),
  };
  const connection = await big.connect();
  const lockAndUnlock = async (pauseMs) => {
    await connection.request('vault.lock', {});
    await pause(pauseMs);
    return timed(() => connection.request('vault.unlock', { with: 'passphrase', secret: big.passphrase() }));
  };
  const times = await takeTurns(rounds(20), {
    'bare Argon2id, 128 MiB t=3 p=4': () => timed(() => hashRaw('a passphrase', kdf)),
    // The agent clears its memory after the answer to a lock; that is not the unlock's time.
    'unlock, 10,000 keys': () => lockAndUnlock(300),
    // Left alone, it gives its compiled code back as well.
    'unlock, 10,000 keys, after a quiet time': () => lockAndUnlock(3500),
  });
  connection.close();
  tables['Unlocking (ms)'] = { times, baseline: 'bare Argon2id, 128 MiB t=3 p=4' };
  const bare = times['bare Argon2id, 128 MiB t=3 p=4'].median;
  figure(
    'unlock with 10,000 keys',
    times['unlock, 10,000 keys'].median,
    1.3 * bare + 60,
    'ms',
    `1.3 × ${bare.toFixed(0)} + 60`,
  );
  figure(
    'the same after a quiet time',
    times['unlock, 10,000 keys, after a quiet time'].median,
    undefined,
    'ms',
  );
}

async function writes(folder) {
  const home = await makeHome({ keys: 0 });
  home.keymolt('agent', 'stop');
  const { file, vault } = await openHere(home.paths.vault);
  const bare = openSync(path.join(folder, 'bare'), 'w');
  const block = Buffer.alloc(4096, 1);
  let n = 0;
  const times = await takeTurns(rounds(200), {
    'write 4 KiB + fsync': () =>
      timed(() => {
        writeSync(bare, block);
        fsyncSync(bare);
      }),
    'one durable write of the vault': () =>
      timed(() =>
        vault.transact((tx) => tx.put({ kind: 'setting', environmentId: null, meta: { n: (n += 1) } })),
      ),
  });
  closeSync(bare);
  file.close();
  home.dispose();
  tables['Writing (ms)'] = { times, baseline: 'write 4 KiB + fsync' };
  figure('one durable write', times['one durable write of the vault'].median, 2, 'ms');
}

async function memory(big) {
  const idle = await makeHome({ keys: 0, isOpen: false });
  idle.keymolt('agent', 'start');
  await pause(3000);
  const fresh = idle.residentMb();
  idle.dispose();
  const many = await makeHome({ keys: MANY });
  many.keymolt('key', 'list', '--json');
  await pause(3000);
  const full = many.residentMb();
  many.dispose();
  const worked = big.residentMb();
  big.keymolt('lock');
  await pause(2000);
  notes.push(
    `the agent with 10,000 keys after all of the above: ${worked?.toFixed(0)} MB; locked: ${big.residentMb()?.toFixed(0)} MB`,
  );
  big.keymolt('unlock', '--password-file', big.passphraseFile);
  figure('agent’s memory, idle', fresh, 70, 'MB RSS');
  figure('agent’s memory, 10,000 keys, listed once', full, 110, 'MB RSS');
}

const busy = loadavg()[0];
if (busy > cpus().length / 2) {
  notes.push(
    `the machine was busy before it began (load ${busy.toFixed(1)}): ratios hold, milliseconds do not`,
  );
}
const folder = path.join(cache, `bench-${process.pid}`);
mkdirSync(folder);
const small = await makeHome({ keys: 1 });
const big = await makeHome({ keys: MANY });
try {
  if (isWanted('core')) {
    await starts(small, big);
    await unlock(big);
    await writes(folder);
    await memory(big);
  }
  if (isWanted('work')) {
    addFigures((await batchFigures()).figures);
    addFigures((await rotationFigures(rounds(12))).figures);
    const doctored = await makeHome({ keys: 0 });
    try {
      addFigures((await doctorFigures({ home: doctored })).figures);
    } finally {
      doctored.dispose();
    }
  }
  if (isWanted('window')) {
    const window = await windowFigures({ rounds: rounds(9), home: big, empty: small });
    addFigures(window.figures);
    Object.assign(tables, window.tables);
    notes.push(...window.notes);
  }
} finally {
  small.dispose();
  big.dispose();
  rmSync(folder, { recursive: true, force: true });
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Node ${process.versions.node}`;
for (const [title, { times, baseline }] of Object.entries(tables)) {
  console.log(`\n${title}`);
  const width = Math.max(...Object.keys(times).map((name) => name.length));
  console.log(
    `${''.padEnd(width)}  ${['median', 'min', 'p95', 'ratio', 'of min'].map((word) => word.padStart(8)).join('')}`,
  );
  for (const [name, { median, min, p95 }] of Object.entries(times)) {
    // On a busy machine the ratio of the fastest runs tells more than that of the medians.
    const ratios = [median / times[baseline].median, min / times[baseline].min].map((ratio) =>
      ratio.toFixed(2),
    );
    const cells = [median, min, p95].map((ms) => ms.toFixed(ms < 10 ? 2 : 1));
    console.log(`${name.padEnd(width)}  ${[...cells, ...ratios].map((cell) => cell.padStart(8)).join('')}`);
  }
}
console.log('\nFigures');
for (const { what, value, limit, unit, more, ok } of figures) {
  const verdict = ok === undefined ? '    ' : ok ? 'ok  ' : 'OVER';
  const said = value === undefined ? 'not measured' : value.toFixed(2);
  console.log(
    `${verdict}  ${what}: ${said} ${unit}${limit === undefined ? '' : ` (at most ${limit.toFixed(limit < 10 ? 1 : 0)}${more === '' ? '' : ` = ${more}`})`}`,
  );
}
for (const note of notes) console.log(`      ${note}`);
const file = path.join(cache, 'bench.json');
writeFileSync(
  file,
  `${JSON.stringify({ at: new Date().toISOString(), machine, isQuick, figures, tables, notes }, null, 2)}\n`,
);
console.log(`\n${machine}. Written to ${path.relative(root, file)}.`);
