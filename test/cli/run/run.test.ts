import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CLI,
  codeOf,
  type Ended,
  eventually,
  isRunning,
  pause,
  runProgram,
} from '../../support/homes/agent-home.ts';
import { homeWithKeys } from '../../support/homes/home-with-keys.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForTheRunTests0001';
const OTHER = 'mbd_test_Canary5Pl4ntedForTheRunTests0002';
const LIVE = 'mbd_live_Canary5Pl4ntedForTheRunTests0003';

/** Values reach the child and nothing else: `run` prints none itself. */
const { home, hear } = homeWithKeys(
  ['agent', CANARY],
  ['second', OTHER, '--var', 'SECOND_KEY'],
  ['deploy', LIVE, '-e', 'prod'],
);

// Executed by its own first line, as a person does: `node FILE run --env-file F` would have Node read F itself.
const run = async (
  args: readonly string[],
  options: { input?: string; env?: Record<string, string | undefined> } = {},
): Promise<Ended> => {
  const ended = await runProgram(CLI, ['run', ...args], {
    cwd: home.folder,
    ...options,
    env: { ...home.env, ...options.env },
  });
  hear(ended.stderr);
  return ended;
};
const sh = (script: string, ...flags: string[]): Promise<Ended> => run([...flags, '--', 'sh', '-c', script]);
/** As `run`, with values where the child prints them: what a pipe shows is masked otherwise. */
const unmasked = (args: readonly string[], options: Parameters<typeof run>[1] = {}): Promise<Ended> =>
  run(['--mask', 'never', ...args], options);
const environmentOf = async (
  flags: readonly string[],
  env: Record<string, string | undefined> = {},
): Promise<Record<string, string>> => {
  const { stdout } = await unmasked(
    [...flags, '--', process.execPath, '-e', 'console.log(JSON.stringify(process.env))'],
    { env },
  );
  return JSON.parse(stdout) as Record<string, string>;
};

