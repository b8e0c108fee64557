// `npm test`: everything, from a clean clone. Sets itself up, then runs every suite and says what each took.
import { spawnSync } from 'node:child_process';
import { build, environment, installDependencies, installSystemPackages, root } from './prepare.mjs';

installDependencies();
installSystemPackages();
build();

const vitest = (...projects) => [
  'npx',
  ['vitest', 'run', '-c', 'test/vitest.config.ts', ...projects.flatMap((name) => ['--project', name])],
];
const steps = [
  ['check', 'npm', ['run', '-s', 'check']],
  ['unit, contract, vectors', ...vitest('unit', 'contract', 'vectors')],
  ['conformance', ...vitest('conformance')],
  ['command line', ...vitest('cli')],
  ['faults', ...vitest('faults')],
  ['window', 'npx', ['playwright', 'test', '-c', 'test/e2e/playwright.config.ts']],
];
const wanted = process.argv.slice(2);
const chosen =
  wanted.length === 0 ? steps : steps.filter(([name]) => wanted.some((word) => name.includes(word)));

let failed = 0;
const report = [];
for (const [name, command, args] of chosen) {
  console.log(`\n── ${name}`);
  const startedAt = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment(), KEYMOLT_HOME: '' },
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed += 1;
  report.push(
    `${status === 0 ? 'passed' : 'FAILED'}  ${name}  ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
  );
}
console.log(`\n${report.join('\n')}\n\nsuites: ${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
