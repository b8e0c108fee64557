// `npm run check`: formatting, lint, types, layers and dead code. The lint takes as long as all the others, so beside them.
import { spawn } from 'node:child_process';
import { environment, root } from './prepare.mjs';

const LINES = [['lint'], ['format:check', 'typecheck', 'layers', 'deadcode']];

const run = (name) =>
  new Promise((resolve) => {
    const child = spawn('npm', ['run', '-s', name], {
      cwd: root,
      stdio: 'inherit',
      env: environment(),
      shell: process.platform === 'win32',
    });
    child.on('error', () => resolve(false));
    child.on('close', (status) => resolve(status === 0));
  });

const failed = [];
await Promise.all(
  LINES.map(async (names) => {
    for (const name of names) if (!(await run(name))) failed.push(name);
  }),
);
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