describe('what the child gets', () => {
  it('is each active key of the environment under its variable, and the facts', async () => {
    const env = await environmentOf([]);
    expect(env).toMatchObject({
      MOLTBOTDEN_API_KEY: CANARY,
      SECOND_KEY: OTHER,
      MOLTBOTDEN_ENV: 'dev',
      KEYMOLT_HOME: home.home,
    });
    expect(env['KEYMOLT_RUN_ID']).toMatch(/^\S{8,}$/);
    expect(env['KEYMOLT_KEY_FINGERPRINT']).toMatch(/^[0-9a-f]{16},[0-9a-f]{16}$/);
    expect(Object.values(env)).not.toContain(LIVE);
  });

  it('is less with --only, and more with --map', async () => {
    const env = await environmentOf([
      '--only',
      'second',
      '--map',
      'MINE=agent',
      '--map',
      'FP=molt://dev/agent/fingerprint',
    ]);
    expect(env).toMatchObject({ SECOND_KEY: OTHER, MINE: CANARY });
    expect(env['FP']).toMatch(/^[0-9a-f]{16}$/);
    expect(env).not.toHaveProperty('MOLTBOTDEN_API_KEY');
  });

  it('has the variables of .env files, the last of several, with references resolved', async () => {
    const first = path.join(home.folder, 'first.env');
    const second = path.join(home.folder, 'second.env');
    writeFileSync(
      first,
      '\ufeffPLAIN=one\r\nexport QUOTED="a b # c"\nREF=molt://dev/agent\nNOT_A_REF=see molt://dev/agent\n',
    );
    writeFileSync(second, "PLAIN='two'\nDOLLAR=$HOME\n");
    const env = await environmentOf(['--env-file', first, '--env-file', second], { PLAIN: 'inherited' });
    expect(env).toMatchObject({
      PLAIN: 'two',
      QUOTED: 'a b # c',
      REF: CANARY,
      NOT_A_REF: 'see molt://dev/agent',
      DOLLAR: '$HOME',
    });
  });

  it('is nothing of keymolt itself, and little at all with --pristine', async () => {
    const outer = { KEYMOLT_RUN_ID: 'outer', KEYMOLT_SECRET_THING: 'x', EDITOR: 'vi' };
    const env = await environmentOf([], outer);
    expect(env).not.toHaveProperty('KEYMOLT_SECRET_THING');
    expect(env['KEYMOLT_RUN_ID']).not.toBe('outer');
    expect(env['EDITOR']).toBe('vi');
    expect(await environmentOf(['--pristine'], outer)).not.toHaveProperty('EDITOR');
  });

  it('says in one line when an inherited variable differs, by fingerprint, and who wins', async () => {
    const inherited = { MOLTBOTDEN_API_KEY: 'inherited-value-of-mine' };
    const vault = await unmasked(['--', 'sh', '-c', 'echo $MOLTBOTDEN_API_KEY'], { env: inherited });
    expect(vault.stdout).toBe(`${CANARY}\n`);
    expect(vault.stderr).toMatch(
      /^keymolt: MOLTBOTDEN_API_KEY: the vault wins \(vault dev\/agent [0-9a-f]{16}, inherited [0-9a-f]{16}\)\n$/,
    );
    expect(vault.stderr).not.toContain('inherited-value-of-mine');
    const script = 'echo $MOLTBOTDEN_API_KEY $KEYMOLT_KEY_FINGERPRINT';
    const kept = await run(['--preserve-env', '--', 'sh', '-c', script], { env: inherited });
    // The one fingerprint is that of the other key.
    expect(kept.stdout).toMatch(/^inherited-value-of-mine [0-9a-f]{16}\n$/);
    const same = await run(['--', 'true'], { env: { MOLTBOTDEN_API_KEY: CANARY } });
    expect(same.stderr).toBe('');
    expect((await run(['-q', '--', 'true'], { env: inherited })).stderr).toBe('');
  });

  it('is its arguments, byte for byte', async () => {
    const odd = [
      'a b',
      '$HOME',
      '"q"',
      "'",
      '*',
      '',
      '--',
      '-e',
      '\\',
      'é漢🦀',
      'new\nline',
      '`x`',
      '%PATH%',
      '^',
      '&|;<>',
    ];
    const { stdout } = await run([
      '--',
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...odd,
    ]);
    expect(JSON.parse(stdout)).toEqual(odd);
  });

  it('is not started with an argument that could not be passed on as it is', async () => {
    const script = 'exec "$0" "$1" run -- echo "$(printf "\\377")"';
    const ended = await runProgram('sh', ['-c', script, process.execPath, CLI], { env: home.env });
    expect([ended.status, codeOf(ended)]).toEqual([125, 'USAGE']);
  });

  it('is its name as it was typed', async () => {
    const link = path.join(home.folder, 'my-tool');
    symlinkSync('/bin/sh', link);
    const { stdout } = await run(['--', './my-tool', '-c', 'echo $0; tr "\\0" " " < /proc/$$/cmdline']);
    expect(stdout).toContain('./my-tool -c');
  });

  it('is our stdin, to the end of it', async () => {
    const { stdout } = await run(['--', 'cat'], { input: 'line\n'.repeat(50_000) });
    expect(stdout).toHaveLength(250_000);
  });

  it('is streams that block, signals as they were, and no further descriptor', async () => {
    const { stdout } = await sh(
      'for f in 0 1 2; do grep flags /proc/self/fdinfo/$f; done; grep -E "Sig(Ign|Blk)" /proc/self/status; ls /proc/self/fd',
    );
    expect(
      stdout
        .match(/^flags:\s+\d+$/gm)
        ?.map((line) => Number.parseInt(line.split(/\s+/)[1] ?? '', 8) & 0o4000),
    ).toEqual([0, 0, 0]);
    expect(stdout).toMatch(/SigBlk:\s+0{16}/);
    expect(stdout).toMatch(/SigIgn:\s+0{16}/);
    const bare = await runProgram('sh', ['-c', 'ls /proc/self/fd'], { env: home.env });
    expect(stdout.slice(stdout.indexOf('\n', stdout.indexOf('SigIgn')) + 1)).toBe(bare.stdout);
  });

  it('is no address of an outer run, whose keys may be of another platform', async () => {
    const outer = { MOLTBOTDEN_API_BASE: 'https://outer.example' };
    const both = [
      '--map',
      'MOLTBOTDEN_API_KEY=agent',
      '--map',
      'LIVE_KEY=molt://prod/deploy',
      '--allow-live',
    ];
    const one = await environmentOf([...both, '--only', 'second'], { ...outer, KEYMOLT_RUN_ID: 'outer' });
    expect(one).not.toHaveProperty('MOLTBOTDEN_API_BASE');
    const own = await environmentOf([...both, '--only', 'second'], outer);
    expect(own['MOLTBOTDEN_API_BASE']).toBe('https://outer.example');
  });

  it('may be another run', async () => {
    const ended = await unmasked([
      '--only',
      'agent',
      '--',
      process.execPath,
      CLI,
      'run',
      '--mask',
      'never',
      '--only',
      'second',
      '--',
      'sh',
      '-c',
      'echo $SECOND_KEY; exit 9',
    ]);
    expect([ended.status, ended.stdout]).toEqual([9, `${OTHER}\n`]);
  });
});

