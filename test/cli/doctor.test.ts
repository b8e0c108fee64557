import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DoctorView } from '../../src-shared/contract/views.ts';
import { AgentHome } from '../support/agent-home.ts';
import { makeCertificate } from '../support/test-certificates.ts';
import { readScenarios } from '../support/doctor-scenario.ts';

/** Scenarios on the built program: sandbox, files and environment as the data says, one agent for all. */

const scenario = z.strictObject({
  name: z.string(),
  platform: z.enum(['den-hosting', 'den-agent']).default('den-hosting'),
  env: z.enum(['dev', 'prod']).default('dev'),
  /** What stands around the platform's value where it is stored. */
  stored: z.string().default('{value}'),
  /** A value that was stored before, and rotated away. */
  before: z.string().optional(),
  /** Calls of the sandbox's control, after the key was made and taken once. */
  control: z.array(z.strictObject({ call: z.string(), body: z.record(z.string(), z.unknown()) })).default([]),
  /** Which server stands in the platform's place; absent: the sandbox. */
  server: z.string().optional(),
  baseUrl: z.string().optional(),
  isTaken: z.boolean().default(true),
  files: z.record(z.string(), z.string()).default({}),
  odd: z
    .strictObject({ path: z.string(), kind: z.enum(['fifo', 'loop', 'huge', 'unreadable', 'folder']) })
    .optional(),
  environment: z.record(z.string(), z.string()).default({}),
  args: z.array(z.string()).default([]),
  cause: z.string().nullable(),
  fix: z.string(),
  /** The fix is applied, and the doctor asked again. */
  mend: z.enum(['fix', 'unset', 'command', 'none']).default('none'),
});
type Scenario = z.infer<typeof scenario>;
const scenarios = z.array(scenario).parse(readScenarios('program.json'));

let home: AgentHome;
let sandbox: { base_url: string; control_url: string };
let token: string;
let work: string;
const values: string[] = [];
const servers: Record<string, { url: string; close: () => void }> = {};

const listen = (
  server: Server | net.Server,
  scheme: string,
  name: string,
  host = '127.0.0.1',
): Promise<void> =>
  new Promise((done) => {
    server.listen(0, host, () => {
      servers[name] = {
        url: `${scheme}://${host === '127.0.0.1' ? host : 'localhost'}:${(server.address() as AddressInfo).port}`,
        close: () => server.close(),
      };
      done();
    });
  });

const tlsServer = (
  options: Partial<Parameters<typeof makeCertificate>[0]>,
  issuer?: ReturnType<typeof makeCertificate>,
) => {
  const certificate = makeCertificate({
    commonName: 'platform.test',
    ipv4: '127.0.0.1',
    ...(issuer === undefined ? {} : { issuer }),
    ...options,
  });
  return createTlsServer(
    { key: certificate.keyPem, cert: certificate.pem + (issuer?.pem ?? '') },
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"x"}');
    },
  );
};

const DAY = 86_400_000;

beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  sandbox = JSON.parse(
    (await home.ok('sandbox', 'start', '--tier', 'forge', '--json')).stdout,
  ) as typeof sandbox;
  const state = JSON.parse(
    spawnSync('cat', [path.join(home.home, 'sandbox.json')], { encoding: 'utf8' }).stdout,
  ) as Record<string, string>;
  token = state['control_token'] ?? '';
  work = mkdtempSync(path.join(home.folder, 'work-'));
  const authority = makeCertificate({ commonName: 'Corp Proxy CA', isAuthority: true });
  await listen(
    tlsServer(
      { notBefore: new Date(Date.now() - 20 * DAY), notAfter: new Date(Date.now() - 10 * DAY) },
      authority,
    ),
    'https',
    'expired-and-resigned',
  );
  await listen(tlsServer({}), 'https', 'self-signed');
  await listen(tlsServer({}, authority), 'https', 'resigned');
  await listen(
    createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in to this network</html>'),
    ),
    'http',
    'portal',
  );
  await listen(
    createServer((request, response) =>
      response.writeHead(301, { location: `http://www.platform.test${request.url ?? ''}` }).end(),
    ),
    'http',
    'moved',
  );
  await listen(
    createServer((_request, response) => response.writeHead(200).end('plain')),
    'https',
    'plain-at-tls',
  );
  await listen(
    createServer((_request, response) =>
      response
        .writeHead(200, {
          date: new Date(Date.now() + 600_000).toUTCString(),
          'content-type': 'application/json',
        })
        .end('{"id":"x"}'),
    ),
    'http',
    'clock',
  );
  await listen(
    createServer((request) => request.socket.destroy()),
    'http',
    'slams',
  );
});

