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
  { name: 'env-cmd', bin: 'env-cmd', args: ['-f', '.env', '--', 'true'] },
];

function install(folder, env) {
  if (TOOLS.every(({ bin }) => existsSync(path.join(folder, 'node_modules', '.bin', bin)))) return;
  // Not npm's own variables: started by `npm run`, they name this package. But which registry is to be asked.
  const isKept = (name) => !/^(npm_|INIT_CWD)/i.test(name) || /^npm_config_registry$/i.test(name);
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
  spawnSync('npm', [...args, ...TOOLS.map(({ name }) => name)], {
    cwd: folder,
    env: own,
    stdio: 'ignore',
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
}

/** @returns cases to measure, and in words which could not be had */
export function rivals(env) {
  const folder = path.join(cache, 'bench-rivals');
  mkdirSync(folder, { recursive: true });
  const lines = ['MOLTBOTDEN_API_KEY=mbd_test_of_nobody', 'ONE=1', 'TWO=2', ''].join('\n');
  writeFileSync(path.join(folder, '.env'), lines);
  writeFileSync(path.join(folder, '.env.schema'), `# @defaultSensitive=false\n# ---\n${lines}`);
  install(folder, env);
  const cases = {};
  const missing = [];
  for (const { name, bin, args } of TOOLS) {
    const program = path.join(folder, 'node_modules', '.bin', bin);
    if (!existsSync(program)) {
      missing.push(`${name}: not to be had from the registry`);
      continue;
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

/**
 * The same tools, each as it launches a command with a value, and as it masks one.
 * @param folder holds their .env file
 */
export function installed(env, folder, value) {
  const { missing } = rivals(env);
  const bin = (name) => path.join(cache, 'bench-rivals', 'node_modules', '.bin', name);
  const encrypted = path.join(folder, 'encrypted');
  mkdirSync(encrypted, { recursive: true });
  const line = `MOLTBOTDEN_API_KEY=${value}\n`;
  for (const place of [folder, encrypted]) writeFileSync(path.join(place, '.env'), line);
  writeFileSync(path.join(folder, '.env.schema'), `# @defaultSensitive=true\n# ---\n${line}`);
  const file = path.join(encrypted, '.env');
  spawnSync(bin('dotenvx'), ['encrypt', '-f', file], {
    cwd: encrypted,
    env,
    stdio: 'ignore',
    timeout: 30_000,
  });
  const dotenvx = [bin('dotenvx'), 'run', '--quiet', '-f', file];
  const tools = [
    { name: 'dotenvx, encrypted', plain: [...dotenvx, '--'], masking: [...dotenvx, '--redact', '--'] },
    { name: 'varlock', plain: [bin('varlock'), 'run', '--'], masking: [bin('varlock'), 'run', '--'] },
    {
      name: 'dotenv-cli',
      plain: [bin('dotenv'), '-e', '.env', '--'],
      masking: [bin('dotenv'), '-e', '.env', '--'],
    },
    {
      name: 'env-cmd',
      plain: [bin('env-cmd'), '-f', '.env', '--'],
      masking: [bin('env-cmd'), '-f', '.env', '--'],
    },
  ].filter(({ plain: [program] }) => existsSync(program));
  return { tools, missing };
}
