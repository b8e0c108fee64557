// `npm run bench:run`: how `keymolt run` launches a command and masks its output, beside other tools in the same run.
// Prints tables in Markdown; `--write` puts them into docs/RUN.md.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { root } from '../prepare.mjs';
import { cache, cleanEnvironment, cli, makeHome } from './home.mjs';
import { installed } from './rivals.mjs';
import { startOf, summary, takeTurns } from './rounds.mjs';

const VALUE = 'mbd_test_Zq3vX8kLw2Rt7Yp5Bn9Mc4Hd6Jf1Gs0A';
const isQuick = process.argv.includes('--quick');
const rounds = (usual) => (isQuick ? Math.max(3, Math.round(usual / 5)) : usual);
const clean = cleanEnvironment();
const node = process.execPath;
const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

const home = await makeHome({ keys: 0 });
const keyAdded = spawnSync(
  node,
  [cli, 'key', 'add', 'agent', '--platform', 'sandbox-hosting', '--value-file', '-'],
  {
    env: home.env,
    input: VALUE,
    encoding: 'utf8',
  },
);
if (keyAdded.status !== 0) throw new Error(keyAdded.stderr);

const folder = path.join(cache, 'bench-run');
const { tools, missing } = installed(clean, folder, VALUE);
const ours = {
  name: 'keymolt',
  plain: [node, cli, 'run', '--'],
  masking: [node, cli, 'run', '--'],
  env: home.env,
};
const all = [
  { name: 'nothing between', plain: [], masking: [], env: { ...clean, MOLTBOTDEN_API_KEY: VALUE } },
  ours,
  ...tools,
];

const shell = (tool, words, script) =>
  spawnSync('bash', ['-c', script.replaceAll('RUN', words.map(quoted).join(' '))], {
    env: tool.env ?? clean,
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
    maxBuffer: 1 << 26,
  });

const ENDS = {
  'exit 7': "RUN sh -c 'exit 7'",
  'killed by TERM': "RUN sh -c 'kill -TERM $$'",
  'killed by KILL': "RUN sh -c 'kill -KILL $$'",
  'killed by SEGV': "ulimit -c 0; RUN sh -c 'kill -SEGV $$'",
  'not found': 'RUN no-such-command-anywhere',
  'not executable': 'RUN /etc/passwd',
  '`yes` into `head -1`': 'RUN yes | head -1 > /dev/null; exit ${PIPESTATUS[0]}',
};

function conformance() {
  const expected = {};
  return table(
    ['the child', ...all.map(({ name }) => name)],
    Object.entries(ENDS).map(([what, script]) => [
      what,
      ...all.map((tool, at) => {
        const { status } = shell(tool, tool.plain, `${script} 2> /dev/null`);
        if (at === 0) expected[what] = status;
        return status === expected[what] ? `${status}` : `**${status}**`;
      }),
    ]),
  );
}

const secret = 'process.env.MOLTBOTDEN_API_KEY';
const FORMS = {
  raw: [`const v = ${secret}; console.log('key=' + v + ';')`, VALUE],
  'split by 300 ms': [
    `const v = ${secret}; process.stdout.write('key=' + v.slice(0, 20)); setTimeout(() => console.log(v.slice(20)), 300)`,
    VALUE,
  ],
  base64: [
    `console.log(Buffer.from(${secret}).toString('base64'))`,
    Buffer.from(VALUE).toString('base64').slice(2, -4),
  ],
  hex: [`console.log(Buffer.from(${secret}).toString('hex'))`, Buffer.from(VALUE).toString('hex')],
  'upper case': [`console.log(${secret}.toUpperCase())`, VALUE.toUpperCase()],
  percent: [
    `console.log([...Buffer.from(${secret})].map((b) => '%' + b.toString(16)).join(''))`,
    [...Buffer.from(VALUE)].map((byte) => `%${byte.toString(16)}`).join(''),
  ],
  'colours inside': [
    `const v = ${secret}; console.log(v.slice(0, 24) + '\\x1b[31m' + v.slice(24) + '\\x1b[0m')`,
    VALUE.slice(9, 24),
  ],
  'wrapped at 20': [`console.log(${secret}.match(/.{1,20}/g).join('\\n'))`, VALUE.slice(20, 40)],
  'its last 20': [`console.log('...' + ${secret}.slice(-20))`, VALUE.slice(-20)],
  'at the end, no newline': [`process.stdout.write('x' + ${secret})`, VALUE],
};