afterAll(async () => {
  for (const { close } of Object.values(servers)) close();
  await home.keymolt(['sandbox', 'stop']);
  // SECURITY: whatever was wrong, no command printed a value, and the log has none.
  for (const value of values) {
    const secret = value.slice(-24);
    expect(home.printed).not.toContain(secret);
    expect(home.log).not.toContain(secret);
  }
  await home.dispose();
});

const control = async (call: string, body: unknown): Promise<Record<string, unknown>> => {
  const answer = await fetch(sandbox.control_url + call, {
    method: 'POST',
    headers: { 'x-sandbox-token': token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
};

interface Minted {
  readonly value: string;
  readonly id: string;
}

async function mint({ platform, env }: Scenario): Promise<Minted> {
  const made = await control(
    '/keys',
    platform === 'den-agent'
      ? { kind: 'agent', status: 'ACTIVE' }
      : { kind: 'hosting', mode: env === 'prod' ? 'live' : 'test', name: 'minted' },
  );
  const value = String(made['key']);
  values.push(value);
  return { value, id: String(made['key_id'] ?? made['agent_id']) };
}

const fill = (text: string, { value, id }: Minted, key: string): string =>
  text
    .replaceAll('{value}', value)
    .replaceAll('{id}', id)
    .replaceAll('{key}', key)
    .replaceAll('{work}', work)
    .replaceAll('{home}', home.folder)
    .replaceAll('{sandbox}', sandbox.base_url)
    .replaceAll('{host}', sandbox.base_url.replace('http://', ''))
    .replace(/\{server:([a-z-]+)\}/g, (_all, name: string) => servers[name]?.url ?? '');

const edit = (key: string, value: string, ...more: string[]) =>
  home.keymolt(['key', 'edit', key, '--value-file', '-', '--no-input', ...more], { input: value });

async function ask(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<{ view: DoctorView; status: number | null; stderr: string }> {
  const { stdout, status, stderr } = await home.keymolt(['doctor', '--json', ...args], {
    cwd: work,
    env: environment,
  });
  expect({ stdout: stdout.slice(0, 40), stderr }).toMatchObject({
    stdout: expect.stringContaining('"schema":1') as unknown,
  });
  return { view: JSON.parse(stdout) as DoctorView, status, stderr };
}

let count = 0;

describe('the doctor of the built program', () => {
  it.each(scenarios.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    count += 1;
    const name = `s${count}`;
    const key = `${one.env}/${name}`;
    const minted = await mint(one);
    const base = one.platform === 'den-agent' ? sandbox.base_url : `${sandbox.base_url}/v1/hosting`;
    await home.ok('platform', 'set', one.platform, '--base-url', base, '--yes', '--no-input');
    const added = await home.keymolt(
      [
        'key',
        'add',
        name,
        '-e',
        one.env,
        '--platform',
        one.platform,
        '--value-file',
        '-',
        '--no-input',
        '--var',
        'MOLT_KEY',
      ],
      { input: minted.value },
    );
    expect(added.status).toBe(0);
    if (one.isTaken) await home.ok('key', 'test', key);
    if (one.before !== undefined) {
      await edit(key, fill(one.before, minted, key));
      await edit(key, minted.value);
      if (one.isTaken) await home.ok('key', 'test', key);
    }
    const stored = fill(one.stored, minted, key);
    if (stored !== minted.value) await edit(key, stored);
    for (const { call, body } of one.control)
      await control(call, JSON.parse(fill(JSON.stringify(body), minted, key)));
    const baseUrl = one.server !== undefined ? `${servers[one.server]?.url ?? ''}/v1/hosting` : one.baseUrl;
    if (baseUrl !== undefined)
      await home.ok(
        'platform',
        'set',
        one.platform,
        '--base-url',
        fill(baseUrl, minted, key),
        '--yes',
        '--no-input',
      );
    for (const [file, content] of Object.entries(one.files)) {
      const target = path.join(file.startsWith('~/') ? home.folder : work, file.replace('~/', ''));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, fill(content, minted, key));
    }
    const odd = one.odd === undefined ? undefined : path.join(work, one.odd.path);
    if (odd !== undefined && one.odd !== undefined) makeOdd(odd, one.odd.kind);
    try {
      const environment: Record<string, string | undefined> = Object.fromEntries(
        Object.entries(one.environment).map(([variable, text]) => [variable, fill(text, minted, key)]),
      );
      const args = [key, ...one.args.map((arg) => fill(arg, minted, key))];
      const { view, status } = await ask(args, environment);
      expect({ code: view.cause?.code ?? null, said: view.cause?.message }).toMatchObject({
        code: one.cause,
      });
      expect(view.cause?.fix ?? '').toBe(fill(one.fix, minted, key));
      expect(status).toBe(one.cause === null ? 0 : 1);
      expect(JSON.stringify(view)).not.toContain(minted.value.slice(-24));
      await mend(one, view, args, environment);
    } finally {
      for (const file of Object.keys(one.files))
        rmSync(path.join(file.startsWith('~/') ? home.folder : work, file.replace('~/', '')), {
          force: true,
        });
      if (odd !== undefined) rmSync(odd, { recursive: true, force: true });
      await fetch(`${sandbox.control_url}/faults`, {
        method: 'DELETE',
        headers: { 'x-sandbox-token': token },
      });
      await home.keymolt(['key', 'forget', key, '--yes']);
    }
  });
});

/** Does what the doctor said, and asks it again. */
async function mend(
  one: Scenario,
  view: DoctorView,
  args: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<void> {
  if (one.mend === 'none') return;
  const fix = view.cause?.fix ?? '';
  let after = environment;
  if (one.mend === 'fix') {
    await home.keymolt(['doctor', ...args, '--fix', '--yes', '--no-input'], { cwd: work, env: environment });
  } else if (one.mend === 'unset') {
    after = { ...environment, [fix.replace('unset ', '')]: undefined };
  } else {
    const said = await home.keymolt([...fix.replace('keymolt ', '').split(' '), '--yes', '--no-input'], {
      cwd: work,
      env: environment,
    });
    expect(said.status).toBe(0);
  }
  const { view: healthy } = await ask(one.mend === 'unset' ? args.slice(0, 1) : args, after);
  expect({ verdict: healthy.verdict, cause: healthy.cause?.message }).toEqual({
    verdict: 'healthy',
    cause: undefined,
  });
}

function makeOdd(file: string, kind: NonNullable<Scenario['odd']>['kind']): void {
  if (kind === 'fifo') spawnSync('mkfifo', [file]);
  else if (kind === 'loop') symlinkSync(file, file);
  else if (kind === 'huge') writeFileSync(file, `MOLT_KEY=x\n${'#'.repeat(10_000_000)}`);
  else if (kind === 'folder') mkdirSync(file);
  else {
    writeFileSync(file, 'MOLT_KEY=x\n');
    chmodSync(file, 0);
  }
}
