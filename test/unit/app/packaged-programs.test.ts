import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkCommandLine } from '../../../src-main/app/desktop/command-line-link.ts';
import { findPlainPrograms } from '../../../src-main/app/plain-programs.ts';

describe('the programs without Electron', () => {
  it('lie in out/ in a checkout, with whatever Node there is', () => {
    expect(findPlainPrograms('/src/keymolt/out/main/index.js', 'linux')).toEqual({
      root: '/src/keymolt',
      node: undefined,
      launcher: undefined,
    });
  });

  it('lie beside the archive in a package, with a Node of their own', () => {
    expect(findPlainPrograms('/opt/Keymolt/resources/app.asar/out/main/index.js', 'linux')).toEqual({
      root: '/opt/Keymolt/resources/command-line',
      node: '/opt/Keymolt/resources/command-line/bin/node',
      launcher: '/opt/Keymolt/resources/command-line/bin/keymolt',
    });
    expect(findPlainPrograms('C:\\K\\resources\\app.asar\\out\\main\\index.js', 'win32')).toMatchObject({
      node: 'C:\\K\\resources\\command-line\\bin\\node.exe',
      launcher: 'C:\\K\\resources\\command-line\\bin\\keymolt.cmd',
    });
  });
});

describe('the link to the command line', () => {
  let homeFolder: string;
  let link: string;
  const launcherIn = (folder: string): string =>
    path.join(homeFolder, folder, 'command-line', 'bin', 'keymolt');
  const make = (folder = 'one', env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') =>
    linkCommandLine({
      launcher: launcherIn(folder),
      homeFolder,
      memoryFolder: path.join(homeFolder, 'memory'),
      env: { PATH: `/nowhere:${path.join(homeFolder, 'bin')}:relative`, ...env },
      platform,
    });
  beforeEach(() => {
    homeFolder = mkdtempSync(path.join(tmpdir(), 'keymolt-link-'));
    link = path.join(homeFolder, '.local', 'bin', 'keymolt');
  });
  afterEach(() => rmSync(homeFolder, { recursive: true }));

  it('is made at the first start, and not again when the person has taken it away', () => {
    expect(make()).toBe('linked');
    expect(readlinkSync(link)).toBe(launcherIn('one'));
    expect(make()).toBe('done_before');
    rmSync(link);
    expect(make()).toBe('done_before');
    expect(existsSync(link)).toBe(false);
  });

  it('follows an installation that has moved', () => {
    make('one');
    expect(make('two')).toBe('linked');
    expect(readlinkSync(link)).toBe(launcherIn('two'));
  });

  it('leaves another keymolt as it is: a file, a link of somebody else, one along the PATH', () => {
    mkdirSync(path.dirname(link), { recursive: true });
    writeFileSync(link, 'mine');
    expect([make(), readFileSync(link, 'utf8')]).toEqual(['taken', 'mine']);
    rmSync(link);
    symlinkSync('/elsewhere/keymolt', link);
    expect([make(), readlinkSync(link)]).toEqual(['taken', '/elsewhere/keymolt']);
    rmSync(link);
    mkdirSync(path.join(homeFolder, 'bin'));
    writeFileSync(path.join(homeFolder, 'bin', 'keymolt'), '');
    expect([make(), existsSync(link)]).toEqual(['taken', false]);
  });

  it('is not made where it would lead nowhere soon, and its failure is no failure of the app', () => {
    expect(make('one', { APPIMAGE: '/home/x/Keymolt.AppImage' })).toBe('no_place');
    expect(make('one', {}, 'win32')).toBe('no_place');
    writeFileSync(path.join(homeFolder, '.local'), 'a file');
    expect(make()).toBe('failed');
  });
});
