// What runs without Electron: the command line, the agent, the sandbox platform, and a Node of their own.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '..', '..');
export const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The packages that agent and command line load; what these need comes with them. */
export const RUNTIME_PACKAGES = [
  '@lydell/node-pty',
  '@node-rs/argon2',
  'better-sqlite3',
  'keytar',
  'koffi',
  'sodium-native',
  'undici',
];

const PROGRAMS = ['cli', 'agent', 'sandbox'];
const MIN_NODE = 22;
/** What programs load. Sources, headers, types and documents stay behind. */
const LOADED = /(\.(c?js|mjs|json|node|wasm)|^(licen[cs]e|notice)[^/]*)$/i;
// Not `src`: koffi has its JavaScript there.
const LEFT_OUT = /(^|\/)(deps|docs?|types|tests?|vendor|scripts?|extensions|node_modules)\//;

/**
 * Puts the tree into a folder.
 * @param to an empty folder
 * @param target `process.platform` and `process.arch` of the machine it is for
 */
export const layCommandLineTree = (to, target = { platform: process.platform, arch: process.arch }) => {
  for (const program of PROGRAMS) {
    const from = path.join(root, 'out', program);
    if (!existsSync(from)) throw new Error(`out/${program} is missing: run \`npm run build\` first`);
    cpSync(from, path.join(to, 'out', program), { recursive: true });
  }
  // The command line reads its version there. Nothing of how it is built is anybody's concern here.
  const { name, version, license } = manifest;
  writeFileSync(
    path.join(to, 'package.json'),
    `${JSON.stringify({ name, version, license, private: true, type: 'module' }, undefined, 2)}\n`,
  );
  for (const folder of packagesFor(target)) copyPackage(folder, to, target);
  copyNode(to, target);
};

/** The folders of all packages that are needed, each once. @returns paths from the root */
export const packagesFor = ({ platform, arch }) => {
  const found = new Set();
  const add = (name, from, isOptional) => {
    const folder = findPackage(name, from);
    if (folder === undefined) {
      // Of a binary package for each system, the other systems' are not installed.
      if (isOptional) return;
      throw new Error(`the package ${name} is not installed: run \`npm ci\``);
    }
    if (found.has(folder)) return;
    const { os, cpu, dependencies = {}, optionalDependencies = {} } = readManifest(folder);
    if ((os !== undefined && !os.includes(platform)) || (cpu !== undefined && !cpu.includes(arch))) return;
    found.add(folder);
    for (const needed of Object.keys(dependencies)) add(needed, folder, false);
    for (const wanted of Object.keys(optionalDependencies)) add(wanted, folder, true);
  };
  for (const name of RUNTIME_PACKAGES) add(name, '', false);
  return [...found].sort();
};

/** As Node looks for it: beside whoever asks, then further up. */
const findPackage = (name, from) => {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder === '.' ? '' : folder, 'node_modules', name);
    if (existsSync(path.join(root, candidate, 'package.json'))) return candidate;
    if (folder === '' || folder === '.') return undefined;
  }
};

const readManifest = (folder) => JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));

const copyPackage = (folder, to, { platform, arch }) => {
  const from = path.join(root, folder);
  const ours = new RegExp(`(^|/)prebuilds/${platform}-${arch}(\\.node$|/)`);
  cpSync(from, path.join(to, folder), {
    recursive: true,
    dereference: true,
    filter: (file) => {
      const within = path.relative(from, file).split(path.sep).join('/');
      if (within === '') return true;
      if (LEFT_OUT.test(`${within}/`)) return false;
      if (/(^|\/)prebuilds\//.test(within) && !ours.test(`${within}/`) && !ours.test(within)) return false;
      return LOADED.test(path.basename(within)) || statSync(file).isDirectory();
    },
  });
};

/** The one of the package `node`, for programs that nobody else brings a Node for: Electron is none here. */
const copyNode = (to, { platform }) => {
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const from = path.join(root, 'node_modules', 'node');
  const { version } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'));
  if (Number.parseInt(version, 10) < MIN_NODE) throw new Error(`Node ${version} is too old for the agent`);
  mkdirSync(path.join(to, 'bin'));
  copyFileSync(path.join(from, 'bin', name), path.join(to, 'bin', name));
  chmodSync(path.join(to, 'bin', name), 0o755);
};

const POSIX_LAUNCHER = `#!/bin/sh
# The command line with the Node beside it, wherever this was linked from.
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" -- "$here/../out/cli/keymolt.cjs" "$@"
`;
const WINDOWS_LAUNCHER = `@"%~dp0node.exe" -- "%~dp0..\\out\\cli\\keymolt.cjs" %*\r\n`;

/** What starts the command line in a tree whose place is not known beforehand, as in a desktop package. */
export const layLauncher = (to, { platform } = process) => {
  const file = path.join(to, 'bin', platform === 'win32' ? 'keymolt.cmd' : 'keymolt');
  writeFileSync(file, platform === 'win32' ? WINDOWS_LAUNCHER : POSIX_LAUNCHER);
  chmodSync(file, 0o755);
};
