import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, codeOf, type Ended, eventually, runProgram } from '../../support/homes/agent-home.ts';
import { homeWithKeys } from '../../support/homes/home-with-keys.ts';
import { type HeldAnswers, holdAnswers } from '../../support/platform/held-answers.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForTheFaultTests01';
const PUBLIC = 'mbd_test_'.length;

const { home, hear } = homeWithKeys(['agent', CANARY]);

const run = async (flags: readonly string[], command: readonly string[]): Promise<Ended> => {
  const ended = await runProgram(process.execPath, [CLI, 'run', ...flags, '--', ...command], {
    env: home.env,
    cwd: home.folder,
  });
  hear(ended.stdout + ended.stderr);
  return ended;
};

describe.concurrent('a value that is written in two', () => {
  /** Writes the value cut at each of the places, with a gap between, a line each. */
  const inTwo = (descriptor: 1 | 2, gapMs: number, places: readonly number[]): string =>
    `(async () => {
      for (const at of ${JSON.stringify(places)}) {
        writeSync(${descriptor}, '<' + value.slice(0, at));
        await pause(${gapMs});
        writeSync(${descriptor}, value.slice(at) + '>\\n');
      }
    })();`;
  const node = (script: string): string[] => [
    process.execPath,
    '-e',
    `const { writeSync } = require('node:fs');
     const { setTimeout: pause } = require('node:timers/promises');
     const value = process.env.MOLTBOTDEN_API_KEY;
     ${script}`,
  ];
  // What is let through is no more than the public part and three characters.
  const masked = new RegExp(`^(<[^>]{0,${PUBLIC + 3}}\\[molt:agent\\]>\n)+$`);
  const everywhere = Array.from({ length: CANARY.length - 1 }, (_, at) => at + 1);

  it.each([
    [0, everywhere],
    [50, everywhere],
    [300, everywhere.filter((at) => at % 5 === 2)],
  ])('with %i ms between', async (gapMs, places) => {
    const { stdout } = await run([], node(inTwo(1, gapMs, places)));
    expect(stdout).toMatch(masked);
    expect(stdout.split('\n')).toHaveLength(places.length + 1);
  });

  it('with two seconds between: what tells waits, and of what was let through the rest is replaced', async () => {
    const { stdout, stderr } = await run(
      [],
      node(inTwo(1, 2000, [PUBLIC + 4]) + inTwo(2, 2000, [PUBLIC + 3])),
    );
    expect(stdout).toBe('<[molt:agent]>\n');
    expect(stderr).toBe(`<${CANARY.slice(0, PUBLIC + 3)}[molt:agent]>\n`);
  });

  it('at the end of the stream, and with another stream between', async () => {
    const script = `writeSync(1, value.slice(0, 20)); writeSync(2, value.slice(20)); writeSync(1, value.slice(20)); writeSync(2, value)`;
    const { stdout, stderr } = await run([], node(script));
    expect(stdout).toBe('[molt:agent]');
    // The tail alone is a telling piece as well.
    expect(stderr).toBe('[molt:agent][molt:agent]');
  });
});

