import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AgentHome, CLI } from '../support/homes/agent-home.ts';

let home: AgentHome;
let tell: string;
beforeAll(async () => {
  home = new AgentHome();
  await home.init();
  tell = path.join(home.folder, 'tell.cjs');
  writeFileSync(
    tell,
    "process.on('exit', () => process._rawDebug(process.moduleLoadList.map((one) => one.split(' ').at(-1)).join(' ')));",
  );
});
afterAll(() => home.dispose());

const loadedBy = (
  options: readonly string[],
  env = {},
): { readonly loaded: string[]; readonly said: string } => {
  const argv = [...options, '--require', tell, CLI, 'status', '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    env: { ...home.env, ...env },
    encoding: 'utf8',
  });
  expect([status, (JSON.parse(stdout) as { vault: string }).vault]).toEqual([0, 'unlocked']);
  const lines = stderr.trim().split('\n');
  return { loaded: lines.pop()!.split(' '), said: lines.join('\n') };
};

// docs/decisions/0054
it('asks the agent without node:net and the streams it is made of', () => {
  const { loaded } = loadedBy([]);
  expect(loaded).toContain('fs');
  expect(loaded.filter((name) => ['net', 'stream', 'child_process', 'crypto', 'tty'].includes(name))).toEqual(
    [],
  );
});

it.each([
  ['an option', ['--pending-deprecation'], {}],
  ['the environment', [], { NODE_PENDING_DEPRECATION: '1' }],
  ['NODE_OPTIONS', [], { NODE_OPTIONS: '--pending-deprecation' }],
])('asks it over node:net, without a warning, where %s would make Node warn', (_what, options, env) => {
  const { loaded, said } = loadedBy(options, env);
  expect(loaded).toContain('net');
  expect(said).toBe('');
});
