import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CLI,
  codeOf,
  type Ended,
  eventually,
  isRunning,
  runProgram,
} from '../../support/homes/agent-home.ts';
import { homeWithKeys } from '../../support/homes/home-with-keys.ts';

/** How a child is launched: what it sees, how it ends, and what becomes of its signals, with us and without. */

const CANARY = 'mbd_test_Canary5Pl4ntedForTheLaunchTests01';
const SHORT = 'short';

const { home, hear } = homeWithKeys(['agent', CANARY]);

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
/** `keymolt run FLAGS --`, as a shell has it typed. */
const keymolt = (...flags: string[]): string =>
  [process.execPath, CLI, 'run', ...flags, '--'].map(quoted).join(' ');

const bash = async (script: string, cwd = home.folder): Promise<Ended> => {
  const ended = await runProgram('bash', ['-c', script], { env: home.env, cwd });
  hear(ended.stdout + ended.stderr);
  return ended;
};

/** The three ways a child is launched where there is no terminal: in our place, beside us, and through the mask. */
const WAYS = {
  'hand-over': ['--mask', 'never'],
  spawn: ['--mask', 'never', '--kill-after', '10s'],
  masked: [],
};
const ways = Object.entries(WAYS);

/** A script with a `RUN` in it, for which stands nothing or `keymolt run --`. */
const CASES: readonly (readonly [string, string])[] = [
  ['exit 0', 'RUN true'],
  ['exit 1', 'RUN false'],
  ['exit 7', "RUN sh -c 'exit 7'"],
  ['exit 255', "RUN sh -c 'exit 255'"],
  ...[
    'TERM',
    'KILL',
    'INT',
    'HUP',
    'QUIT',
    'SEGV',
    'ABRT',
    'USR1',
    'USR2',
    'ALRM',
    'PIPE',
    'XFSZ',
    'BUS',
    'TRAP',
    'VTALRM',
  ].map((signal): [string, string] => [`killed by ${signal}`, `ulimit -c 0; RUN sh -c 'kill -${signal} $$'`]),
  ['a missing command', 'RUN no-such-command-anywhere'],
  ['a file that is no program', 'RUN /etc/passwd'],
  ['a folder', 'RUN /tmp'],
  ['a missing interpreter', 'printf "#!/no/such\\n" > orphan; chmod +x orphan; RUN ./orphan'],
  ['a script without a first line', 'echo "exit 5" > plain; chmod +x plain; RUN ./plain'],
  ['a name with =', 'cp /bin/true a=b; RUN ./a=b; echo $?; PATH=$PWD:$PATH RUN a=b'],
  ['arguments', "RUN printf '<%s>' 'a b' '$HOME' '\"q\"' '*' '' -- -e '\\' 'é漢🦀' '`x`' '%PATH%' '^'"],
  ['its own name', "RUN sh -c 'echo $0'"],
  ['stdin to its end', 'seq 100000 | RUN wc -l'],
  ['no stdin', 'RUN cat < /dev/null'],
  ['stdin closed', 'RUN sh -c "cat; exit 3" <&-'],
  ['stdout closed', 'RUN true >&-'],
  ['head leaves', 'RUN yes | head -1; echo ${PIPESTATUS[0]}'],
  [
    'stdout and stderr, one after the other',
    "RUN sh -c 'for i in 1 2 3 4 5; do echo $i; echo e$i >&2; done' 2>&1",
  ],
  ['to stderr by name', "RUN sh -c 'echo one > /dev/stderr; echo two > /dev/stdout' 2>&1 | cat"],
  ['a file it appends to', "echo first > log; RUN sh -c 'echo second' >> log; cat log"],
  ['a descriptor more', 'echo there > extra; RUN cat /dev/fd/63 63< extra'],
  ['signals as they were', 'RUN grep -E "Sig(Blk|Ign)" /proc/self/status'],
  ['its streams', "RUN sh -c 'for f in 0 1 2; do grep flags /proc/self/fdinfo/$f; done' | grep -c 04...$"],
  ['its group and folder', "RUN sh -c 'pwd; umask; nice; ulimit -s'"],
  ['a child that closes stdout', "RUN sh -c 'exec >&-; sleep 0.3; exit 4' | cat; echo ${PIPESTATUS[0]}"],
  ['&& goes no further', "RUN sh -c 'kill -TERM $$' && echo went-on; echo $?"],
];

