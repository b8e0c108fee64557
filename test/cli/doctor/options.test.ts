import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorView, KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { BUILTIN_DEFINITIONS } from '../../../src-main/platforms/definitions/index.ts';
import { callControl } from '../../../src-main/sandbox/control-client.ts';
import { AgentHome, CLI, codeOf, eventually } from '../../support/homes/agent-home.ts';

/** The options of `doctor` and `limits`, on the built program. */

const home = new AgentHome();
const values: string[] = [];
let sandbox: { control_url: string; base_url: string };
let token: string;

const control = async (
  method: 'GET' | 'POST',
  call: string,
  body?: unknown,
): Promise<Record<string, unknown>> => {
  const answer = await callControl(
    { controlUrl: sandbox.control_url, controlToken: token },
    method,
    call,
    body,
  );
  return answer?.json as Record<string, unknown>;
};

const mint = async (body: object): Promise<string> => {
  const { key } = await control('POST', '/keys', body);
  values.push(String(key));
  return String(key);
};

const requests = async (): Promise<number> =>
  ((await control('GET', '/state'))['requests'] as unknown[]).length;

beforeAll(async () => {
  await home.init();
  sandbox = JSON.parse((await home.ok('sandbox', 'start', '--json')).stdout) as typeof sandbox;
  const state = JSON.parse(readFileSync(path.join(home.home, 'sandbox.json'), 'utf8')) as Record<
    string,
    string
  >;
  token = state['control_token'] ?? '';
  await home.addKey('agent', await mint({ kind: 'hosting', mode: 'test', name: 'one' }));
  const denAgent = BUILTIN_DEFINITIONS.find(({ id }) => id === 'den-agent');
  const definition = path.join(home.folder, 'den.json');
  // A limited action whose call needs no body.
  const [messages] = denAgent?.actionLimits ?? [];
  writeFileSync(
    definition,
    JSON.stringify({
      ...denAgent,
      id: 'den',
      baseUrl: sandbox.base_url,
      actionLimits: [{ ...messages, call: { method: 'POST', path: '/prompts/{place}/responses' } }],
    }),
  );
  await home.ok('platform', 'import', definition);
  await home.keymolt(
    ['key', 'add', 'den', '--platform', 'den', '--var', 'DEN_KEY', '--value-file', '-', '--no-input'],
    { input: await mint({ kind: 'agent', status: 'ACTIVE' }) },
  );
});

afterAll(async () => {
  await home.keymolt(['sandbox', 'stop']);
  // SECURITY: no option makes it print a value.
  for (const value of values) {
    expect(home.printed).not.toContain(value.slice(-24));
    expect(home.log).not.toContain(value.slice(-24));
  }
  await home.dispose();
});

const limitsOf = async (name: string): Promise<KeyLimitsView | undefined> =>
  (JSON.parse((await home.ok('limits', name, '--json')).stdout) as { keys: KeyLimitsView[] }).keys[0];

