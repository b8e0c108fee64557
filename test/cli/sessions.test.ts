import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionAnswer, sessionsAnswer } from '../../src-shared/contract/views.ts';
import { findSandbox } from '../../src-main/sandbox/start-sandbox.ts';
import { AgentHome, codeOf } from '../support/homes/agent-home.ts';

let home: AgentHome;
let owner: { readonly email: string; readonly password: string };
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.ok('sandbox', 'start', '--tier', 'forge');
  owner = (await findSandbox(home.home))!.owners.test;
});
afterAll(async () => {
  expect(home.printed + home.log).not.toContain(owner.password);
  expect(home.printed + home.log).not.toMatch(/AMf-[A-Za-z0-9]{8}|eyJ[A-Za-z0-9_-]{20}/);
  await home.ok('sandbox', 'stop');
  await home.dispose();
});

const signIn = (password: string, ...more: string[]) =>
  home.keymolt(
    [
      'session',
      'sign-in',
      '--email',
      owner.email,
      '--platform',
      'sandbox-hosting',
      '--password-file',
      '-',
      ...more,
    ],
    { input: password },
  );

describe('session', () => {
  it('signs in with a password from stdin or a file, never from an argument', async () => {
    const ended = await signIn(`${owner.password}\n`, '--json');
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(sessionAnswer.parse(JSON.parse(ended.stdout)).session.email).toBe(owner.email);
    const file = path.join(home.folder, 'password');
    writeFileSync(file, owner.password, { mode: 0o600 });
    await home.ok(
      'session',
      'sign-in',
      '--email',
      owner.email,
      '--platform',
      'sandbox-hosting',
      '--password-file',
      file,
    );
    const { sessions } = sessionsAnswer.parse(
      JSON.parse((await home.ok('session', 'list', '--json')).stdout),
    );
    expect(sessions).toHaveLength(1);
    expect((await home.ok('session', 'list')).stdout).toContain(owner.email);
  });

  it('exits with 5 for a wrong password, with 2 where nobody can be asked', async () => {
    const wrong = await signIn('wrong');
    expect([wrong.status, codeOf(wrong)]).toEqual([5, 'KEY_REJECTED']);
    const unasked = await home.keymolt(['session', 'sign-in', '--email', owner.email, '--no-input']);
    expect([unasked.status, codeOf(unasked)]).toEqual([2, 'INPUT_REQUIRED']);
    expect(codeOf(await home.keymolt(['session', 'sign-in']))).toBe('USAGE');
  });

  it('creates the first key, and signs out', async () => {
    await home.ok('key', 'create', 'first', '--platform', 'sandbox-hosting');
    const log = await home.ok('audit', 'list');
    expect(log.stdout).toContain(`as ${owner.email}`);
    await home.ok('session', 'sign-out');
    expect((await home.ok('session', 'list')).stdout).toBe('nobody is signed in\n');
    expect((await home.keymolt(['session', 'sign-out'])).status).toBe(10);
  });

  it('leaves no token in the vault’s file in the clear', () => {
    expect(readFileSync(home.paths.vault, 'latin1')).not.toContain('AMf-');
  });
});

describe('audit export', () => {
  it('writes the whole log as JSON Lines, oldest first', async () => {
    const lines = (await home.ok('audit', 'export', '--format', 'jsonl')).stdout.trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { seq: number; schema: number });
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.every(({ schema }) => schema === 1)).toBe(true);
  });

  it('writes CEF, and refuses what is neither', async () => {
    const { stdout } = await home.ok('audit', 'export', '--format', 'cef');
    for (const line of stdout.trimEnd().split('\n'))
      expect(line).toMatch(/^CEF:0\|Keymolt\|keymolt\|[^|]+\|[^|]+\|[^|]+\|\d+\|rt=\d+ externalId=\d+ /);
    expect((await home.keymolt(['audit', 'export', '--format', 'xml'])).status).toBe(2);
  });
});
