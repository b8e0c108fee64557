import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ensurePrivateFolder,
  isSocketThere,
  type Machine,
  resolvePaths,
} from '../../../src-main/agent/paths.ts';

const machine: Machine = {
  userHome: '/home/somebody',
  uid: 1000,
  userName: 'Some Body',
  sharedTemp: '/tmp',
  isDirectory: () => false,
};

describe('resolvePaths', () => {
  it('moves everything with KEYMOLT_HOME', () => {
    const paths = resolvePaths(
      { KEYMOLT_HOME: '/srv/molt', XDG_RUNTIME_DIR: '/run/user/1000' },
      'linux',
      machine,
    );
    const places = [paths.vault, paths.lock, paths.settings, paths.sandbox, paths.log, paths.socket];
    expect(places.map((place) => path.dirname(place))).toEqual(places.map(() => '/srv/molt'));
  });

  it('follows XDG, and ignores relative values as XDG says', () => {
    const paths = resolvePaths(
      { XDG_DATA_HOME: '/data', XDG_STATE_HOME: 'relative', XDG_RUNTIME_DIR: '/run/user/1000' },
      'linux',
      machine,
    );
    expect(paths.vault).toBe('/data/keymolt/vault.db');
    expect(paths.log).toBe('/home/somebody/.local/state/keymolt/agent.log');
    expect(paths.socket).toMatch(/^\/run\/user\/1000\/keymolt\/[0-9a-f]{16}\.sock$/);
  });

  it('finds the same socket where XDG_RUNTIME_DIR is not set, as in a cron job', () => {
    const inSession = resolvePaths({ XDG_RUNTIME_DIR: '/run/user/1000' }, 'linux', machine);
    const inCron = resolvePaths({}, 'linux', {
      ...machine,
      isDirectory: (folder) => folder === '/run/user/1000',
    });
    expect(inCron.socket).toBe(inSession.socket);
  });

  it('keeps two homes apart though they share the runtime folder', () => {
    const of = (data: string) =>
      resolvePaths({ XDG_DATA_HOME: data, XDG_RUNTIME_DIR: '/run/user/1000' }, 'linux', machine);
    expect(of('/a').socket).not.toBe(of('/b').socket);
  });

  it('takes a short place where the path of a socket would be too long for the system', () => {
    const home = `/srv/${'x'.repeat(120)}`;
    const inRuntime = resolvePaths(
      { KEYMOLT_HOME: home, XDG_RUNTIME_DIR: '/run/user/1000' },
      'linux',
      machine,
    );
    expect(inRuntime.socket).toMatch(/^\/run\/user\/1000\/keymolt\//);
    const inTemp = resolvePaths({ KEYMOLT_HOME: home }, 'linux', machine);
    expect(inTemp.socket).toMatch(/^\/tmp\/keymolt-1000\/[0-9a-f]{16}\.sock$/);
    expect(inTemp.isSocketInSharedPlace).toBe(true);
    expect(inTemp.vault).toBe(`${home}/vault.db`);
  });

  it.each([
    ['linux', 107],
    ['darwin', 103],
  ] as const)('uses the last byte that %s allows', (platform, most) => {
    const withLength = (length: number) => `/${'h'.repeat(length - '/'.length - '/agent.sock'.length)}`;
    expect(resolvePaths({ KEYMOLT_HOME: withLength(most) }, platform, machine).socket).toHaveLength(most);
    expect(
      resolvePaths({ KEYMOLT_HOME: withLength(most + 1) }, platform, machine).socket.length,
    ).toBeLessThan(most);
  });

  it('knows the places of macOS and Windows', () => {
    const mac = resolvePaths({}, 'darwin', machine);
    expect(mac.vault).toBe('/home/somebody/Library/Application Support/Keymolt/vault.db');
    expect(mac.log).toBe('/home/somebody/Library/Logs/Keymolt/agent.log');
    const windows = resolvePaths({ LOCALAPPDATA: 'C:\\L' }, 'win32', machine);
    expect(windows.vault).toBe('C:\\L\\Keymolt\\vault.db');
    expect(windows.socket).toMatch(/^\\\\\.\\pipe\\keymolt-Some_Body-[0-9a-f]{16}$/);
  });
});

const isRoot = process.getuid?.() === 0;

describe('folders that others could have touched', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'keymolt-paths-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));
  const modeOf = (folder: string) => statSync(folder).mode & 0o777;
  const folder = (name: string, mode: number) => {
    const made = path.join(base, name);
    mkdirSync(made);
    chmodSync(made, mode);
    return made;
  };

  it('makes a missing one for this user alone', () => {
    const made = path.join(base, 'a', 'b');
    ensurePrivateFolder(made, { mayBeLink: true });
    expect(modeOf(made)).toBe(0o700);
  });

  it('closes an empty one, and one that is plainly ours', () => {
    const empty = folder('empty', 0o755);
    const ours = folder('ours', 0o755);
    writeFileSync(path.join(ours, 'vault.db'), '');
    ensurePrivateFolder(empty, { mayBeLink: true });
    ensurePrivateFolder(ours, { mayBeLink: true });
    expect([modeOf(empty), modeOf(ours)]).toEqual([0o700, 0o700]);
  });

  it.each([
    ['holds other files and is open', 0o755],
    ['may be written by others', 0o777],
    ['is a shared temp folder', 0o1777],
  ])('leaves one alone that %s', (_why, mode) => {
    const shared = folder('shared', mode);
    writeFileSync(path.join(shared, 'letter.txt'), '');
    expect(() => ensurePrivateFolder(shared, { mayBeLink: true })).toThrow(
      expect.objectContaining({ code: 'UNSAFE_LOCATION' }),
    );
    expect(modeOf(shared)).toBe(mode & 0o777);
  });

  it('refuses a file, and a link where a link could be a trap', () => {
    const file = path.join(base, 'file');
    writeFileSync(file, '');
    const link = path.join(base, 'link');
    symlinkSync(folder('target', 0o700), link);
    const unsafe: unknown = expect.objectContaining({ code: 'UNSAFE_LOCATION' });
    expect(() => ensurePrivateFolder(file, { mayBeLink: true })).toThrow(unsafe);
    expect(() => ensurePrivateFolder(link, { mayBeLink: false })).toThrow(unsafe);
    expect(() => ensurePrivateFolder(link, { mayBeLink: true })).not.toThrow();
  });

  it('trusts no socket in a folder that others may write, and nothing that is no socket', async () => {
    const home = folder('home', 0o700);
    const paths = resolvePaths({ KEYMOLT_HOME: home });
    expect(isSocketThere(paths)).toBe(false);
    const server = createServer().listen(paths.socket);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(isSocketThere(paths)).toBe(true);
    chmodSync(home, 0o777);
    const unsafe: unknown = expect.objectContaining({ code: 'UNSAFE_LOCATION' });
    expect(() => isSocketThere(paths)).toThrow(unsafe);
    await new Promise((resolve) => server.close(resolve));
    chmodSync(home, 0o700);
    writeFileSync(paths.socket, '');
    expect(() => isSocketThere(paths)).toThrow(unsafe);
  });

  it.runIf(isRoot)('trusts nothing that belongs to another user', async () => {
    const { chownSync } = await import('node:fs');
    const squatted = folder('squatted', 0o700);
    chownSync(squatted, 65_534, 65_534);
    expect(() => ensurePrivateFolder(squatted, { mayBeLink: true })).toThrow(
      expect.objectContaining({ code: 'UNSAFE_LOCATION' }),
    );
  });
});
