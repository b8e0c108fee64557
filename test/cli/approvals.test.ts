import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ApprovalView } from '../../src-shared/contract/views.ts';
import { type AgentServer, serveAgent } from '../../src-main/agent/server.ts';
import { CLI, codeOf, type Ended, eventually, runProgram } from '../support/homes/agent-home.ts';
import { TerminalSession } from '../support/homes/terminal-session.ts';
import { bytes, makeOpenCore, PASSPHRASE, type TestCore } from '../support/test-core.ts';

const LIVE = 'mbd_live_Canary5Pl4ntedForApprovals000001';

/** A desktop app without its window: the core and the socket are real, and the test sits where the person would. */
let core: TestCore;
let server: AgentServer;
let folder: string;
let env: Record<string, string | undefined>;
let asked: readonly ApprovalView[] = [];
let mostAsked = 0;
let said = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'keymolt-approvals-'));
  const home = path.join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  core = await makeOpenCore({ home, host: 'desktop' });
  server = await serveAgent(core.core, core.paths);
  core.subscribe((name, event) => {
    if (name !== 'approvalsChanged') return;
    asked = (event as { approvals: readonly ApprovalView[] }).approvals;
    mostAsked = Math.max(mostAsked, asked.length);
  });
  await core.call('keys.add', { name: 'deploy', env: 'prod', platform: 'den-hosting', value: bytes(LIVE) });
  env = { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', KEYMOLT_HOME: home };
});
beforeEach(() => {
  core.core.grants.clear();
  core.core.approvals.clear();
  mostAsked = 0;
});
afterAll(async () => {
  expect(said + JSON.stringify(core.logged)).not.toContain(LIVE);
  core.core.approvals.clear();
  await server.close();
  await core.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const keymolt = async (...args: string[]): Promise<Ended> => {
  const ended = await runProgram(process.execPath, [CLI, ...args], { env, cwd: folder });
  said += ended.stderr;
  return ended;
};
const run = (...flags: string[]) =>
  keymolt('run', '-e', 'prod', ...flags, '--', 'sh', '-c', 'echo ${#MOLTBOTDEN_API_KEY}');
const answer = (decision: 'once' | 'tree' | 'hours' | 'deny') => {
  const [{ id, revision }] = asked as [ApprovalView];
  return core.call('approvals.answer', { id, revision, decision }, { face: 'window' });
};

it('without a page, or with --no-input, nobody is asked and nobody waits', async () => {
  const before = await run();
  expect([before.status, codeOf(before)]).toEqual([125, 'APPROVAL_REQUIRED']);
  await core.call('approvals.list', {}, { face: 'window' });
  const refused = await run('--no-input');
  expect([refused.status, codeOf(refused)]).toEqual([125, 'APPROVAL_REQUIRED']);
  expect(refused.stderr).toContain('keymolt unlock');
  expect(mostAsked).toBe(0);
});

it('twenty that start at once are one question, and one answer', async () => {
  const twenty = Array.from({ length: 20 }, () => run());
  await eventually('all of them wait', () => asked[0]?.requests === 20);
  expect(mostAsked).toBe(1);
  expect(asked[0]).toMatchObject({
    env: 'prod',
    kind: 'live',
    purpose: 'run',
    command: 'sh',
    keys: ['prod/deploy'],
    process: { cwd: folder },
  });
  expect(JSON.stringify(asked)).not.toContain(LIVE);
  await answer('tree');
  for (const { status, stdout } of await Promise.all(twenty)) expect([status, stdout]).toEqual([0, '41\n']);
  expect((await run()).status).toBe(0);
  expect(mostAsked).toBe(1);
  const { entries } = await core.call('audit.list', {});
  expect(entries.map(({ action }) => action)).toContain('approval.allow');
});

it('twenty that are refused are refused with one answer, and so is the one that comes late', async () => {
  const twenty = Array.from({ length: 20 }, () => run());
  await eventually('all of them wait', () => asked[0]?.requests === 20);
  await answer('deny');
  for (const ended of await Promise.all(twenty))
    expect([ended.status, codeOf(ended), ended.stdout]).toEqual([125, 'APPROVAL_DENIED', '']);
  expect(codeOf(await run())).toBe('APPROVAL_DENIED');
  expect(mostAsked).toBe(1);
});

it('“once” is for what was asked: read, inject and resolve ask again', async () => {
  const read = keymolt('read', 'molt://prod/deploy', '--reveal');
  await eventually('it is asked', () => asked.length === 1);
  expect(asked[0]?.purpose).toBe('read');
  await answer('once');
  expect((await read).stdout).toBe(`${LIVE}\n`);
  const again = keymolt('read', 'molt://prod/deploy', '--reveal');
  await eventually('it is asked again', () => asked.length === 1);
  await answer('deny');
  expect([(await again).status, codeOf(await again)]).toEqual([3, 'APPROVAL_DENIED']);
});

it('a question goes with the one who asked, and with the lock', async () => {
  const child = spawn(process.execPath, [CLI, 'run', '-e', 'prod', '--', 'true'], { env, stdio: 'ignore' });
  await eventually('it is asked', () => asked.length === 1);
  child.kill('SIGKILL');
  await eventually('it is gone', () => asked.length === 0);
  const waiting = run();
  await eventually('it is asked', () => asked.length === 1);
  await core.call('vault.lock', {});
  expect(codeOf(await waiting)).toBe('VAULT_LOCKED');
  await core.call('vault.unlock', { with: 'passphrase', secret: bytes(PASSPHRASE) }, { face: 'window' });
});

it('on a terminal the command says where it asks; the passphrase in a file asks nobody', async () => {
  const session = new TerminalSession([process.execPath, CLI, 'run', '-e', 'prod', '--', 'echo', 'started'], {
    env,
    cwd: folder,
  });
  await session.sees('in the Keymolt window');
  expect(asked[0]?.is_terminal).toBe(true);
  await answer('hours');
  await session.sees('started');
  expect(await session.ended()).toBe(0);
  expect(session.output).not.toContain('Passphrase');
});
