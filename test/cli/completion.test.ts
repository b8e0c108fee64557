import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AgentHome, CLI, runProgram } from '../support/homes/agent-home.ts';
import { TerminalSession } from '../support/homes/terminal-session.ts';

const CANARY = 'mbd_test_Canary5Pl4ntedForTheShellTest001';

let home: AgentHome;
let setUp: string;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  await home.addKey('agent', CANARY);
  await home.addKey('deploy', 'mbd_live_Canary5Pl4ntedForTheShellTest002', '-e', 'prod');
  const script = path.join(home.folder, 'completion.bash');
  writeFileSync(script, (await home.ok('completion', 'bash')).stdout);
  const bin = path.join(home.folder, 'keymolt');
  writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`, { mode: 0o755 });
  setUp = `PATH='${home.folder}':$PATH; source '${script}'`;
});
afterAll(async () => {
  expect(home.printed).not.toContain('Canary5Pl4nted');
  await home.dispose();
});

/** What bash itself would offer for these words. */
const offered = async (...words: string[]): Promise<string[]> => {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${setUp}; COMP_WORDS=(keymolt ${list}); COMP_CWORD=${words.length}; _keymolt; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await runProgram('bash', ['--norc', '-c', script], { env: home.env });
  home.printed += stdout;
  return stdout.split('\n').filter((line) => line !== '');
};

it('bash completes commands, flags, environments and keys', async () => {
  expect(await offered('key', 'sh')).toEqual(['show']);
  expect(await offered('run', '--env', '=', 's')).toEqual(['staging']);
  expect(await offered('key', 'show', 'prod/')).toEqual(['prod/deploy']);
  expect(await offered('read', 'molt', ':', '//prod')).toEqual(['//prod/deploy']);
  expect(await offered('run', '--', 'no')).toEqual([]);
});

it('bash does so as a person types', async () => {
  const session = new TerminalSession(['bash', '--norc', '-i'], { env: { ...home.env, PS1: '> ' } });
  session.type(`${setUp}; bind 'set bell-style none'; echo rea""dy\r`);
  await session.sees('ready');
  session.type('keymolt read molt://prod/de\t');
  await session.sees('molt://prod/deploy');
  session.type('\u0015keymolt env se\tpr\t--approve nev\t');
  await session.sees('keymolt env set prod --approve never');
  session.type('\u0015exit\r');
  await session.ended();
});

it('offers no name while the vault is locked, asks for nothing, and starts no agent', async () => {
  await home.ok('lock');
  expect(await offered('key', 'show', '')).toEqual([]);
  expect(await offered('run', '-e', '')).toEqual([]);
  expect(await offered('key', 'sh')).toEqual(['show']);
  await home.ok('agent', 'stop');
  expect(await offered('run', '-e', '')).toEqual([]);
  expect(home.agentPids()).toEqual([]);
});

it('has a script for zsh and fish, and says so of others', async () => {
  expect((await home.ok('completion', 'zsh')).stdout).toContain('#compdef keymolt');
  expect((await home.ok('completion', 'fish')).stdout).toContain('complete -c keymolt');
  expect((await home.keymolt(['completion', 'tcsh'])).status).toBe(2);
  expect((await home.ok('completion', 'fish', '--', 'key', 'sh')).stdout).toMatch(/^show\t\w/);
  expect((await home.ok('completion', 'zsh', '--', 'key', 'sh')).stdout).toMatch(/^show:\w/);
});