function masking() {
  return table(
    ['through a pipe', ...all.slice(1).map(({ name }) => name)],
    Object.entries(FORMS).map(([what, [script, telling]]) => [
      what,
      ...all.slice(1).map((tool) => {
        const { stdout, stderr } = shell(
          tool,
          tool.masking,
          `RUN ${quoted(node)} -e ${quoted(script)} | cat`,
        );
        return (stdout + stderr).includes(telling) ? '**leak**' : 'masked';
      }),
    ]),
  );
}

/** Bytes without a secret, through the mask and back. */
function losses() {
  const file = path.join(folder, 'bytes');
  writeFileSync(file, Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => (at * at + (at >> 9)) & 255)));
  return [
    '2 MB of bytes',
    ...all
      .slice(1)
      .map((tool) =>
        shell(tool, tool.masking, 'RUN cat bytes | cmp -s - bytes').status === 0 ? 'the same' : '**changed**',
      ),
  ];
}

/** ms until a prompt that ends in the first letters of the key is there. */
async function promptMs(tool) {
  const script = `process.stdout.write('ready'); setTimeout(() => { process.stdout.write(' name: mbd'); }, 300); setTimeout(() => {}, 1500)`;
  const [command, ...args] = [...tool.masking, node, '-e', script];
  const child = spawn(command, args, {
    env: tool.env ?? clean,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const seen = {};
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    if (text.includes('ready')) seen.ready ??= performance.now();
    if (text.includes('name: mbd')) seen.prompt ??= performance.now();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return seen.prompt - seen.ready - 300;
}

/** ms from a TERM to us till the child has it, and from there to the end of all; the same program for `words` none. */
async function delays(words, env) {
  const script = `process.on('SIGTERM', () => { console.log('got ' + (performance.timeOrigin + performance.now())); process.exit(3); }); setInterval(() => {}, 1000); console.log('ready')`;
  const [command, ...args] = [...words, node, '-e', script];
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  while (!text.includes('ready')) await new Promise((resolve) => setTimeout(resolve, 10));
  const at = performance.timeOrigin + performance.now();
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('close', resolve));
  const endedAt = performance.timeOrigin + performance.now();
  const got = Number(/got (\S+)/.exec(text)[1]);
  return { signal: got - at, exit: endedAt - got };
}

/** MB of the process that stands between, and its children's not; 0 where the command has taken its place. */
async function residentMb(words, env) {
  const [command, ...args] = [...words, 'sleep', '20'];
  const child = spawn(command, args, {
    env: env ?? clean,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const status = (pid) => readFileSync(`/proc/${pid}/status`, 'latin1');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  let mb = 0;
  const pids = [];
  for (let pid = child.pid; pid !== undefined;) {
    const text = status(pid);
    pids.push(pid);
    if (/^Name:\s+sleep$/m.test(text)) break;
    mb += Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024;
    const [next] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
    pid = next === undefined || next === '' ? undefined : Number(next);
  }
  for (const pid of pids.reverse()) process.kill(pid, 'SIGKILL');
  return mb;
}

const seconds = async (tool, words) => {
  const times = [];
  for (let n = 0; n < rounds(7); n += 1) {
    const startedAt = performance.now();
    const { stdout } = shell(tool, words, 'RUN head -c 104857600 /dev/zero | wc -c');
    if (stdout.trim() !== '104857600') return undefined;
    times.push((performance.now() - startedAt) / 1000);
  }
  return summary(times).median;
};

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const starts = async () => {
  const cases = { 'node -e 0': startOf(node, ['-e', '0'], { env: clean, isQuiet: true }) };
  for (const { name, plain, env = clean } of all.slice(1)) {
    const [command, ...args] = [...plain, 'true'];
    cases[name] = startOf(command, args, { env, cwd: folder, isQuiet: true });
  }
  cases['keymolt, masked'] = startOf(node, [cli, 'run', '--', 'true'], { env: home.env });
  const times = await takeTurns(rounds(25), cases);
  const base = times['node -e 0'];
  return table(
    ['`true`, to its end', 'median ms', 'fastest ms', '× `node -e 0`', 'of the fastest'],
    Object.entries(times).map(([name, { median, min }]) => [
      name,
      median.toFixed(1),
      min.toFixed(1),
      (median / base.median).toFixed(2),
      (min / base.min).toFixed(2),
    ]),
  );
};

mkdirSync(folder, { recursive: true });
const sections = [];
try {
  sections.push(
    `## How a child ends\n\nThe exit status a shell sees. Bold: not what it is without anything between.\n\n${conformance()}`,
  );
  sections.push(
    `## What is masked\n\nA value in a command’s output, which a pipe shows.\n\n${masking()}\n| ${losses().join(' | ')} |`,
  );
  const figures = [];
  const beside = [node, cli, 'run', '--kill-after', '10s', '--'];
  const seen = { with: [], without: [] };
  for (let n = 0; n < rounds(15); n += 1) {
    seen.with.push(await delays(beside, ours.env));
    seen.without.push(await delays([], clean));
  }
  const added = (name) => {
    const [ms, bare] = [seen.with, seen.without].map(
      (times) => summary(times.map((one) => one[name])).median,
    );
    return `${Math.max(0, ms - bare).toFixed(1)} ms`;
  };
  figures.push(['added to a signal, beside the child', added('signal'), '10 ms']);
  figures.push(['added to the child’s end, beside the child', added('exit'), '10 ms']);
  for (const tool of all.slice(1)) {
    const ms = await promptMs(tool);
    const limit = tool === ours ? '50 ms' : '';
    figures.push([
      `a prompt that ends in \`mbd\`, ${tool.name}`,
      ms > 900 || Number.isNaN(ms) ? 'held back' : `${Math.max(0, ms).toFixed(0)} ms`,
      limit,
    ]);
    const took = await seconds(tool, tool.masking);
    figures.push([
      `100 MiB through a pipe, ${tool.name}`,
      took === undefined ? 'bytes lost' : `${took.toFixed(2)} s`,
      tool === ours ? '0.5 s' : '',
    ]);
  }
  figures.push([
    '100 MiB through a pipe, nothing between',
    `${(await seconds(all[0], [])).toFixed(2)} s`,
    '',
  ]);
  figures.push([
    'memory while the child sleeps, keymolt, hand-over',
    `${(await residentMb(ours.plain, ours.env)).toFixed(0)} MB`,
    '0 MB',
  ]);
  figures.push([
    'memory while the child sleeps, keymolt, beside the child',
    `${(await residentMb(beside, ours.env)).toFixed(0)} MB`,
    '60 MB',
  ]);
  for (const tool of tools)
    figures.push([
      `memory while the child sleeps, ${tool.name}`,
      `${(await residentMb(tool.plain)).toFixed(0)} MB`,
      '',
    ]);
  sections.push(`## Figures\n\n${table(['what', 'measured', 'at most'], figures)}`);
  sections.push(
    `## Starting\n\nAll streams lead to /dev/null, but for the row that says otherwise.\n\n${await starts()}`,
  );
} finally {
  home.dispose();
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`;
const notes = [
  `Measured on ${machine}, by \`npm run bench:run -- --write\`. On a busy machine the ratios hold, and the milliseconds do not.`,
  ...missing,
].join('\n\n');
const text = `# \`keymolt run\`, measured\n\n${notes}\n\n${sections.join('\n\n')}\n`;
console.log(text);
if (process.argv.includes('--write')) writeFileSync(path.join(root, 'docs', 'RUN.md'), text);
