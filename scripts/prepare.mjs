// Makes a fresh clone ready: dependencies, build, and (for tests, on Debian as root) system packages.
// Runs on Node 20 with nothing installed, so it imports only what Node brings.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '..');
const cache = path.join(root, '.cache');

/** The environment of everything we start: our own Node 24 and the tools of node_modules first. */
export const environment = () => ({
  ...process.env,
  PATH: path.join(root, 'node_modules', '.bin') + path.delimiter + (process.env.PATH ?? ''),
});

/** Runs a command in the checkout with its output shown. @returns whether it ended with 0 */
export function run(command, args, more = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: environment(),
    shell: process.platform === 'win32',
    ...more,
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Installs what package-lock.json says, unless it is there already. */
export function installDependencies() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const marker = path.join(root, 'node_modules', '.keymolt-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  console.log('Installing dependencies (npm ci) …');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  if (!run('npm', ['ci', ...quiet]))
    fail('npm ci failed. Is the npm registry reachable? Its own words are above.');
  writeFileSync(marker, wanted);
}

/** The newest change below the source folders; a build older than it is made anew. */
function newestSource() {
  let newest = 0;
  const visit = (file) => {
    const stats = statSync(file);
    if (stats.isDirectory()) for (const name of readdirSync(file)) visit(path.join(file, name));
    newest = Math.max(newest, stats.mtimeMs);
  };
  for (const name of [
    'src-main',
    'src-renderer',
    'src-shared',
    'scripts',
    'electron.vite.config.ts',
    'package.json',
    'package-lock.json',
  ]) {
    visit(path.join(root, name));
  }
  return newest;
}

export function build() {
  const marker = path.join(cache, 'built');
  const program = path.join(root, 'out', 'cli', 'keymolt.cjs');
  if (existsSync(marker) && existsSync(program) && statSync(marker).mtimeMs > newestSource()) return;
  console.log('Building …');
  const started = new Date();
  if (!run('node', ['scripts/build.mjs'])) fail('The build failed; its own words are above.');
  mkdirSync(cache, { recursive: true });
  writeFileSync(marker, `${started.toISOString()}\n`);
}

const DEBIAN_PACKAGES = {
  chromium: '/usr/bin/chromium',
  xvfb: '/usr/bin/Xvfb',
  xauth: '/usr/bin/xauth',
  dbus: '/usr/bin/dbus-run-session',
  'dbus-x11': '/usr/bin/dbus-launch',
  'gnome-keyring': '/usr/bin/gnome-keyring-daemon',
  'libsecret-1-0': '/usr/share/doc/libsecret-1-0',
  strace: '/usr/bin/strace',
  // Of the packages and their signatures.
  'openssh-client': '/usr/bin/ssh-keygen',
  dpkg: '/usr/bin/dpkg-deb',
};

/** Browser, display, keyring and tracer for the tests. Missing ones are an error, never a skipped test. */
export function installSystemPackages() {
  const missing = Object.entries(DEBIAN_PACKAGES)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
  if (missing.length === 0) return;
  const isDebian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!isDebian) {
    fail(
      `The tests need these programs, named here as Debian calls them: ${missing.join(', ')}. Install them and run again.`,
    );
  }
  console.log(`Installing system packages: ${missing.join(', ')} …`);
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...environment(), DEBIAN_FRONTEND: 'noninteractive' },
  };
  if (!run('apt-get', ['update', '-qq'], quiet)) fail('apt-get update failed.');
  if (!run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], quiet))
    fail('apt-get install failed.');
}