describe('doctor', () => {
  it('writes a report without addresses and values, and with addresses where that is asked for', async () => {
    const file = path.join(home.folder, 'report.md');
    const ended = await home.keymolt(['doctor', 'agent', '--var', 'MOLTBOTDEN_API_KEY', '--report', file], {
      env: { MOLTBOTDEN_API_KEY: values[0] },
    });
    expect(ended.status).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('# Keymolt doctor: dev/agent');
    expect(text).toMatch(/\| net\.tcp \| pass \| port \d+ takes connections in \d+ ms/);
    expect(text).toMatch(/Keymolt \d+\.\d+\.\d+, linux/);
    expect(text).toContain('| this shell | MOLTBOTDEN_API_KEY | set |');
    expect(text).not.toContain('127.0.0.1');
    expect(text).not.toContain(values[0]?.slice(9));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const json = await home.keymolt(['doctor', 'agent', '--json', '--report', file, '--addresses']);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, verdict: 'healthy', cause: null });
    expect(readFileSync(file, 'utf8')).toContain('127.0.0.1');
    const program = path.join(home.folder, 'report.json');
    await home.ok('doctor', 'agent', '--report', program);
    expect(JSON.parse(readFileSync(program, 'utf8'))).toMatchObject({ schema: 1, key: 'dev/agent' });
    const nowhere = await home.keymolt([
      'doctor',
      'agent',
      '--report',
      path.join(home.folder, 'none', 'r.md'),
    ]);
    expect(nowhere.status).not.toBe(0);
    expect(nowhere.stderr).toContain('keymolt: ');
  });

  it('asks nobody with --offline', async () => {
    const before = await requests();
    const { stdout, status } = await home.keymolt(['doctor', 'agent', '--offline', '--json']);
    const view = JSON.parse(stdout) as DoctorView;
    expect(status).toBe(0);
    expect(
      view.checks.filter(({ id }) => id.startsWith('net.')).every((check) => check.status === 'skip'),
    ).toBe(true);
    expect(await requests()).toBe(before);
  });

  it('never writes to the platform, unless --method says so', async () => {
    await home.keymolt(['doctor', 'agent']);
    await home.keymolt(['doctor', '-e', 'dev']);
    const methods = async (): Promise<string[]> =>
      ((await control('GET', '/state'))['requests'] as { method: string }[]).map(({ method }) => method);
    expect([...new Set(await methods())].sort()).toEqual(['GET', 'HEAD']);
    await home.ok('doctor', 'den', '--method', 'POST', '--path', '/prompts/p1/responses');
    expect((await methods()).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('names the next question where nothing was found', async () => {
    const own = { env: { MOLTBOTDEN_API_KEY: values[0] } };
    const variable = ['--var', 'MOLTBOTDEN_API_KEY'];
    const call = ['--method', 'GET', '--path', '/accounts/me'];
    expect((await home.ok('doctor', 'agent')).stdout).toContain(
      '\n  keymolt doctor dev/agent --var MOLTBOTDEN_API_KEY\n',
    );
    expect((await home.keymolt(['doctor', 'agent', ...variable], own)).stdout).toContain(
      '--method METHOD --path PATH',
    );
    expect((await home.keymolt(['doctor', 'agent', ...variable, ...call], own)).stdout).toContain(
      'the key is taken, sent in X-API-Key, and nothing beside it',
    );
  });

  it.each([
    ['--method without --path', ['agent', '--method', 'POST'], 2, 'USAGE'],
    ['a path without its slash', ['agent', '--method', 'GET', '--path', 'dens'], 2, 'USAGE'],
    ['a variable that is none', ['agent', '--var', 'NOT A NAME'], 2, 'USAGE'],
    ['a key that there is not', ['nobody'], 10, 'KEY_NOT_FOUND'],
    ['an environment that there is not', ['-e', 'nowhere'], 10, 'ENV_NOT_FOUND'],
    ['an option that there is not', ['agent', '--fxi'], 2, 'USAGE'],
    ['a network as the own address', ['agent', '--egress-address', '10.0.0.0/8'], 2, 'USAGE'],
    ['a path with a host in it', ['agent', '--method', 'GET', '--path', '//stranger.test/'], 2, 'BAD_URL'],
  ])('refuses %s', async (_what, args, status, code) => {
    const ended = await home.keymolt(['doctor', ...args]);
    expect({ status: ended.status, code: codeOf(ended) }).toEqual({ status, code });
    expect(ended.stdout).toBe('');
  });

  it('says where the keys are, and marks the refused ones, whose status it does not change', async () => {
    const value = 'mbd_test_zB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC111';
    values.push(value);
    await home.addKey('dead', value);
    expect((await home.keymolt(['doctor', 'dead'])).status).toBe(1);
    const { stdout } = await home.ok('key', 'list');
    expect(stdout).toMatch(/dead +active \(last check: refused\)/);
    expect(stdout).not.toMatch(/agent +active \(/);
    expect((await home.ok('key', 'show', 'dead')).stdout).toContain('active, and refused at the last check');
    expect(JSON.parse((await home.ok('key', 'show', 'dead', '--json')).stdout)).toMatchObject({
      key: { status: 'active', last_check: { outcome: 'KEY_REJECTED' } },
    });
    expect((await home.ok('doctor', '-e', 'prod')).stdout).toMatch(
      /^no keys to look at in prod; dev has \d+:\n\n {2}keymolt doctor -e dev\n$/,
    );
    await home.ok('key', 'forget', 'dead', '--yes', '--no-input');
  });

  it('tells what it could mend, and what is a person’s to do', async () => {
    const ended = await home.keymolt([
      'doctor',
      'agent',
      '--var',
      'NOBODY_SETS_THIS',
      '--fix',
      '--yes',
      '--no-input',
    ]);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(
      'this one is yours to do: keymolt run -e dev --map NOBODY_SETS_THIS=molt://dev/agent -- COMMAND',
    );
    const asks = await home.keymolt(['doctor', 'agent', '--var', 'K', '--fix', '--no-input'], {
      env: { K: '' },
    });
    expect(asks.status).toBe(1);
  });
});

describe('limits', () => {
  it('has each window of the tier, and each limited action', async () => {
    await home.ok('key', 'test', 'agent');
    expect((await limitsOf('agent'))?.windows.map(({ id, limit, source }) => [id, limit, source])).toEqual([
      ['burst', 50, 'estimated'],
      ['minute', 30, 'observed'],
      ['day', 1000, 'estimated'],
    ]);
    await home.ok('doctor', 'den', '--method', 'POST', '--path', '/prompts/p2/responses');
    const den = await limitsOf('den');
    expect(den?.windows).toMatchObject([{ id: 'window', limit: 100, source: 'observed' }]);
    expect(den?.actions).toContainEqual(
      expect.objectContaining({
        id: 'den_messages',
        place: 'p2',
        limit: 30,
        remaining: 29,
        source: 'estimated',
      }),
    );
    const told = (await home.ok('limits', 'den')).stdout;
    expect(told).toMatch(/messages in a den \(p2\) +≤29 +30 /);
    // Agents send by themselves too, and nobody tells of it.
    expect(told).toContain('≤: at most, as far as Keymolt knows');
  });

  it('watches until it is stopped, and shows what is news', async () => {
    const child = spawn(process.execPath, [CLI, 'limits', 'agent', '--watch', '--json'], {
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const lines = (): string[] => out.split('\n').filter((line) => line !== '');
    await eventually('the first look', () => lines().length > 0);
    await home.ok('key', 'test', 'agent');
    const left = (line: string | undefined): number =>
      (JSON.parse(line ?? '{}') as { keys: KeyLimitsView[] }).keys[0]?.windows.find(
        ({ id }) => id === 'minute',
      )?.remaining ?? -1;
    await eventually('another reading', () => left(lines().at(-1)) === left(lines()[0]) - 1);
    const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((done) =>
      child.once('close', (code, signal) => done([code, signal])),
    );
    child.kill('SIGINT');
    // What a shell calls 130.
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(err).toBe('');
    expect(existsSync(home.paths.socket)).toBe(true);
  });
});
