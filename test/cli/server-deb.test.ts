import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, PASSPHRASE, ROOT, runProgram } from '../support/homes/agent-home.ts';

/** The Debian package for servers: built twice, installed, used, and removed. */

const PACKAGE = 'keymolt-cli';
/** Installing is for root, and nobody's own installation is touched. Otherwise it is unpacked, and used from there. */
const mayInstall =
  process.getuid?.() === 0 && spawnSync('dpkg-query', ['-W', PACKAGE], { stdio: 'ignore' }).status !== 0;

let folder: string;
let deb: string;
/** Where the files of the package are. */
let place: string;
let env: Record<string, string | undefined>;

const build = (name: string): string =>
  execFileSync(
    process.execPath,
    [path.join(ROOT, 'scripts', 'release', 'server-deb.mjs'), '--fast', '--out', path.join(folder, name)],
    { encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' } },
  ).trim();
const inPackage = (file: string): string => path.join(place, file);
const keymolt = (...args: string[]): Promise<Ended> => {
  const node = inPackage('usr/lib/keymolt/bin/node');
  const [command = '', ...more] = mayInstall
    ? ['/usr/bin/keymolt']
    : [node, '--', inPackage('usr/lib/keymolt/out/cli/keymolt.cjs')];
  return runProgram(command, [...more, ...args], { env, cwd: folder });
};
const ok = async (...args: string[]): Promise<string> => {
  const { status, stdout, stderr } = await keymolt(...args);
  expect([args.join(' '), status, stderr]).toEqual([args.join(' '), 0, '']);
  return stdout;
};

/** It calls programs of these folders, which are not on every root's PATH. */
const dpkg = (...args: string[]): void => {
  const PATH = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
  execFileSync('dpkg', args, { stdio: 'pipe', env: { ...process.env, PATH } });
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keymolt-server-'));
  deb = build('one');
  place = mayInstall ? '/' : path.join(folder, 'unpacked');
  if (mayInstall) dpkg('--force-unsafe-io', '--no-triggers', '-i', deb);
  else {
    mkdirSync(place);
    execFileSync('dpkg-deb', ['-x', deb, place]);
  }
  // Nothing of this checkout, and no other Node.
  env = { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', KEYMOLT_HOME: path.join(folder, 'home') };
});
afterAll(() => {
  if (mayInstall && existsSync('/usr/lib/keymolt')) dpkg('--no-triggers', '--purge', PACKAGE);
  rmSync(folder, { recursive: true, force: true });
});

it('is the same, byte for byte, when it is built again', () => {
  const again = build('two');
  const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  expect(again).not.toBe(deb);
  expect(sha256(again)).toBe(sha256(deb));
  rmSync(again);
});

it('belongs to root, lets nobody else write, and has nothing that a screen is needed for', () => {
  const lines = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' }).trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^(drwxr-xr-x|-rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) root\/root /);
  const text = lines.join('\n');
  expect(text).not.toMatch(
    /electron|renderer|playwright|react-dom|\.desktop|\.ts\b|\.map\b|\.cache\/|\.env\b/i,
  );
  // Of this machine's kind alone.
  expect(text).not.toMatch(/prebuilds\/(win32|darwin|android)/);
});

it('has a page of manual and completions for three shells, made of what the program knows', async () => {
  const manual = gunzipSync(readFileSync(inPackage('usr/share/man/man1/keymolt.1.gz'))).toString();
  expect(manual).toContain('.TH KEYMOLT 1 2023-11-14');
  expect(manual).toContain('keymolt rotate start');
  for (const [shell, file] of [
    ['bash', 'usr/share/bash-completion/completions/keymolt'],
    ['zsh', 'usr/share/zsh/vendor-completions/_keymolt'],
    ['fish', 'usr/share/fish/vendor_completions.d/keymolt.fish'],
  ] as const)
    expect(readFileSync(inPackage(file), 'utf8')).toBe(await ok('completion', shell));
  const unit = readFileSync(inPackage('usr/lib/systemd/user/keymolt-agent.service'), 'utf8');
  const [node = '', agent = ''] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
  expect([node, agent].map((file) => existsSync(inPackage(file)))).toEqual([true, true]);
});

it('has all that its programs load: each package, with its native part', async () => {
  const tree = inPackage('usr/lib/keymolt');
  const { RUNTIME_PACKAGES } = (await import(
    pathToFileURL(path.join(ROOT, 'scripts', 'release', 'command-line-tree.mjs')).href
  )) as { RUNTIME_PACKAGES: readonly string[] };
  const imported = readFileSync(path.join(tree, 'out', 'agent', 'agent.mjs'), 'utf8').matchAll(
    /(?:\bfrom|\bimport|\bimport\(|\)\()\s*"((?:@[\w-]+\/)?[a-z][\w-]+)"/g,
  );
  const external = new Set([...imported].map(([, name = '']) => name));
  expect([...external]).toEqual(expect.arrayContaining(['better-sqlite3', 'koffi', 'undici']));
  expect(RUNTIME_PACKAGES).toEqual(
    expect.arrayContaining([...external].filter((name) => name !== 'keymolt')),
  );
  const script = `const load = require('node:module').createRequire(process.argv[1]);
    for (const name of process.argv.slice(2)) load(name);
    load('koffi').load(null); new (load('better-sqlite3'))(':memory:').close(); load('sodium-native').sodium_malloc(16);
    load(\`@lydell/node-pty-\${process.platform}-\${process.arch}/pty.node\`)`;
  const ended = await runProgram(
    path.join(tree, 'bin', 'node'),
    ['-e', script, path.join(tree, 'package.json'), ...RUNTIME_PACKAGES],
    { env },
  );
  expect([ended.status, ended.stderr]).toEqual([0, '']);
});

it('is a command line with its own Node, its agent and a sandbox: from nothing to the first run', async () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await ok('version')).toContain(version);
  const passphrase = path.join(folder, 'passphrase');
  writeFileSync(passphrase, PASSPHRASE, { mode: 0o600 });
  await ok('init', '--password-file', passphrase, '--recovery-file', path.join(folder, 'recovery'), '-q');
  try {
    const { agent_pid: pid } = JSON.parse(await ok('status', '--json')) as { agent_pid: number };
    expect(readlinkSync(`/proc/${pid}/exe`)).toBe(inPackage('usr/lib/keymolt/bin/node'));
    await ok('sandbox', 'start');
    await ok('key', 'create', 'agent', '--platform', 'sandbox-hosting');
    expect(await ok('run', '--', 'printenv', 'MOLTBOTDEN_API_KEY')).toBe('[molt:agent]\n');
    expect(await ok('run', '--mask', 'never', '--', 'printenv', 'MOLTBOTDEN_ENV')).toBe('dev\n');
    await ok('key', 'test', 'agent');
  } finally {
    await keymolt('sandbox', 'stop');
    await keymolt('agent', 'stop');
  }
});

it('leaves nothing when it is removed', () => {
  if (mayInstall) {
    dpkg('--no-triggers', '--remove', PACKAGE);
    expect(['/usr/bin/keymolt', '/usr/lib/keymolt'].filter((file) => existsSync(file))).toEqual([]);
  } else
    expect(execFileSync('dpkg-deb', ['--ctrl-tarfile', deb]).toString('latin1')).not.toMatch(
      /(pre|post)(inst|rm)/,
    );
});
