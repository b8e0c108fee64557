import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { fileError, isMissing } from './file-error.ts';
import type { EnvFileFacts, EnvFiles } from './ports.ts';

/** Larger than any file of settings; a log or a database given by mistake is not read to its end. */
const MAX_BYTES = 1_048_576;

interface Found {
  readonly facts: EnvFileFacts;
  readonly stats: Stats;
  readonly bytes: Buffer;
}

/** Env files on disk. Edits of one file wait for each other, for several keys may be deployed to it. */
export function createEnvFiles(): EnvFiles {
  const lastEdits = new Map<string, Promise<void>>();

  const inTurn = async (realPath: string, work: () => Promise<void>): Promise<void> => {
    const before = lastEdits.get(realPath) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    lastEdits.set(realPath, settled);
    try {
      await mine;
    } finally {
      if (lastEdits.get(realPath) === settled) lastEdits.delete(realPath);
    }
  };

  return {
    async read(file, look) {
      const found = await readFile(file);
      try {
        return look(found.bytes, found.facts);
      } finally {
        found.bytes.fill(0);
      }
    },

    async edit(file, change) {
      const realPath = await resolvePath(file);
      await inTurn(realPath, async () => {
        const found = await readFile(file);
        const { facts, bytes } = found;
        const next = change(bytes);
        try {
          if (next === null) return;
          if (facts.problem !== null)
            throw new AppError('READ_ONLY', facts.problem, 'Its owner can change that.');
          await replace(file, found, next);
        } finally {
          bytes.fill(0);
          next?.fill(0);
        }
      });
    },
  };
}

async function resolvePath(file: string): Promise<string> {
  try {
    const link = await lstat(file);
    // SECURITY: in a folder that many may write to, a link is somebody's way to have a value written to a place of theirs.
    if (link.isSymbolicLink() && !isTrusted(link.uid))
      throw new AppError('BAD_FILE', `${file} is a link of another user.`, 'Name the file itself.');
    return await realpath(file);
  } catch (error) {
    throw fileError(error, file, 'found');
  }
}

const isTrusted = (uid: number): boolean => {
  const own = process.getuid?.();
  return own === undefined || uid === own || uid === 0;
};

async function readFile(file: string): Promise<Found> {
  const realPath = await resolvePath(file);
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a named pipe would keep us until somebody writes to it.
    handle = await open(realPath, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
    const stats = await handle.stat();
    requireEditable(file, stats);
    const bytes = await readAll(handle, stats.size);
    if (bytes.length > MAX_BYTES) throw tooLarge(file);
    return { facts: await factsOf(file, realPath, stats), stats, bytes };
  } catch (error) {
    throw fileError(error, file, 'read');
  } finally {
    await handle?.close();
  }
}

function requireEditable(file: string, stats: Stats): void {
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a named pipe' : 'no regular file';
    throw new AppError('BAD_FILE', `${file} is ${kind}.`, 'Name a file of NAME=value lines.');
  }
  if (stats.size > MAX_BYTES) throw tooLarge(file);
  if (stats.nlink > 1)
    throw new AppError(
      'BAD_FILE',
      `${file} has ${stats.nlink} names (hard links), and replacing it would part them.`,
      'Use a symbolic link instead.',
    );
}

const tooLarge = (file: string): AppError =>
  new AppError(
    'BAD_FILE',
    `${file} is larger than ${MAX_BYTES / 1024} KiB.`,
    'That is no file of variables.',
  );

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(size, MAX_BYTES) + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

async function factsOf(file: string, realPath: string, stats: Stats): Promise<EnvFileFacts> {
  const folder = path.dirname(realPath);
  const folderStats = await stat(folder);
  const warnings = (stats.mode & 0o007) === 0 ? [] : [`every user of this machine can open ${file}`];
  return { realPath, warnings, problem: await findProblem(file, realPath, stats, folder, folderStats) };
}

async function findProblem(
  file: string,
  realPath: string,
  stats: Stats,
  folder: string,
  folderStats: Stats,
): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const own = process.getuid?.();
  // A rename would go through although the file is read-only: that it is, is somebody's wish.
  if ((stats.mode & 0o222) === 0 || !(await isAllowed(realPath, constants.W_OK)))
    return `${file} is read-only.`;
  if (!(await isAllowed(folder, constants.W_OK | constants.X_OK)))
    return `The folder ${folder} is read-only.`;
  if (own !== 0 && stats.uid !== own) return `${file} belongs to another user, who would lose it.`;
  // SECURITY: whoever may rename in the folder could swap the file for one of theirs.
  const isOpenToAll = (folderStats.mode & 0o002) !== 0 && (folderStats.mode & 0o1000) === 0;
  return isOpenToAll ? `Every user of this machine may replace files in ${folder}.` : null;
}

const isAllowed = (place: string, mode: number): Promise<boolean> =>
  access(place, mode).then(
    () => true,
    () => false,
  );

/** The new file is made beside the old one, with the rights of the old one before it has its name. */
async function replace(file: string, { facts, stats, bytes }: Found, next: Uint8Array): Promise<void> {
  const { realPath } = facts;
  const folder = path.dirname(realPath);
  // One name, so that what a crash left behind is found and removed by the next attempt.
  const temporary = path.join(folder, `.${path.basename(realPath).slice(0, 200)}.keymolt-new`);
  try {
    await removeLeftover(temporary);
    await writeBeside(temporary, next, stats);
    await requireUnchanged(file, realPath, stats, bytes);
    await rename(temporary, realPath);
  } catch (error) {
    // SECURITY: no copy of the value stays behind (test/unit/deployment/env-files.test.ts).
    await unlink(temporary).catch(() => undefined);
    throw fileError(error, file, 'written');
  }
  await syncFolder(folder);
}

async function removeLeftover(temporary: string): Promise<void> {
  try {
    const left = await lstat(temporary);
    if (left.isFile() && isTrusted(left.uid)) await unlink(temporary);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function writeBeside(temporary: string, next: Uint8Array, stats: Stats): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    await handle.writeFile(next);
    if (process.platform !== 'win32') {
      const made = await handle.stat();
      if (made.uid !== stats.uid || made.gid !== stats.gid) await handle.chown(stats.uid, stats.gid);
      await handle.chmod(stats.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function requireUnchanged(file: string, realPath: string, stats: Stats, bytes: Buffer): Promise<void> {
  const handle = await open(realPath, constants.O_RDONLY);
  let now: Buffer | undefined;
  try {
    const after = await handle.stat();
    now = await readAll(handle, after.size);
    const isSame = after.ino === stats.ino && after.dev === stats.dev && now.equals(bytes);
    if (!isSame) throw changed(file);
  } finally {
    now?.fill(0);
    await handle.close();
  }
  if ((await realpath(file)) !== realPath) throw changed(file);
}

const changed = (file: string): AppError =>
  new AppError(
    'TARGET_CHANGED',
    `${file} was changed by somebody else in this very moment; it was left as it is.`,
    'Try again.',
  );

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot: the file itself is safe, and that was promised.
  } finally {
    await handle.close();
  }
}
