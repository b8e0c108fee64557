import { spawn } from 'node:child_process';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RotationView } from '../../../src-shared/contract/views.ts';
import { callControl } from '../../../src-main/sandbox/control-client.ts';
import { findSandbox } from '../../../src-main/sandbox/start-sandbox.ts';
import { AgentHome, CLI, codeOf, type Ended, eventually } from '../../support/homes/agent-home.ts';

let home: AgentHome;
let control: NonNullable<Awaited<ReturnType<typeof findSandbox>>>;
let dotenv: string;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.ok('sandbox', 'start', '--tier', 'forge');
  control = (await findSandbox(home.home))!;
  dotenv = path.join(home.folder, '.env');
  writeFileSync(dotenv, '# kept as it is\nOTHER=1\nMOLTBOTDEN_API_KEY=old\n', { mode: 0o640 });
  for (const name of ['deployed', 'alone', 'held'])
    await home.ok('key', 'create', name, '--platform', 'sandbox-hosting');
  await home.ok('deploy', 'add', 'deployed', '--dotenv', `${dotenv}#MOLTBOTDEN_API_KEY`);
});
afterAll(async () => {
  // SECURITY: whatever was done, no value was printed or logged.
  expect(home.printed + home.log).not.toMatch(/mbd_test_[A-Za-z0-9]{8}/);
  await home.keymolt(['sandbox', 'stop']);
  await home.dispose();
});

const rotationOf = ({ stdout }: Ended): RotationView =>
  (JSON.parse(stdout) as { rotation: RotationView }).rotation;
