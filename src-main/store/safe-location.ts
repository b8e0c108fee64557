import { chmodSync, lstatSync, mkdirSync, readlinkSync, type Stats, statfsSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';

const HAS_OWNERS = process.platform !== 'win32';
const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;
const MAX_LINKS = 40;

/** statfs(2) types of network file systems, whose locks and order of writes a database cannot rely on. */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x5346414f: 'AFS',
};

export const networkFileSystem = (type: number): string | undefined => NETWORK_FILE_SYSTEMS[type >>> 0];

/**
 * The real path of the vault, with its folder made (0700) or checked. On the way, a symbolic link counts only when it
 * is ours or root's, and no folder may let others rename what is in it.
 * SECURITY: test/unit/store/safe-location.test.ts
 * @param uid who "we" are
 * @throws {AppError} UNSAFE_LOCATION
 */
export function safeVaultPath(path: string, uid = process.getuid?.()): string {
  let wanted = resolve(path);
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const link = HAS_OWNERS ? findLink(wanted, uid) : undefined;
    if (link === undefined) {
      const folder = dirname(wanted);
      if (findStats(folder) === undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (HAS_OWNERS) checkOwnFolder(folder, uid);
      checkFileSystem(folder);
      return wanted;
    }
    wanted = link;
  }
  throw unsafe(path, 'it goes through too many symbolic links');
}

/** Checks every folder from the root down; the first symbolic link ends it with the path behind it. */
function findLink(path: string, uid: number | undefined): string | undefined {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  let at = root;
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const stats = findStats(at);
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) {
      if (!isOursOrRoots(stats, uid)) throw unsafe(at, 'it is a symbolic link of another user');
      const target = readlinkSync(at);
      return join(isAbsolute(target) ? target : join(dirname(at), target), ...parts.slice(index + 1));
    }
    if (index < parts.length - 1 && !isSafeParent(stats, uid))
      throw unsafe(at, 'others may change what is in this folder');
  }
  return undefined;
}

const isOursOrRoots = (stats: Stats, uid: number | undefined): boolean =>
  stats.uid === 0 || stats.uid === uid;

/** In a sticky folder, such as /tmp, others may add files but not rename ours. */
const isSafeParent = (stats: Stats, uid: number | undefined): boolean =>
  isOursOrRoots(stats, uid) && ((stats.mode & OTHERS_MAY_WRITE) === 0 || (stats.mode & STICKY) !== 0);

function checkOwnFolder(folder: string, uid: number | undefined): void {
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw unsafe(folder, 'it is not a folder');
  if (stats.uid !== uid) throw unsafe(folder, 'it belongs to another user');
  if ((stats.mode & OTHERS_MAY_WRITE) !== 0) throw unsafe(folder, 'others may change what is in it');
  if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
}

function checkFileSystem(folder: string): void {
  const type = networkFileSystem(statfsSync(folder).type);
  if (type !== undefined) throw unsafe(folder, `it is on a network file system (${type})`);
}

/**
 * A file of ours in the vault's folder: a plain file, owned by us, for us alone.
 * @returns whether it is there
 */
export function checkOwnFile(path: string, uid = process.getuid?.()): boolean {
  const stats = findStats(path);
  if (stats === undefined) return false;
  if (!stats.isFile()) throw unsafe(path, 'it is not a plain file');
  if (HAS_OWNERS) {
    if (stats.uid !== uid) throw unsafe(path, 'it belongs to another user');
    if ((stats.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
  }
  return true;
}

const findStats = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

const unsafe = (path: string, why: string): AppError =>
  new AppError(
    'UNSAFE_LOCATION',
    `The vault cannot be kept at ${path}: ${why}.`,
    'Choose a folder that only you can change (`chmod 700`), on a local disk.',
    {
      details: { path },
    },
  );
