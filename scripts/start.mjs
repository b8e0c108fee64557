// `npm start`: from a clean clone to the window, or to the tour where there is no display.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build, environment, installDependencies, root, run } from './prepare.mjs';

installDependencies();
build();

const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
if (process.argv.includes('--tour') || !hasDisplay) {
  if (!hasDisplay)
    console.log(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so this is the tour instead of the window.\n',
    );
  process.exit(run('node', ['scripts/tour.mjs']) ? 0 : 1);
}

const electron = electronRuntime();
if (electron !== undefined) {
  console.log('Opening the window in Electron …');
  openWindow(electron, [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]);
} else {
  openWindow('node', [path.join(root, 'out', 'chromium', 'chromium.mjs')]);
}

/** Shows the window until it is closed; whoever ends this program ends the window with it. */
function openWindow(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment(), shell: false });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${command}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** Electron's own runtime where it is, or can be downloaded in a minute; undefined otherwise. */
function electronRuntime() {
  const folder = path.join(root, 'node_modules', 'electron');
  const name =
    { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';
  const runtime = path.join(folder, 'dist', name);
  if (existsSync(runtime)) return runtime;
  console.log('Fetching the Electron runtime …');
  spawnSync('node', [path.join(folder, 'install.js')], {
    cwd: folder,
    stdio: 'ignore',
    env: environment(),
    timeout: 180_000,
  });
  if (existsSync(runtime)) return runtime;
  console.log('It cannot be downloaded here; looking for an installed Chrome or Chromium instead.');
  return undefined;
}
