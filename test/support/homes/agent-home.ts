import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AgentConnection, connectToAgent } from '../../../src-main/agent/client.ts';
import { type Paths, resolvePaths } from '../../../src-main/agent/paths.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';

/** The folder of package.json and `out`. */
export const ROOT = path.join(import.meta.dirname, '..', '..', '..');
export const CLI = path.join(ROOT, 'out', 'cli', 'keymolt.cjs');
export const AGENT = path.join(ROOT, 'out', 'agent', 'agent.mjs');
export const PASSPHRASE = 'plant-this-passphrase-nowhere-else';

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** Runs a program to its end and keeps what it said. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd ?? tmpdir(),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A hang is a finding too, and must not outlive its test.
      timeout: 45_000,
      killSignal: 'SIGKILL',
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (status, signal) =>
      resolve({ status, signal, ...out, tookMs: performance.now() - startedAt }),
    );
  });
}

/** A home of its own for the built program: its agent is ended and its files are removed by `dispose`. */
export class AgentHome {
  /** Holds the home and files of the test beside it. */
  readonly folder: string;
  readonly home: string;
  readonly passphraseFile: string;
  readonly env: Record<string, string | undefined>;
  /** Everything that any command printed, to be searched for secrets. */
  printed = '';

  constructor(options: { home?: string; env?: Record<string, string | undefined> } = {}) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'keymolt-agent-'));
    this.home = options.home ?? path.join(this.folder, 'home');
    this.passphraseFile = path.join(this.folder, 'passphrase');
    writeFileSync(this.passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
    this.env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      LANG: 'C.UTF-8',
      ...options.env,
      KEYMOLT_HOME: this.home,
    };
  }

  get paths(): Paths {
    return resolvePaths(this.env);
  }

  get log(): string {
    return existsSync(this.paths.log) ? readFileSync(this.paths.log, 'utf8') : '';
  }

  /** Runs the command line; never asks anything, for there is nobody to answer. */
  async keymolt(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const ended = await runProgram(process.execPath, [CLI, ...args], {
      ...options,
      env: { ...this.env, ...options.env },
    });
    this.printed += ended.stdout + ended.stderr;
    return ended;
  }

  /** As `keymolt`, for what must succeed. */
  async ok(...args: string[]): Promise<Ended> {
    const ended = await this.keymolt(args);
    if (ended.status !== 0) throw new Error(`keymolt ${args.join(' ')}: ${ended.status} ${ended.stderr}`);
    return ended;
  }

  async status(): Promise<StatusView> {
    return JSON.parse((await this.ok('status', '--json')).stdout) as StatusView;
  }

  async init(): Promise<void> {
    await this.ok(
      'init',
      '--password-file',
      this.passphraseFile,
      '--recovery-file',
      path.join(this.folder, `recovery-${readdirSync(this.folder).length}`),
    );
  }

  unlock(...more: string[]): Promise<Ended> {
    return this.ok('unlock', '--password-file', this.passphraseFile, '--no-input', ...more);
  }

  /** By a process that ends: the grant is that one's, and what follows asks as a stranger. */
  unlockElsewhere(): Promise<Ended> {
    const unlock = '"$0" "$1" unlock --password-file "$2" --no-input; true';
    return runProgram('sh', ['-c', unlock, process.execPath, CLI, this.passphraseFile], { env: this.env });
  }

  addKey(name: string, value: string | Buffer, ...more: string[]): Promise<Ended> {
    return this.keymolt(
      ['key', 'add', name, '--platform', 'sandbox-hosting', '--value-file', '-', '--no-input', ...more],
      { input: value },
    );
  }

  async keyNames(): Promise<string[]> {
    const { keys } = JSON.parse((await this.ok('key', 'list', '--json')).stdout) as {
      keys: { name: string }[];
    };
    return keys.map(({ name }) => name).sort();
  }

  async connect(): Promise<AgentConnection> {
    const connection = await connectToAgent(this.paths);
    if (connection === undefined) throw new Error('no agent listens');
    return connection;
  }

  /** The agents of this home, told by their environment. */
  agentPids(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
          if (!command.includes(AGENT)) return false;
          return readFileSync(`/proc/${pid}/environ`, 'latin1')
            .split('\0')
            .includes(`KEYMOLT_HOME=${this.home}`);
        } catch {
          return false;
        }
      });
  }

  async killAgent(): Promise<void> {
    const pids = this.agentPids();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    while (pids.some((pid) => isRunning(pid))) await pause(5);
  }

  /** The vault file of a locked vault, to be meddled with. */
  async stop(): Promise<void> {
    await this.ok('agent', 'stop');
  }

  async dispose(): Promise<void> {
    await this.killAgent();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Not there, or ended and not waited for yet. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks again until it is so; fails with `what` after ten seconds. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`never: ${what}`);
    await pause(20);
  }
}

/** The `CODE` of the one line on stderr. */
export const codeOf = ({ stderr }: Ended): string | undefined => /^keymolt: ([A-Z_]+): /m.exec(stderr)?.[1];
