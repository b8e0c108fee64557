import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentHome, CLI, codeOf, ROOT, runProgram } from '../support/homes/agent-home.ts';

let home: AgentHome;
beforeEach(() => {
  home = new AgentHome();
});
afterEach(() => home.dispose());

describe('without a vault and without an agent', () => {
  it.each([
    ['status', 0],
    ['status --json', 0],
    ['lock', 0],
    ['lock --json', 0],
    ['agent stop', 0],
    ['version', 0],
    ['--version', 0],
    ['help', 0],
    ['key add --help', 0],
    ['key --help', 0],
    ['', 2],
    ['stauts', 2],
    ['status --jsno', 2],
    ['key show', 2],
    ['rotate start a', 3],
    ['deploy add a --dotenv b', 3],
    ['doctor', 3],
    ['inject -i a -o b', 10],
    ['resolve', 2],
    ['session list', 3],
    ['completion bash', 0],
    ['audit export --format jsonl', 3],
    ['limits --watch', 3],
    ['init --no-input', 2],
    ['init --no-input --recovery-file r', 2],
    ['key add a --platform den-hosting --value-file absent --no-input', 10],
    ['run', 125],
    ['run ls', 125],
    ['run --mask always -- true', 125],
    ['run --watch -- true', 125],
    ['run -- no-such-command-anywhere', 127],
    ['run -- /etc/passwd', 126],
    ['run -- /', 126],
  ])('`keymolt %s` ends with %i, and makes nothing', async (line, status) => {
    const ended = await home.keymolt(
      line.split(' ').filter((word) => word !== ''),
      { cwd: home.folder },
    );
    expect([ended.status, ended.signal]).toEqual([status, null]);
    expect(existsSync(home.home)).toBe(false);
    expect(home.agentPids()).toEqual([]);
    if (status === 0) expect(ended.stderr).toBe('');
    else expect(ended.stdout).toBe('');
  });

  it('tells how things stand in the documented words', async () => {
    const { stdout } = await home.keymolt(['status', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      vault: 'missing',
      tampered: false,
      agent: 'none',
      agent_pid: null,
      locks_at: null,
      lock_reason: null,
      runs: [],
    });
    mkdirSync(home.home, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(home.home, 'vault.db'), 'something');
    expect(JSON.parse((await home.keymolt(['status', '--json'])).stdout)).toMatchObject({
      vault: 'locked',
      agent: 'none',
    });
  });
});