describe.concurrent('masked output', () => {
  it('shows a prompt that ends as a value begins, while the child waits for its answer', async () => {
    const child = spawn(
      process.execPath,
      [CLI, 'run', '--', 'sh', '-c', 'printf "name: mbd_test_Can"; read x; echo "; got $x"'],
      { env: home.env, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually('the prompt is there', () => output === 'name: mbd_test_Can');
    child.stdin.end('me\n');
    await eventually('it goes on', () => output === 'name: mbd_test_Can; got me\n');
  });

  it('of 100 MiB needs no more memory than of one line', async () => {
    const script = 'head -c 104857600 /dev/zero; grep VmHWM /proc/$PPID/status >&2';
    const { stdout, stderr } = await runProgram(
      'sh',
      [
        '-c',
        '"$@" | wc -c',
        'sh',
        process.execPath,
        CLI,
        'run',
        '--mask',
        'always',
        '--',
        'sh',
        '-c',
        script,
      ],
      { env: home.env },
    );
    expect(stdout.trim()).toBe('104857600');
    expect(Number(/VmHWM:\s+(\d+) kB/.exec(stderr)?.[1])).toBeLessThan(120_000);
  });
});

describe('while a child runs beside us, its key', () => {
  it('is in no argument, no environment but the child’s, no remark of --debug, and no core file of ours', async () => {
    const child = spawn(
      process.execPath,
      [CLI, 'run', '--debug', '--kill-after', '5s', '--', 'sh', '-c', 'echo ready $$; read x; exit 3'],
      { env: home.env, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await eventually('it runs', () => output.includes('ready'));
    const childPid = Number(/ready (\d+)/.exec(output)?.[1]);
    const ours = `/proc/${child.pid}`;
    const read = (file: string): string => {
      try {
        return readFileSync(file, 'latin1');
      } catch {
        return '';
      }
    };
    const everyArgument = readdirSync('/proc').map((name) => read(`/proc/${name}/cmdline`));
    expect(everyArgument.join('\n')).toContain('--kill-after');
    expect(everyArgument.join('\n')).not.toContain(CANARY);
    expect(read(`${ours}/environ`)).not.toContain(CANARY);
    expect(read(`/proc/${childPid}/environ`)).toContain(CANARY);
    await eventually('our core files are empty', () => /^0+\n$/.test(read(`${ours}/coredump_filter`)));
    expect(read(`/proc/${childPid}/coredump_filter`)).toBe(read('/proc/self/coredump_filter'));
    child.stdin.end('\n');
    expect(await ended).toBe(3);
    expect(output).toContain('debug');
    expect(output).not.toContain(CANARY);
  });
});

describe('between the agent’s answer and the launch', () => {
  let answers: HeldAnswers;
  let env: Record<string, string | undefined>;
  beforeEach(async () => {
    const place = path.join(mkdtempSync(path.join(home.folder, 'held-')), 'home');
    answers = await holdAnswers(home.paths.socket, place);
    env = { ...home.env, KEYMOLT_HOME: place };
  });
  afterEach(() => answers.close());

  /** A run whose answer is on its way: the agent has told its values and knows of it. */
  const start = async (flags: readonly string[]): Promise<{ readonly ended: Promise<Ended> }> => {
    const command = ['sh', '-c', 'echo ${#MOLTBOTDEN_API_KEY}; exit 4'];
    const argv = [CLI, 'run', ...flags, '--no-input', '--', ...command];
    // The agent takes this process, which has the socket, for the one that runs: it goes on listing what is over.
    const listed = async (): Promise<number> => (await home.status()).runs.length;
    const before = await listed();
    const ended = runProgram(process.execPath, argv, { env }).then((one) => {
      hear(one.stdout + one.stderr);
      return one;
    });
    await eventually('the agent has answered', async () => (await listed()) > before);
    return { ended };
  };

  it.each([0, 0.3, 0.99])('the agent dies with %d of its answer said: nothing is started', async (part) => {
    const { ended } = await start([]);
    answers.cutOff(part);
    const refused = await ended;
    expect([refused.status, codeOf(refused), refused.stdout]).toEqual([125, 'AGENT_UNAVAILABLE', '']);
  });

  it.each([
    ['the vault is locked', () => home.ok('lock')],
    ['the agent is killed', () => home.killAgent()],
  ])('%s: the child has its key, and the next one has none', async (_what, happens) => {
    const inOurPlace = await start(['--mask', 'never']);
    const besideUs = await start([]);
    await happens();
    answers.letThrough();
    for (const { ended } of [inOurPlace, besideUs])
      expect(await ended).toMatchObject({ status: 4, stdout: `${CANARY.length}\n` });
    const next = await run(['--no-input'], ['true']);
    expect([next.status, codeOf(next)]).toEqual([125, 'VAULT_LOCKED']);
    await home.unlock();
  });
});

it('an agent that was started anew while a pipe was waited for is asked, not the one that was there before', async () => {
  const pipe = path.join(home.folder, 'variables');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  // Without the first `--` Node would read the pipe itself (nodejs/node#54232).
  const argv = [
    '--',
    CLI,
    'run',
    '--no-input',
    '--env-file',
    pipe,
    '--mask',
    'never',
    '--',
    'sh',
    '-c',
    'echo $A',
  ];
  const child = spawn(process.execPath, argv, { env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await eventually('it has its connection', () => {
    const descriptors = `/proc/${child.pid}/fd`;
    return readdirSync(descriptors).some(
      (name) => Number(name) > 2 && linkOf(`${descriptors}/${name}`).startsWith('socket:'),
    );
  });
  await home.ok('agent', 'stop');
  await home.unlock();
  await pause(1000);
  writeFileSync(pipe, 'A=from the pipe');
  await ended;
  hear(output);
  expect(output).toBe('from the pipe\n');
});

const linkOf = (file: string): string => {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
};
