// `npm test`: from a clean clone. Sets itself up, then runs every suite but the slow ones, and says what each took.
// Words after it choose suites by their name: `npm test unit`, `npm test faults check`.
import { spawn } from 'node:child_process';
import { build, environment, installDependencies, installSystemPackages, root } from './prepare.mjs';

installDependencies();
installSystemPackages();
build();

const vitest = (...projects) => [
  'npx',
  'vitest',
  'run',
  '-c',
  'test/vitest.config.ts',
  ...projects.flatMap((name) => ['--project', name]),
];
// In turn, but for those in one row.
const rows = [
  [['unit, contract, vectors', vitest('unit', 'contract', 'vectors')]],
  [['conformance', vitest('conformance')]],
  [['command line', vitest('cli')]],
  [['window', ['npx', 'playwright', 'test', '-c', 'test/e2e/playwright.config.ts']]],
];
// A step of its own: minutes of crashes, torn writes and full disks, which wait for the disk, and the check beside them.
const slowRows = [
  [
    ['faults', vitest('faults')],
    ['check', ['npm', 'run', '-s', 'check']],
  ],
];

const wanted = process.argv.slice(2);
const isWanted = ([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word));
const chosen = wanted.length === 0 ? rows : [...rows, ...slowRows];

/** Runs a suite; where others run beside it, its output is shown in one piece at its end. */
function runSuite([name, [command, ...args]], isAlone) {
  const startedAt = Date.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...environment(), KEYMOLT_HOME: '' },
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      if (!isAlone) console.log(`\n── ${name}\n${output}`);
      resolve({ name, hasPassed: code === 0, seconds: (Date.now() - startedAt) / 1000 });
    });
  });
}

const results = [];
for (const row of chosen.map((suites) => suites.filter(isWanted)).filter((suites) => suites.length > 0)) {
  console.log(`\n── ${row.map(([name]) => name).join(' and ')}`);
  results.push(...(await Promise.all(row.map((suite) => runSuite(suite, row.length === 1)))));
}
const failed = results.filter(({ hasPassed }) => !hasPassed).length;
console.log('');
for (const { name, hasPassed, seconds } of results) {
  console.log(`${hasPassed ? 'passed' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s`);
}
console.log(`\nsuites: ${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 && results.length > 0 ? 0 : 1);