describe('errors', () => {
  it('are one line with a code and a way out', async () => {
    const ended = await home.keymolt(['key', 'lst']);
    expect(ended.stderr).toMatch(/^keymolt: USAGE: [^\n]+ \([^\n]+\)\n$/);
    expect(ended.stderr).toContain('did you mean list?');
  });

  it('are one JSON object with --json, on stderr', async () => {
    const ended = await home.keymolt(['--json', 'run', '--', 'no-such-command']);
    expect(ended.stdout).toBe('');
    expect(JSON.parse(ended.stderr)).toEqual({
      schema: 1,
      error: {
        code: 'COMMAND_NOT_FOUND',
        message: expect.any(String) as unknown,
        hint: expect.any(String) as unknown,
        retryable: false,
        exit: 127,
      },
    });
    expect(JSON.parse((await home.keymolt(['key', 'show', '--json'])).stderr)).toMatchObject({
      error: { exit: 2 },
    });
    expect(
      JSON.parse((await home.keymolt(['run', '--json', '--mask', 'odd', '--', 'true'])).stderr),
    ).toMatchObject({
      error: { code: 'USAGE', exit: 125 },
    });
  });

  it('show no control characters of what was typed', async () => {
    const { stderr } = await home.keymolt(['\u001b[31mred\u0007']);
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stderr).toContain('\\u{1b}[31mred\\u{7}');
  });

  it('ask for nothing, and do not wait for a stdin that says nothing', async () => {
    await home.init();
    for (const [words, code] of [
      [['key', 'add', 'a', '--platform', 'den-hosting', '--no-input'], 'INPUT_REQUIRED'],
      [['unlock', '--no-input'], 'INPUT_REQUIRED'],
      [['passwd', '--no-input'], 'INPUT_REQUIRED'],
    ] as const) {
      // stdin is open, and nobody writes to it.
      const child = spawn(process.execPath, [CLI, ...words], {
        env: home.env,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const status = await new Promise((resolve) => child.once('close', resolve));
      child.stdin.destroy();
      expect([status, codeOf({ stderr } as never)]).toEqual([2, code]);
    }
  });
});

describe('the program itself', () => {
  it('is what package.json names, and runs from any folder', async () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
      bin: { keymolt: string };
    };
    expect(path.join(ROOT, manifest.bin.keymolt)).toBe(CLI);
    const direct = await runProgram(CLI, ['version', '--json'], { env: home.env, cwd: '/' });
    expect(JSON.parse(direct.stdout)).toMatchObject({ schema: 1, version: manifest.version });
  });

  it('loads no package, and nothing but its own files', () => {
    const folder = path.dirname(CLI);
    for (const file of readdirSync(folder)) {
      const required = [
        ...readFileSync(path.join(folder, file), 'utf8').matchAll(/require\(["'`]([^"'`]+)["'`]\)/g),
      ].map(([, name]) => name ?? '');
      expect(required.filter((name) => !/^(node:|\.\/)/.test(name))).toEqual([]);
    }
  });

  it.each(['12.22.0', '18.20.8', '20.17.0'])('says so where Node is too old to run it: %s', (version) => {
    const said: string[] = [];
    let exit: number | undefined;
    const stop = new Error('stopped');
    const oldNode = {
      versions: { node: version },
      stderr: { write: (text: string) => said.push(text) },
      exit: (code: number) => {
        exit = code;
        throw stop;
      },
    };
    const program = readFileSync(CLI, 'utf8').replace(/^#!.*/, '');
    expect(() => {
      runInNewContext(program, { process: oldNode, require: () => undefined });
    }).toThrow(stop);
    expect([exit, said.join('')]).toEqual([1, expect.stringContaining('keymolt: NODE_TOO_OLD: ')]);
    expect(said.join('')).toContain(version);
  });

  it('starts an agent that inherits nothing it does not need', async () => {
    const env = {
      MOLTBOTDEN_API_KEY: 'canary-of-the-shell',
      NODE_OPTIONS: '--no-deprecation',
      AWS_SECRET: 'canary-too',
    };
    expect((await home.keymolt(['agent', 'start'], { env })).status).toBe(0);
    const [pid] = home.agentPids();
    const inherited = readFileSync(`/proc/${pid ?? 0}/environ`, 'latin1')
      .split('\0')
      .map((entry) => entry.split('=')[0]);
    expect(inherited).toEqual(expect.arrayContaining(['HOME', 'KEYMOLT_HOME', 'PATH']));
    for (const name of Object.keys(env)) expect(inherited).not.toContain(name);
  });

  it.each([
    ['a file of another program', (place: string) => writeFileSync(place, 'x')],
    [
      'a folder that others may write',
      (place: string) => {
        mkdirSync(place);
        writeFileSync(path.join(place, 'of-somebody'), '');
        chmodSync(place, 0o777);
      },
    ],
  ])('does not use %s for its home', async (_name, prepare) => {
    prepare(home.home);
    const recovery = path.join(home.folder, 'recovery');
    const ended = await home.keymolt([
      'init',
      '--password-file',
      home.passphraseFile,
      '--recovery-file',
      recovery,
    ]);
    expect([ended.status, codeOf(ended)]).toEqual([1, 'UNSAFE_LOCATION']);
    expect(existsSync(recovery)).toBe(false);
  });
});
