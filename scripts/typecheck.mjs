// Type-checks each world with the types it may use: shared has neither Node nor DOM, the page has no Node.
import { spawnSync } from 'node:child_process';

const projects = ['src-shared', 'src-main', 'src-main/preload', 'src-renderer', 'test'];
let failed = false;
for (const project of projects) {
  const { status } = spawnSync('tsc', ['-p', project], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
