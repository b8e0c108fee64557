// Other tools that start a command with secrets, from npm at the time of measuring. To be measured, not depended on.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cache } from './home.mjs';
import { startOf } from './rounds.mjs';

const TOOLS = [
  { name: 'dotenv-cli', bin: 'dotenv', args: ['-e', '.env', '--', 'true'] },
  { name: '@dotenvx/dotenvx', bin: 'dotenvx', args: ['run', '--quiet', '--', 'true'] },
  { name: 'varlock', bin: 'varlock', args: ['run', '--', 'true'] },
];

/** @returns cases to measure, and in words which could not be had */
export function rivals(env) {
  const folder = path.join(cache, 'bench-rivals');
  mkdirSync(folder, { recursive: true });
  const lines = ['MOLTBOTDEN_API_KEY=mbd_test_of_nobody', 'ONE=1', 'TWO=2', ''].join('\n');
  writeFileSync(path.join(folder, '.env'), lines);
  writeFileSync(path.join(folder, '.env.schema'), `# @defaultSensitive=false\n# ---\n${lines}`);
  const cases = {};
  const missing = [];
  for (const { name, bin, args } of TOOLS) {
    const program = path.join(folder, 'node_modules', '.bin', bin);
    if (!existsSync(program)) {
      const npm = spawnSync(
        'npm',
        ['install', '--no-audit', '--no-fund', '--silent', '--ignore-scripts', '--prefix', folder, name],
        {
          env,
          encoding: 'utf8',
          timeout: 180_000,
          shell: process.platform === 'win32',
        },
      );
      if (npm.status !== 0) {
        missing.push(`${name}: not to be had from the registry`);
        continue;
      }
    }
    const { version } = JSON.parse(
      readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8'),
    );
    const start = startOf(program, args, { cwd: folder, env });
    const tried = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8', timeout: 30_000 });
    if (tried.status === 0) cases[`${name} ${version}`] = start;
    else
      missing.push(
        `${name} ${version}: ended with ${tried.status} (${tried.stderr.trim().split('\n').at(-1)})`,
      );
  }
  return { cases, missing };
}
