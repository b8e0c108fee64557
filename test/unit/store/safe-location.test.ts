import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkOwnFile, networkFileSystem, safeVaultPath } from '../../../src-main/store/safe-location.ts';

const unsafe = (why: string) =>
  expect.objectContaining({
    code: 'UNSAFE_LOCATION',
    message: expect.stringContaining(why) as string,
  }) as Error;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keymolt-place-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const NOBODY = 65_534;
/** Root can give a file away; anybody else is told that they are somebody else. */
const someoneElse = process.getuid?.() === 0 ? undefined : NOBODY;
const giveAway = (path: string): void => {
  if (someoneElse === undefined) lchownSync(path, NOBODY, NOBODY);
};

describe('row 14: where a vault may be', () => {
  test('a new folder is made for its owner alone, whatever the umask', () => {
    const path = join(folder, 'a', 'b', 'vault.db');
    expect(safeVaultPath(path)).toBe(path);
    expect([modeOf(join(folder, 'a')), modeOf(join(folder, 'a', 'b'))]).toEqual([0o700, 0o700]);
  });

  test('a folder of ours that others may read is closed', () => {
    chmodSync(folder, 0o755);
    safeVaultPath(join(folder, 'vault.db'));
    expect(modeOf(folder)).toBe(0o700);
  });

  test.each([0o777, 0o770, 0o720, 0o702, 0o1777])(
    'a folder that others may write (%o) is refused by name',
    (mode) => {
      chmodSync(folder, mode);
      expect(() => safeVaultPath(join(folder, 'vault.db'))).toThrow(unsafe(`${folder}: others may change`));
    },
  );

  test('so is a parent; one with the sticky bit, as /tmp has, is not', () => {
    const path = join(folder, 'home', 'vault.db');
    chmodSync(folder, 0o777);
    expect(() => safeVaultPath(path)).toThrow(unsafe(`${folder}: others may change`));
    chmodSync(folder, 0o1777);
    expect(safeVaultPath(path)).toBe(path);
  });

  test('a folder of another user is refused', () => {
    mkdirSync(join(folder, 'theirs'));
    if (someoneElse === undefined) chownSync(join(folder, 'theirs'), NOBODY, NOBODY);
    expect(() => safeVaultPath(join(folder, 'theirs', 'vault.db'), someoneElse)).toThrow(unsafe(''));
  });

  test('a link of ours is followed, and what is behind it checked', () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    expect(safeVaultPath(join(folder, 'link', 'vault.db'))).toBe(join(folder, 'real', 'vault.db'));
    symlinkSync(join(folder, 'real', 'other.db'), join(folder, 'real', 'vault.db'));
    expect(safeVaultPath(join(folder, 'link', 'vault.db'))).toBe(join(folder, 'real', 'other.db'));
    chmodSync(join(folder, 'real'), 0o777);
    expect(() => safeVaultPath(join(folder, 'link', 'vault.db'))).toThrow(unsafe('others may change'));
  });

  test('a link of another user is not', () => {
    mkdirSync(join(folder, 'real'));
    for (const link of [join(folder, 'link'), join(folder, 'real', 'vault.db')]) {
      symlinkSync(join(folder, 'real', 'x'), link);
      giveAway(link);
    }
    expect(() => safeVaultPath(join(folder, 'link', 'vault.db'), someoneElse)).toThrow(unsafe(''));
    expect(() => safeVaultPath(join(folder, 'real', 'vault.db'), someoneElse)).toThrow(unsafe(''));
  });

  test('links in a circle end', () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(() => safeVaultPath(join(folder, 'a', 'vault.db'))).toThrow(unsafe('too many'));
  });

  test('a file in the way of the folder is refused', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => safeVaultPath(join(folder, 'file', 'vault.db'))).toThrow();
  });

  test('network file systems are known by their numbers', () => {
    expect([0x6969, 0xff534d42, -0x00acb2be, 0xef53].map(networkFileSystem)).toEqual([
      'NFS',
      'CIFS',
      'CIFS',
      undefined,
    ]);
  });
});

describe('a file of the vault', () => {
  test('is closed to others when they could read it', () => {
    const path = join(folder, 'vault.db');
    expect(checkOwnFile(path)).toBe(false);
    writeFileSync(path, '', { mode: 0o644 });
    expect(checkOwnFile(path)).toBe(true);
    expect(modeOf(path)).toBe(0o600);
  });

  test('is a plain file of ours, or refused', () => {
    mkdirSync(join(folder, 'd'));
    symlinkSync('x', join(folder, 'l'));
    writeFileSync(join(folder, 'theirs'), '');
    giveAway(join(folder, 'theirs'));
    expect(() => checkOwnFile(join(folder, 'd'))).toThrow(unsafe('not a plain file'));
    expect(() => checkOwnFile(join(folder, 'l'))).toThrow(unsafe('not a plain file'));
    expect(() => checkOwnFile(join(folder, 'theirs'), someoneElse)).toThrow(unsafe('another user'));
  });
});