describe('how it ends', () => {
  it.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['exit 255', 255],
  ])('`%s` ends with %i', async (script, status) => {
    expect(await sh(script)).toMatchObject({ status, signal: null });
  });

  it.each([
    'SIGTERM',
    'SIGKILL',
    'SIGINT',
    'SIGHUP',
    'SIGQUIT',
    'SIGSEGV',
    'SIGABRT',
    'SIGUSR1',
    'SIGUSR2',
    'SIGALRM',
  ] as const)('a child killed by %s makes it die of the same signal', async (signal) => {
    expect(await sh(`ulimit -c 0; kill -${signal.slice(3)} $$`)).toMatchObject({ status: null, signal });
  });

  it('a shell sees 143 and 137, and && goes no further', async () => {
    const shell = (signal: string) =>
      runProgram(
        'sh',
        ['-c', `"$0" "$1" run -- sh -c 'kill -${signal} $$' && echo went-on; echo $?`, process.execPath, CLI],
        { env: home.env },
      );
    expect((await shell('TERM')).stdout).toBe('143\n');
    expect((await shell('KILL')).stdout).toBe('137\n');
  });

  it('`yes | head` ends as it does without it', async () => {
    const { stdout } = await runProgram(
      'bash',
      ['-c', `"$0" "$1" run -- yes | head -1; echo \${PIPESTATUS[@]}`, process.execPath, CLI],
      { env: home.env },
    );
    expect(stdout).toBe('y\n141 0\n');
  });

  it.each([
    ['a missing command', ['no-such-command'], 127, 'COMMAND_NOT_FOUND'],
    ['a file that is no program', ['/etc/passwd'], 126, 'COMMAND_NOT_EXECUTABLE'],
    ['a folder', ['/tmp'], 126, 'COMMAND_NOT_EXECUTABLE'],
    ['an empty name', [''], 127, 'COMMAND_NOT_FOUND'],
  ])('%s', async (_name, command, status, code) => {
    const ended = await run(['--', ...command]);
    expect([ended.status, codeOf(ended)]).toEqual([status, code]);
  });

  it('a script whose interpreter is missing is 127, one without a first line runs', async () => {
    const orphan = path.join(home.folder, 'orphan');
    const plain = path.join(home.folder, 'plain');
    writeFileSync(orphan, '#!/no/such/interpreter\n');
    writeFileSync(plain, 'exit 5\n');
    chmodSync(orphan, 0o755);
    chmodSync(plain, 0o755);
    expect((await run(['--', orphan])).status).toBe(127);
    expect((await run(['--', plain])).status).toBe(5);
  });

  it.each([
    ['nothing to inject', ['-e', 'staging', '--', 'true'], 'NOTHING_TO_INJECT'],
    ['an unknown reference', ['--map', 'A=molt://dev/absent', '--', 'true'], 'KEY_NOT_FOUND'],
    ['an unknown environment', ['-e', 'nowhere', '--', 'true'], 'ENV_NOT_FOUND'],
    ['a reserved variable', ['--map', 'LD_PRELOAD=agent', '--', 'true'], 'VARIABLE_RESERVED'],
    ['a variable that is none', ['--map', 'A-B=agent', '--', 'true'], 'BAD_NAME'],
    ['a map without a reference', ['--map', 'A', '--', 'true'], 'USAGE'],
    ['a .env file that is not there', ['--env-file', 'absent.env', '--', 'true'], 'FILE_NOT_FOUND'],
    ['a .env file without an end', ['--env-file', '/dev/zero', '--', 'true'], 'BAD_FILE'],
    [
      'a live key in an environment of tests',
      ['--map', 'A=molt://prod/deploy', '--', 'true'],
      'MODE_MISMATCH',
    ],
    [
      'two keys for one variable',
      ['--map', 'SECOND_KEY=agent', '--map', 'SECOND_KEY=second', '--only', 'second', '--', 'true'],
      undefined,
    ],
  ])('%s', async (_name, args, code) => {
    const ended = await run(args);
    if (code === undefined) expect(ended.status).toBe(0);
    else expect([ended.status, codeOf(ended)]).toEqual([125, code]);
  });

  it('a .env file that sets what programs load, ours included', async () => {
    const file = path.join(home.folder, 'evil.env');
    const trace = path.join(home.folder, 'was-loaded');
    const code = path.join(home.folder, 'evil.cjs');
    writeFileSync(code, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`);
    writeFileSync(file, `NODE_OPTIONS=--require=${code}\n`);
    const ended = await run(['--env-file', file, '--', 'true']);
    expect([ended.status, codeOf(ended)]).toEqual([125, 'VARIABLE_RESERVED']);
    expect(existsSync(trace)).toBe(false);
  });

  it('an environment too large for the system', async () => {
    const file = path.join(home.folder, 'large.env');
    writeFileSync(file, `LARGE=${'x'.repeat(131_072)}\n`);
    const ended = await run(['--env-file', file, '--', 'true']);
    expect([ended.status, codeOf(ended)]).toEqual([125, 'ENVIRONMENT_TOO_LARGE']);
    writeFileSync(file, `LARGE=${'x'.repeat(120_000)}\n`);
    expect((await run(['--env-file', file, '--', 'sh', '-c', 'test ${#LARGE} = 120000'])).status).toBe(0);
  });
});

describe('signals', () => {
  /** A run whose child writes what it gets. */
  const start = async (script: string) => {
    const child = spawn(process.execPath, [CLI, 'run', '--', process.execPath, '-e', script], {
      env: home.env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<Pick<Ended, 'status' | 'signal'>>((resolve) =>
      child.once('close', (status, signal) => resolve({ status, signal })),
    );
    await eventually('the child is ready', () => output.includes('ready'));
    return { child, ended, output: () => output };
  };
  const listening = (...signals: string[]): string =>
    `${JSON.stringify(signals)}.forEach(s => process.on(s, () => console.log('got', s)));` +
    `process.on('SIGTERM', () => { console.log('got SIGTERM'); process.exit(3) }); setInterval(() => {}, 1000); console.log('ready', process.pid)`;

  it('are passed on, each once', async () => {
    const signals = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGINT', 'SIGQUIT'] as const;
    // A Node without a debugger, or SIGUSR1 starts one in the child.
    const { child, ended, output } = await start(listening(...signals));
    for (const signal of signals) {
      child.kill(signal);
      await eventually(signal, () => output().includes(`got ${signal}`));
    }
    child.kill('SIGTERM');
    expect(await ended).toEqual({ status: 3, signal: null });
    for (const signal of [...signals, 'SIGTERM']) expect(output().split(`got ${signal}\n`)).toHaveLength(2);
  });

  it('wait for a child that takes its time to end', async () => {
    const { child, ended } = await start(
      `process.on('SIGTERM', () => setTimeout(() => process.exit(4), 700)); setInterval(() => {}, 1000); console.log('ready')`,
    );
    child.kill('SIGTERM');
    expect(await ended).toEqual({ status: 4, signal: null });
  });

  it('end the child too, where the child does nothing about them', async () => {
    const { child, ended, output } = await start(
      `setInterval(() => {}, 1000); console.log('ready', process.pid)`,
    );
    const pid = Number(/ready (\d+)/.exec(output())?.[1]);
    child.kill('SIGHUP');
    expect(await ended).toEqual({ status: null, signal: 'SIGHUP' });
    expect(isRunning(pid)).toBe(false);
  });
});

describe('what the agent knows of it', () => {
  it('is the name, the folder and the keys while it runs, and no argument', async () => {
    const child = spawn(process.execPath, [CLI, 'run', '--', 'sleep', '31.4159'], {
      env: home.env,
      cwd: home.folder,
      stdio: 'ignore',
    });
    await eventually('the run is listed', async () => (await home.status()).runs.length > 0);
    const [listed] = (await home.status()).runs;
    expect(listed).toMatchObject({ command: 'sleep', cwd: home.folder, env: 'dev', laggard: false });
    expect([...(listed?.keys ?? [])].sort()).toEqual(['dev/agent', 'dev/second']);
    expect(listed?.pid).toBe(child.pid);
    expect(JSON.stringify(listed)).not.toContain('31.4159');
    child.kill('SIGTERM');
    await eventually('the run is gone', async () => (await home.status()).runs.length === 0);
  });

  it('goes away too when the wrapper is killed', async () => {
    const child = spawn(process.execPath, [CLI, 'run', '--', 'sleep', '2'], {
      env: home.env,
      stdio: 'ignore',
    });
    await eventually('the run is listed', async () => (await home.status()).runs.length > 0);
    child.kill('SIGKILL');
    await eventually('the run is gone', async () => (await home.status()).runs.length === 0);
  });
});

describe('keys of a live environment', () => {
  it('need a grant, and say so within a second where nobody can be asked', async () => {
    await home.ok('lock');
    await home.unlockElsewhere();
    const ended = await run(['-e', 'prod', '--no-input', '--', 'true']);
    expect([ended.status, codeOf(ended)]).toEqual([125, 'APPROVAL_REQUIRED']);
    expect(ended.stderr).toContain('keymolt unlock');
    // Test keys go on without one.
    expect((await run(['--no-input', '--', 'true'])).status).toBe(0);
  });

  it('are had by whoever brings the passphrase, and by whom unlock was told', async () => {
    const own = await unmasked([
      '-e',
      'prod',
      '--password-file',
      home.passphraseFile,
      '--no-input',
      '--',
      'sh',
      '-c',
      'echo $MOLTBOTDEN_API_KEY',
    ]);
    expect(own.stdout).toBe(`${LIVE}\n`);
    await home.ok('lock');
    await home.unlock('--grant', 'user');
    expect((await run(['-e', 'prod', '--no-input', '--', 'true'])).status).toBe(0);
  });
});

describe('a locked vault', () => {
  it('is 125 at once, with a reason a script can read', async () => {
    await home.ok('lock');
    const ended = await run(['--json', '--no-input', '--', 'true']);
    expect(ended.status).toBe(125);
    expect(JSON.parse(ended.stderr)).toMatchObject({
      error: { code: 'VAULT_LOCKED', retryable: true, exit: 125 },
    });
    await home.unlock();
  });

  it('takes nothing from a child that runs already', async () => {
    const file = path.join(home.folder, 'seen');
    const running = sh(`sleep 1; echo $MOLTBOTDEN_API_KEY > ${file}`);
    await eventually('the run is listed', async () => (await home.status()).runs.length > 0);
    await home.ok('lock');
    expect((await running).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`${CANARY}\n`);
    await home.unlock();
  });

  it('does not end a run with its agent', async () => {
    const running = sh('sleep 1; exit 6');
    await eventually('the run is listed', async () => (await home.status()).runs.length > 0);
    await home.killAgent();
    expect((await running).status).toBe(6);
    await pause(0);
    await home.unlock();
  });
});