const fault = (body: object): Promise<unknown> => callControl(control, 'POST', '/faults', body);
const deployedValue = (): string =>
  /^MOLTBOTDEN_API_KEY=["']?(.*?)["']?$/m.exec(readFileSync(dotenv, 'utf8'))![1]!;
const statusOf = async (value: string): Promise<number> =>
  (await fetch(`${control.hostingUrl}/accounts/me`, { headers: { 'x-api-key': value } })).status;

describe('rotate', () => {
  it('brings a new value to a .env file, and then ends the old one', async () => {
    await home.ok('rotate', 'start', 'deployed');
    const first = deployedValue();
    expect(await statusOf(first)).toBe(200);
    const ended = await home.ok('rotate', 'start', 'deployed', '--json');
    const rotation = rotationOf(ended);
    expect(rotation).toMatchObject({
      key: 'deployed',
      env: 'dev',
      strategy: 'overlap',
      state: 'done',
      old: { status: 'revoked' },
      new: { status: 'active' },
      deadline_at: null,
      laggards: [],
    });
    expect(rotation.steps.map(({ status }) => status)).toEqual(Array.from(rotation.steps, () => 'ok'));
    expect(ended.stderr).toBe('');
    expect(await statusOf(first)).toBe(401);
    expect(await statusOf(deployedValue())).toBe(200);
    expect(readFileSync(dotenv, 'utf8')).toMatch(/^# kept as it is\nOTHER=1\nMOLTBOTDEN_API_KEY=/);
    expect(statSync(dotenv).mode & 0o777).toBe(0o640);
  });

  it('tells its steps on stderr, and how things stand on stdout', async () => {
    const { stdout, stderr } = await home.ok('rotate', 'start', 'deployed');
    expect(stdout).toContain('overlap, done');
    for (const step of ['create', 'prove', 'store', 'deploy', 'verify', 'revoke', 'confirm'])
      expect(stderr).toContain(`keymolt: ${step}: ok`);
  });

  it('stops where nobody is known to use the key: exit 9 until it goes on or back', async () => {
    const stopped = await home.keymolt(['rotate', 'start', 'alone', '--json']);
    expect(stopped.status).toBe(9);
    expect(rotationOf(stopped).state).toBe('stored');
    expect((JSON.parse(stopped.stderr) as { error: object }).error).toMatchObject({
      code: 'ROTATION_UNFINISHED',
      exit: 9,
    });
    expect((await home.keymolt(['rotate', 'status'])).status).toBe(9);
    expect((await home.keymolt(['rotate', 'start', 'alone'])).status).toBe(9);
    expect((await home.keymolt(['sync'])).status).toBe(1);
    const aborted = await home.ok('rotate', 'abort', 'alone', '--json');
    expect(rotationOf(aborted).state).toBe('rolled_back');
    expect((await home.ok('rotate', 'status', 'alone')).status).toBe(0);
    expect((await home.ok('key', 'test', 'alone')).status).toBe(0);
    await home.ok('rotate', 'start', 'alone', '--no-deploy-check');
  });

  it('a target that is gone stops it, with the old key alive; put back, it goes on', async () => {
    const before = deployedValue();
    renameSync(dotenv, `${dotenv}.away`);
    const stopped = await home.keymolt(['rotate', 'start', 'deployed']);
    expect(stopped.status).toBe(9);
    expect(stopped.stderr).toContain(dotenv);
    expect(stopped.stderr).toContain('rotate resume');
    expect(await statusOf(before)).toBe(200);
    renameSync(`${dotenv}.away`, dotenv);
    await home.ok('rotate', 'resume', 'deployed');
    expect(await statusOf(before)).toBe(401);
    expect(await statusOf(deployedValue())).toBe(200);
  });

  it('waits for a command that still has the old value no longer than --timeout, and names it', async () => {
    const child = spawn(process.execPath, [CLI, 'run', '--only', 'held', '--', 'sleep', '30'], {
      env: home.env,
      stdio: 'ignore',
    });
    try {
      await eventually('the run is known', async () => (await home.status()).runs.length > 0);
      const waiting = await home.keymolt(['rotate', 'start', 'held', '--timeout', '1500ms', '--json']);
      expect(waiting.status).toBe(9);
      expect(rotationOf(waiting)).toMatchObject({
        state: 'deployed',
        laggards: [{ pid: child.pid, command: 'sleep' }],
      });
      expect((await home.status()).rotations).toMatchObject([{ key: 'held', state: 'deployed' }]);
    } finally {
      child.kill('SIGKILL');
    }
    await home.ok('rotate', 'resume', 'held');
  });

  it('starts commands under `run --watch` anew, one after the other, and only then ends the old key', async () => {
    await home.ok('key', 'create', 'rolled', '--platform', 'sandbox-hosting', '--var', 'ROLLED_KEY');
    await home.ok('deploy', 'add', 'rolled', '--process');
    const trace = path.join(home.folder, 'trace');
    writeFileSync(trace, '');
    // Each says when it begins and when it ends, and with which value it was.
    const script = `echo begin $0 $KEYMOLT_KEY_FINGERPRINT >> ${trace}; trap 'echo end $0 >> ${trace}; exit' TERM; sleep 60 & wait`;
    const children = ['one', 'two'].map((name) =>
      spawn(process.execPath, [CLI, 'run', '--watch', '--only', 'rolled', '--', 'sh', '-c', script, name], {
        env: home.env,
        stdio: 'ignore',
      }),
    );
    const lines = (): string[] => readFileSync(trace, 'utf8').trim().split('\n');
    try {
      await eventually(
        'both run',
        async () => (await home.status()).runs.length === 2 && lines().length === 2,
      );
      const rotation = rotationOf(await home.ok('rotate', 'start', 'rolled', '--json'));
      expect(rotation).toMatchObject({ state: 'done', laggards: [], old: { status: 'revoked' } });
      expect(rotation.targets.map(({ state }) => state)).toEqual(['applied']);
      const [, , ...after] = lines();
      const [first = '', second = ''] = after
        .filter((line) => line.startsWith('end'))
        .map((line) => line.slice('end '.length));
      expect([first, second].sort()).toEqual(['one', 'two']);
      // The second went on with the old value until the first was there again.
      expect(after).toEqual([
        `end ${first}`,
        `begin ${first} ${rotation.new!.fingerprint}`,
        `end ${second}`,
        `begin ${second} ${rotation.new!.fingerprint}`,
      ]);
    } finally {
      for (const child of children) child.kill('SIGTERM');
    }
    await eventually('both are gone', async () => (await home.status()).runs.length === 0);
  });

  it.each([
    [{ kind: 'status', status: 403 }, 6, 'FORBIDDEN'],
    [{ kind: 'rate_limited', retry_after: '3600' }, 7, 'RATE_LIMITED'],
    [{ kind: 'status', status: 404 }, 10, 'NOT_FOUND'],
  ])('refused by the platform (%j), it is rolled back with the cause’s exit %i', async (body, exit, code) => {
    await fault({ ...body, method: 'POST', path: '/v1/hosting/api-keys' });
    const ended = await home.keymolt(['rotate', 'start', 'alone', '--no-deploy-check']);
    expect([ended.status, codeOf(ended)]).toEqual([exit, code]);
    expect((await home.ok('key', 'test', 'alone')).status).toBe(0);
  });

  it('a lost answer leaves no orphan', async () => {
    await fault({ kind: 'lost_response', method: 'POST', path: '/v1/hosting/api-keys' });
    await home.ok('rotate', 'start', 'alone', '--no-deploy-check');
    expect((await home.ok('sync')).status).toBe(0);
    const { stdout } = await home.ok('audit', 'list', '--json');
    expect(stdout).toContain('"rotate.orphan"');
  });

  it('needs a key id, and no value for a platform that makes its keys itself', async () => {
    await home.addKey('by-hand', `mbd_test_${'7'.repeat(32)}`);
    const unknown = await home.keymolt(['rotate', 'start', 'by-hand']);
    expect([unknown.status, codeOf(unknown)]).toEqual([10, 'KEY_ID_UNKNOWN']);
    const value = await home.keymolt(['rotate', 'start', 'alone', '--value-file', '-', '--no-input'], {
      input: `mbd_test_${'8'.repeat(32)}`,
    });
    expect([value.status, codeOf(value)]).toEqual([2, 'BAD_REQUEST']);
  });
});