describe('a child ends, and sees the world, as without us', () => {
  it.each(CASES)('%s', async (_name, script) => {
    const folder = mkdtempSync(path.join(home.folder, 'case-'));
    const inFolder = async (way: string, command: string) => {
      const place = path.join(folder, way);
      mkdirSync(place);
      const { status, signal, stdout } = await bash(script.replaceAll('RUN ', command), place);
      return { way, status, signal, stdout: stdout.replaceAll(place, '') };
    };
    const bare = await inFolder('bare', '');
    const others = ways.map(([way, flags]) => inFolder(way, `${keymolt(...flags)} `));
    for (const ended of await Promise.all(others)) expect(ended).toEqual({ ...bare, way: ended.way });
  });
});

describe('hand-over', () => {
  it('leaves nothing of us: the child has our pid, and the agent knows it by that', async () => {
    const child = spawn(process.execPath, [CLI, 'run', '--', 'sleep', '30'], {
      env: home.env,
      stdio: 'ignore',
    });
    const pid = child.pid ?? 0;
    const command = (): string => readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
    await eventually('it is the command', () => command() === 'sleep');
    expect(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')).toBe('');
    expect((await home.status()).runs).toMatchObject([{ pid, command: 'sleep' }]);
    child.kill('SIGKILL');
    await eventually('the run is gone', async () => (await home.status()).runs.length === 0);
  });

  it('is not done by an `env` that is something else, nor without a PATH to search', async () => {
    const { stdout } = await bash(`PATH= ${keymolt('--mask', 'never')} /bin/sh -c 'echo $0'`);
    expect(stdout).toBe('/bin/sh\n');
  });
});

describe.each([
  ['hand-over', ['--mask', 'never']],
  ['masked', []],
])('signals, %s', (_way, flags) => {
  const start = async (script: string, more: string[] = []) => {
    const child = spawn(
      process.execPath,
      [CLI, 'run', ...flags, ...more, '--', process.execPath, '-e', script],
      {
        env: home.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<Pick<Ended, 'status' | 'signal'>>((resolve) =>
      child.once('close', (status, signal) => resolve({ status, signal })),
    );
    await eventually('the child is ready', () => output.includes('ready'));
    return { child, ended, output: () => output };
  };

  it('reach it once, and a child that takes its time is waited for', async () => {
    const { child, ended, output } = await start(
      `for (const s of ['SIGHUP', 'SIGUSR2', 'SIGCONT', 'SIGWINCH', 'SIGINT', 'SIGQUIT']) process.on(s, () => console.log('got', s));
       process.on('SIGTERM', () => { console.log('got SIGTERM'); setTimeout(() => process.exit(4), 400); });
       setInterval(() => {}, 1000); console.log('ready')`,
    );
    const signals = ['SIGHUP', 'SIGUSR2', 'SIGCONT', 'SIGWINCH', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
    for (const signal of signals) {
      child.kill(signal);
      await eventually(signal, () => output().includes(`got ${signal}`));
    }
    expect(await ended).toEqual({ status: 4, signal: null });
    for (const signal of signals) expect(output().split(`got ${signal}\n`)).toHaveLength(2);
  });

  it('--kill-after ends the whole tree of a child that does not end', async () => {
    const { child, ended, output } = await start(
      `process.on('SIGTERM', () => {});
       const p = require('node:child_process').spawn('sh', ['-c', 'trap "" TERM; sleep 60 & echo grandchild $!; wait'], { stdio: 'inherit' });
       setInterval(() => {}, 1000); setTimeout(() => console.log('ready', p.pid), 300)`,
      ['--kill-after', '300ms'],
    );
    const pids = [...output().matchAll(/(?:ready|grandchild) (\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(2);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ status: null, signal: 'SIGKILL' });
    await eventually('all are gone', () => pids.every((pid) => !isRunning(pid)));
  });
});

describe('masked output', () => {
  it('shows no value, in no form, and is told apart by name', async () => {
    const script = `const v = process.env.MOLTBOTDEN_API_KEY, b = Buffer.from(v);
      console.log([v, v.toUpperCase(), b.toString('base64'), b.toString('hex'), encodeURIComponent(v), JSON.stringify(v)].join('\\n')); console.error('err', v)`;
    const { stdout, stderr } = await bash(`${keymolt()} ${quoted(process.execPath)} -e ${quoted(script)}`);
    expect(stdout.match(/\[molt:agent\]/g)).toHaveLength(6);
    expect(stderr).toBe('err [molt:agent]\n');
  });

  it('leaves other bytes as they are, all of them', async () => {
    const file = path.join(home.folder, 'bytes');
    writeFileSync(
      file,
      Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * at + (at >> 7)) & 255)),
    );
    expect((await bash(`${keymolt()} cat bytes | cmp - bytes && echo same`)).stdout).toBe('same\n');
  });

  it('waits for a slow reader', async () => {
    const script = `${keymolt()} head -c 50000000 /dev/zero | (sleep 0.5; wc -c)`;
    expect((await bash(script)).stdout.trim()).toBe('50000000');
  });

  it('does not wait for a process that the child left behind', async () => {
    const { status, stdout, tookMs } = await bash(`${keymolt()} sh -c 'sleep 20 & echo here; exit 3'`);
    expect([status, stdout]).toEqual([3, 'here\n']);
    expect(tookMs).toBeLessThan(15_000);
  });

  it('says so where it cannot be written', async () => {
    const ended = await bash(`ulimit -f 1; ${keymolt()} head -c 500000 /dev/zero > limited`);
    expect(ended.status).toBe(141);
    expect(ended.stderr).toBe('keymolt: the command’s output could not be written to its end (EFBIG)\n');
  });

  it('is not done to a value that stands in ordinary words: a warning names it', async () => {
    await home.addKey('tiny', SHORT, '--var', 'TINY', '-e', 'staging');
    const { stdout, stderr } = await bash(`${keymolt('-e', 'staging')} sh -c 'echo a short story $TINY'`);
    expect(stdout).toBe('a short story short\n');
    expect(stderr).toMatch(/^keymolt: warning: tiny is too short to be masked/);
  });
});

describe('around the launch', () => {
  it('an environment of 120 KB reaches the child, one over the limits of the system is refused', async () => {
    const big = `export A=$(head -c 60000 /dev/zero | tr '\\0' x) B=$(head -c 60000 /dev/zero | tr '\\0' y);`;
    for (const [, flags] of ways) {
      expect((await bash(`${big} ${keymolt(...flags)} sh -c 'echo \${#A} \${#B}'`)).stdout).toBe(
        '60000 60000\n',
      );
    }
    // One file may have a megabyte, so it takes three.
    const files = ['a', 'b', 'c'].flatMap((letter) => {
      const lines = Array.from({ length: 9 }, (_, at) => `${letter}${at}=${'z'.repeat(110_000)}`);
      writeFileSync(path.join(home.folder, `${letter}.env`), lines.join('\n'));
      return ['--env-file', `${letter}.env`];
    });
    const refused = await bash(`${keymolt(...files)} true`);
    expect([refused.status, codeOf(refused)]).toEqual([125, 'ENVIRONMENT_TOO_LARGE']);
  });

  it('a small stack makes those limits smaller, and no abort', async () => {
    const large = Array.from({ length: 4 }, (_, at) => `V${at}=${'z'.repeat(100_000)}`).join('\n');
    writeFileSync(path.join(home.folder, 'large.env'), large);
    const refused = await bash(
      `ulimit -s 1400; ${keymolt('--mask', 'never', '--env-file', 'large.env')} true`,
    );
    expect([refused.status, codeOf(refused)]).toEqual([125, 'ENVIRONMENT_TOO_LARGE']);
  });

  it('fifty at once all get their key', async () => {
    const script = `for i in $(seq 50); do ${keymolt()} sh -c 'echo \${#MOLTBOTDEN_API_KEY}' & done; wait`;
    expect((await bash(script)).stdout).toBe(`${CANARY.length}\n`.repeat(50));
  });

  it('a run in a run is a run', async () => {
    const inner = keymolt('--mask', 'never');
    const { stdout, status } = await bash(`${keymolt()} ${inner} sh -c 'echo $MOLTBOTDEN_API_KEY; exit 9'`);
    expect([stdout, status]).toEqual(['[molt:agent]\n', 9]);
  });

  it('where the agent ends between its answer and the launch, the child runs', async () => {
    const running = bash(`${keymolt('--kill-after', '5s')} sh -c 'sleep 1; exit 6'`);
    await eventually('the run is listed', async () => (await home.status()).runs.length > 0);
    await home.killAgent();
    expect((await running).status).toBe(6);
    await home.unlock();
  });

  it('kill -9 of the one beside it leaves a child whose next line ends it', async () => {
    const child = spawn(
      process.execPath,
      [CLI, 'run', '--', 'sh', '-c', 'echo $$; while sleep 0.1; do echo tick; done'],
      {
        env: home.env,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually('it ticks', () => output.includes('tick'));
    child.kill('SIGKILL');
    await eventually('it is gone', () => !isRunning(Number.parseInt(output, 10)));
  });
});
