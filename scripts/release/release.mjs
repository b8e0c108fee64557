// Everything that is handed out, for the system this runs on: `npm run release [-- --server | --desktop]`; `--fast` packs
// the server's package loosely, for a trial.
// A key to sign with: KEYMOLT_SSH_KEY=FILE or KEYMOLT_GPG_KEY=ID. See docs/RELEASE.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { manifest, root } from './command-line-tree.mjs';
import { billOfMaterials } from './sbom.mjs';
import { buildServerDeb } from './server-deb.mjs';
import { sourceDate } from './source-date.mjs';
import { signSums, SUMS, writeSums } from './sums.mjs';

const { values } = parseArgs({
  options: { server: { type: 'boolean' }, desktop: { type: 'boolean' }, fast: { type: 'boolean' } },
});
const isAll = !values.server && !values.desktop;
const out = path.join(root, 'out', 'release');
const epoch = sourceDate();

const run = (command, args, cwd = root) => {
  const { status } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
run('npm', ['run', '-s', 'build']);
if (values.server || (isAll && process.platform === 'linux'))
  console.log(buildServerDeb({ out, fast: values.fast ?? false }));
if (values.desktop || isAll) {
  // The packager brings hundreds of packages: here alone, at the version that package.json beside this pins.
  const own = import.meta.dirname;
  run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], own);
  run(path.join(own, 'node_modules', '.bin', 'electron-builder'), [
    '--projectDir',
    root,
    '--config',
    path.join(own, 'desktop.config.mjs'),
    '--publish',
    'never',
  ]);
}
writeFileSync(path.join(out, `${manifest.name}-${manifest.version}.cdx.json`), billOfMaterials(epoch));
const names = await writeSums(out);
const signatures = signSums(out, { ssh: process.env.KEYMOLT_SSH_KEY, gpg: process.env.KEYMOLT_GPG_KEY });
console.log(`${path.relative(root, out)}: ${[...names, SUMS, ...signatures].join(', ')}`);
if (signatures.length === 0)
  console.log(
    'NOT SIGNED: no key was given (KEYMOLT_SSH_KEY or KEYMOLT_GPG_KEY). Whoever gets these cannot tell whose they are.',
  );
