// Type-checks each world with the types it may use: shared has neither Node nor DOM, the page has no Node.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './prepare.mjs';

const projects = ['src-shared', 'src-main', 'src-main/preload', 'src-renderer', 'test'];
/** What is known of files that have not changed since: a second check takes a third of the time. */
const known = (project) => path.join(root, '.cache', 'types', `${project.replaceAll('/', '-')}.tsbuildinfo`);
let failed = false;
for (const project of projects) {
  const { status } = spawnSync('tsc', ['-p', project, '--incremental', '--tsBuildInfoFile', known(project)], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
