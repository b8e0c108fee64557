import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findSandbox,
  startSandboxProcess,
  stopSandboxProcess,
} from '../../../src-main/sandbox/start-sandbox.ts';
import { sandboxStatePath } from '../../../src-main/sandbox/state-file.ts';
import { refusalOf } from '../../support/refusals.ts';

const entryPath = fileURLToPath(new URL('../../../src-main/sandbox/main.ts', import.meta.url));
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keymolt-sandbox-'));
});
afterEach(async () => {
  await stopSandboxProcess(home);
  rmSync(home, { recursive: true });
});

const start = (more: Partial<Parameters<typeof startSandboxProcess>[0]> = {}) =>
  startSandboxProcess({ home, entryPath, nodePath: process.execPath, port: 0, tier: 'ember', ...more });
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

// Real processes on a machine that may be busy.
describe('the sandbox as a process', { timeout: 60_000 }, () => {
  it('starts, is found, and is stopped without a trace', async () => {
    expect(await findSandbox(home)).toBeUndefined();
    const info = await start();
    expect(isAlive(info.pid)).toBe(true);
    expect(await findSandbox(home)).toEqual(info);
    expect(statSync(sandboxStatePath(home)).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['sandbox.json']);
    expect((await fetch(`${info.baseUrl}/health`)).status).toBe(200);
    expect(info.hostingUrl).toBe(`${info.baseUrl}/v1/hosting`);

    expect(await stopSandboxProcess(home)).toBe(true);
    expect(isAlive(info.pid)).toBe(false);
    expect(readdirSync(home)).toEqual([]);
    expect(await stopSandboxProcess(home)).toBe(false);
  });

  it('writes the file that is documented', async () => {
    const info = await start();
    const state = JSON.parse(readFileSync(sandboxStatePath(home), 'utf8')) as Record<string, unknown>;
    expect(state).toEqual({
      pid: info.pid,
      base_url: info.baseUrl,
      control_url: info.controlUrl,
      control_token: info.controlToken,
      owners: info.owners,
      web_api_key: info.webApiKey,
      started_at: info.startedAt,
    });
  });

  it('starts once: a second start names the first', async () => {
    const info = await start();
    expect(await refusalOf(start())).toMatchObject({
      code: 'SANDBOX_RUNNING',
      exit: 11,
      details: { base_url: info.baseUrl, pid: info.pid },
    });
  });

  it('starts once, also when two start at the same time', async () => {
    const outcomes = await Promise.allSettled([start(), start(), start()]);
    const started = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(started).toHaveLength(1);
    const codes = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    );
    expect(codes).toEqual(['SANDBOX_RUNNING', 'SANDBOX_RUNNING']);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('takes its file away on %s', async (signal) => {
    const info = await start();
    process.kill(info.pid, signal);
    await until(() => !isAlive(info.pid));
    expect(existsSync(sandboxStatePath(home))).toBe(false);
  });

  it('ends by itself when its home is removed', async () => {
    const info = await start();
    rmSync(sandboxStatePath(home));
    await until(() => !isAlive(info.pid));
    expect(readdirSync(home)).toEqual([]);
  });

  it('starts again after it was killed', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await until(() => !isAlive(first.pid));
    expect(await findSandbox(home)).toBeUndefined();
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
  });

  it('does not take another program for the sandbox', async () => {
    const info = await start();
    const state = JSON.parse(readFileSync(sandboxStatePath(home), 'utf8')) as Record<string, unknown>;
    await stopSandboxProcess(home);
    const bystander = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    writeFileSync(sandboxStatePath(home), JSON.stringify({ ...state, pid: bystander.pid }), { mode: 0o600 });
    expect(await findSandbox(home)).toBeUndefined();
    expect(await stopSandboxProcess(home)).toBe(false);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
    bystander.kill('SIGKILL');
    expect(info.pid).not.toBe(bystander.pid);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"pid": 12'],
    ['another shape', '{"pid":"12"}'],
    [
      'an address of somebody else',
      JSON.stringify({
        pid: process.pid,
        base_url: 'https://evil.example',
        control_url: 'https://evil.example',
      }),
    ],
    ['10 MB', ' '.repeat(10_000_000)],
  ])('does not trip over a file with %s', async (_what, text) => {
    writeFileSync(sandboxStatePath(home), text);
    expect(await findSandbox(home)).toBeUndefined();
    const info = await start();
    expect(await findSandbox(home)).toEqual(info);
  });

  it('does not follow a link', async () => {
    const info = await start();
    const elsewhere = mkdtempSync(join(tmpdir(), 'keymolt-sandbox-'));
    symlinkSync(sandboxStatePath(home), sandboxStatePath(elsewhere));
    expect(await findSandbox(elsewhere)).toBeUndefined();
    expect(isAlive(info.pid)).toBe(true);
    rmSync(elsewhere, { recursive: true });
  });

  it('says why it cannot start', async () => {
    const info = await start();
    const other = mkdtempSync(join(tmpdir(), 'keymolt-sandbox-'));
    const port = Number(new URL(info.baseUrl).port);
    expect(await refusalOf(start({ home: other, port }))).toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    expect(await refusalOf(start({ home: other, tier: 'gold' }))).toMatchObject({ code: 'USAGE' });
    expect(await refusalOf(start({ home: other, nodePath: join(other, 'no-node') }))).toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
    expect(await refusalOf(start({ home: other, entryPath: join(other, 'no-entry.js') }))).toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
    expect(readdirSync(other)).toEqual([]);
    rmSync(other, { recursive: true });
  });

  it('gets nothing of our environment', async () => {
    process.env['KEYMOLT_TEST_CANARY'] = 'canary-in-environment';
    const info = await start();
    delete process.env['KEYMOLT_TEST_CANARY'];
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${info.pid}/environ`, 'latin1')).not.toContain('canary-in-environment');
    }
    expect(isAlive(info.pid)).toBe(true);
  });
});
