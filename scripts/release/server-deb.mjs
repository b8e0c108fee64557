// A Debian package of the command line and the agent alone, for machines without a screen.
//   node scripts/release/server-deb.mjs [--out FOLDER] [--fast]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { layCommandLineTree, manifest, root } from './command-line-tree.mjs';
import { COMPLETION_FILES, manPage } from './man-page.mjs';
import { sourceDate } from './source-date.mjs';

export const PACKAGE = 'keymolt-cli';
/** Where dpkg puts it: the first line of the program names its Node, so it cannot be moved. */
const HOME = 'usr/lib/keymolt';
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/**
 * Builds the package of what lies in `out`.
 * @param options `out`: the folder for it; `fast`: packed loosely, for tests
 * @returns the file
 */
export const buildServerDeb = ({ out, fast = false }) => {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== 'linux' || architecture === undefined)
    throw new Error('the server package is built on Linux, for the machine it is built on');
  const epoch = sourceDate();
  const stage = mkdtempSync(path.join(tmpdir(), 'keymolt-deb-'));
  try {
    layFiles(stage, epoch);
    const files = normalise(stage, epoch);
    writeControl(stage, files, architecture, epoch);
    mkdirSync(out, { recursive: true });
    const file = path.join(out, `${PACKAGE}_${manifest.version}_${architecture}.deb`);
    const packing = fast ? ['-Znone'] : ['-Zxz', '-z6'];
    const { status, stderr } = spawnSync(
      'dpkg-deb',
      ['--root-owner-group', '--threads-max=1', ...packing, '--build', stage, file],
      { encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) } },
    );
    if (status !== 0) throw new Error(`dpkg-deb: ${stderr}`);
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
};

const layFiles = (stage, epoch) => {
  const put = (place, content) => {
    mkdirSync(path.dirname(path.join(stage, place)), { recursive: true });
    writeFileSync(path.join(stage, place), content);
  };
  mkdirSync(path.join(stage, HOME), { recursive: true });
  layCommandLineTree(path.join(stage, HOME));
  const program = path.join(stage, HOME, 'out', 'cli', 'keymolt.cjs');
  const text = readFileSync(program, 'utf8');
  // `env node` would take whatever Node is first on the PATH, and start it through another program.
  writeFileSync(program, text.replace(/^#!.*/, `#!/${HOME}/bin/node --`));
  mkdirSync(path.join(stage, 'usr', 'bin'), { recursive: true });
  symlinkSync('../lib/keymolt/out/cli/keymolt.cjs', path.join(stage, 'usr', 'bin', 'keymolt'));
  const day = new Date(epoch * 1000).toISOString().slice(0, 10);
  put('usr/share/man/man1/keymolt.1.gz', gzipSync(manPage({ version: manifest.version, day }), { level: 9 }));
  for (const [place, content] of Object.entries(COMPLETION_FILES)) put(place, content);
  put(
    'usr/lib/systemd/user/keymolt-agent.service',
    readFileSync(path.join(import.meta.dirname, 'assets', 'keymolt-agent.service')),
  );
  put(`usr/share/doc/${PACKAGE}/copyright`, copyright());
};

/** Debian policy 12.5, machine-readable. */
const copyright = () =>
  [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: keymolt',
    'Comment: The packages under /usr/lib/keymolt/node_modules come with licences of their own, beside their files.',
    ' /usr/lib/keymolt/bin/node is Node.js, under the licence that its project publishes with each release.',
    '',
    'Files: *',
    'Copyright: the authors of keymolt',
    `License: ${manifest.license}`,
    ...readFileSync(path.join(root, 'LICENSE'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? ' .' : ` ${line}`)),
    '',
  ].join('\n');

/** The same times and permissions wherever it is built. @returns the files, from the stage on */
const normalise = (stage, epoch, folder = '') => {
  const files = [];
  for (const name of readdirSync(path.join(stage, folder)).sort()) {
    const place = path.join(folder, name);
    const full = path.join(stage, place);
    const stats = lstatSync(full);
    if (stats.isDirectory()) {
      files.push(...normalise(stage, epoch, place));
      if (readdirSync(full).length === 0) {
        rmSync(full, { recursive: true });
        continue;
      }
      chmodSync(full, 0o755);
    } else {
      files.push(place);
      const isProgram = place === `${HOME}/bin/node` || place === `${HOME}/out/cli/keymolt.cjs`;
      if (!stats.isSymbolicLink()) chmodSync(full, isProgram ? 0o755 : 0o644);
    }
    lutimesSync(full, epoch, epoch);
  }
  return files;
};

const writeControl = (stage, files, architecture, epoch) => {
  const folder = path.join(stage, 'DEBIAN');
  mkdirSync(folder, { mode: 0o755 });
  const kibibytes = files.reduce(
    (sum, file) => sum + Math.ceil(lstatSync(path.join(stage, file)).size / 1024),
    0,
  );
  const control = {
    Package: PACKAGE,
    Version: manifest.version,
    Architecture: architecture,
    Maintainer: process.env.KEYMOLT_MAINTAINER ?? 'Keymolt <keymolt@localhost>',
    'Installed-Size': kibibytes,
    Section: 'utils',
    Priority: 'optional',
    Depends: 'libc6 (>= 2.28), libstdc++6, libgcc-s1',
    Recommends: 'coreutils (>= 8.31)',
    Suggests: 'libsecret-1-0',
    Description: [
      'API keys of agent platforms, on the command line',
      ' Keeps API keys in an encrypted vault, hands them to the programs that need',
      ' them, rotates and diagnoses them. This package has the command line and its',
      ' agent, with a Node.js of their own, for machines without a screen.',
    ].join('\n'),
  };
  const text = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
  const put = (name, content) => {
    writeFileSync(path.join(folder, name), content, { mode: 0o644 });
    lutimesSync(path.join(folder, name), epoch, epoch);
  };
  put('control', text.join(''));
  const sums = files.filter((file) => !lstatSync(path.join(stage, file)).isSymbolicLink());
  put('md5sums', sums.map((file) => `${md5(path.join(stage, file))}  ${file}\n`).join(''));
  lutimesSync(folder, epoch, epoch);
  lutimesSync(stage, epoch, epoch);
  chmodSync(stage, 0o755);
};

/** deb-md5sums(5) knows no other: it finds damage, and protects from nobody. */
const md5 = (file) => createHash('md5').update(readFileSync(file)).digest('hex');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, fast: { type: 'boolean' } } });
  console.log(
    buildServerDeb({ out: values.out ?? path.join(root, 'out', 'release'), fast: values.fast ?? false }),
  );
}
