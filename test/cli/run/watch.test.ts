import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentHome, CLI, eventually, isRunning } from '../../support/homes/agent-home.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForTheWatchTest';

let home: AgentHome;
let said = '';
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.addKey('agent', `${CANARY}000`);
});
afterAll(async () => {
  expect(said + home.log).not.toContain(CANARY);
  await home.dispose();
});

let edits = 0;
const edit = async (): Promise<void> => {
  edits += 1;
  const value = `${CANARY}${String(edits).padStart(3, '0')}`;
  const { status } = await home.keymolt(['key', 'edit', 'agent', '--value-file', '-'], { input: value });
  expect(status).toBe(0);
};

interface Watched {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The pids that said they have started. */
  readonly started: () => number[];
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
}

const watch = async (script: string, ...flags: string[]): Promise<Watched> => {
  const argv = [
    'run',
    '--watch',
    ...flags,
    '--',
    'sh',
    '-c',
    `echo started $$ $KEYMOLT_KEY_FINGERPRINT; ${script}`,
  ];
  // By its first line: `node FILE run --env-file F` would have Node read F itself.
  const child = spawn(CLI, argv, { env: home.env, stdio: ['pipe', 'pipe', 'pipe'] });
  // For whom reads it as a file.
  child.stdin.end('ONCE=piped\n');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      said += chunk.toString();
    });
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (code, signal) => resolve([code, signal])),
  );
  const started = () => [...output.matchAll(/started (\d+)/g)].map(([, pid]) => Number(pid));
  await eventually('it has started', () => started().length === 1);
  return { child, output: () => output, started, ended };
};
const fingerprints = (output: string): string[] =>
  [...output.matchAll(/started \d+ ([0-9a-f]{16})/g)].map(([, fingerprint]) => fingerprint ?? '');
const watchedRuns = async () => (await home.status()).runs;

describe('run --watch', () => {
  it('starts the command anew with the new value, once for a bunch of changes, and is no laggard', async () => {
    const { child, started, output, ended } = await watch('exec sleep 60');
    const [before] = await watchedRuns();
    await edit();
    await edit();
    await eventually('it is started anew', () => started().length >= 2);
    const current = JSON.parse((await home.ok('key', 'show', 'agent', '--json')).stdout) as {
      key: { fingerprint: string };
    };
    await eventually(
      'it has the last value',
      () => fingerprints(output()).at(-1) === current.key.fingerprint,
    );
    expect(new Set(fingerprints(output())).size).toBe(fingerprints(output()).length);
    expect(started().slice(0, -1).some(isRunning)).toBe(false);
    expect(output()).toContain('dev/agent changed');
    const [after, ...others] = await watchedRuns();
    expect(others).toEqual([]);
    expect(after).toMatchObject({ pid: before?.pid, laggard: false, command: 'sh' });
    expect(after?.run_id).not.toBe(before?.run_id);
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    await eventually('it is no longer listed', async () => (await watchedRuns()).length === 0);
  });

  it('reads .env files again when it starts the command anew, and what can be read only once is kept', async () => {
    const file = path.join(home.folder, 'watched.env');
    writeFileSync(file, 'PLAIN=one\n');
    const { child, started, output, ended } = await watch(
      'echo "plain $PLAIN $ONCE"; exec sleep 60',
      '--env-file',
      file,
      '--env-file',
      '-',
    );
    await eventually('it has said so', () => output().includes('plain one piped'));
    writeFileSync(file, 'PLAIN=two\n');
    await edit();
    await eventually('it is started anew', () => started().length === 2);
    await eventually('it has the new one', () => output().includes('plain two piped'));
    // Somebody is writing it: the command goes on with what it has until it can be read.
    rmSync(file);
    await edit();
    await eventually('it is said', () => output().includes('keeps its older values: there is no file'));
    expect(isRunning(started()[1] ?? 0)).toBe(true);
    writeFileSync(file, 'PLAIN=three\n');
    await eventually('it has the last one', () => output().includes('plain three piped'));
    child.kill('SIGTERM');
    await ended;
  });

  it('ends with the command’s own code when that ends by itself', async () => {
    const { ended } = await watch('sleep 0.3; exit 7');
    expect(await ended).toEqual([7, null]);
  });

  it('waits for a command that cleans up, kills one that does not, and leaves nothing of it running', async () => {
    const { child, started, output, ended } = await watch(
      'sh -c \'trap "" TERM; echo inner $$; sleep 60; sleep 60\' & trap "echo cleaning" TERM; wait; wait; sleep 60',
      '--kill-after',
      '1s',
    );
    await eventually('both run', () => output().includes('inner '));
    const inner = Number(/inner (\d+)/.exec(output())?.[1]);
    await edit();
    await eventually('it is started anew', () => started().length === 2);
    expect(output()).toContain('cleaning');
    expect([started()[0] ?? 0, inner].map(isRunning)).toEqual([false, false]);
    child.kill('SIGTERM');
    await ended;
  });

  it('keeps the command as it is while the vault is locked, and follows again after', async () => {
    const { child, started, output, ended } = await watch('exec sleep 60');
    await home.ok('lock');
    await home.unlock();
    await edit();
    await eventually('it is started anew', () => started().length === 2);
    await home.ok('agent', 'stop');
    expect(isRunning(started()[1] ?? 0)).toBe(true);
    await home.unlock();
    await eventually('the new agent knows of it', async () => (await watchedRuns()).length === 1);
    expect(started()).toHaveLength(2);
    await edit();
    await eventually('it is started anew', () => started().length === 3);
    expect(new Set(fingerprints(output())).size).toBe(3);
    child.kill('SIGINT');
    expect((await ended)[1]).toBe('SIGINT');
  });

  it('is a laggard without --watch', async () => {
    const child = spawn(process.execPath, [CLI, 'run', '--', 'sleep', '60'], {
      env: home.env,
      stdio: 'ignore',
    });
    await eventually('it runs', async () => (await watchedRuns()).length === 1);
    await edit();
    expect((await watchedRuns())[0]).toMatchObject({ laggard: true, keys: ['dev/agent'] });
    child.kill('SIGTERM');
    await eventually('it has ended', async () => (await watchedRuns()).length === 0);
  });
});
