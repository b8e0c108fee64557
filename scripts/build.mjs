// Builds everything: the window's three parts with electron-vite, the rest with rolldown.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const run = (file, args) => {
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

run(path.join(root, 'scripts', 'build-node.mjs'), []);
if (existsSync(path.join(root, 'electron.vite.config.ts'))) {
  run(path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), ['build']);
}
