import { constants, existsSync, readFileSync } from 'node:fs';
import { access, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';
import type { ChosenFile, DocumentPlace, Documents } from '../services/ports.ts';

/** Asks the person where a file is to go. @returns null: they changed their mind; undefined: there is no way to ask here */
export type AskForPlace = (suggested: string) => Promise<string | null> | undefined;
/** Asks the person which file is meant. @returns null: they changed their mind; undefined: there is no way to ask here */
export type AskForFile = () => Promise<string | null> | undefined;

export interface DocumentsOptions {
  readonly homeFolder: string;
  /** Where Keymolt keeps its vault: nothing is saved in there. */
  readonly ownFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ask?: AskForPlace | undefined;
  readonly askForFile?: AskForFile | undefined;
}

const MOST_NAMES = 1000;

export function createDocuments({
  homeFolder,
  ownFolder,
  env,
  ask,
  askForFile,
}: DocumentsOptions): Documents {
  const folderOf = (name: 'DOWNLOAD' | 'DOCUMENTS'): string =>
    [
      userFolder(name, homeFolder, env),
      path.join(homeFolder, name === 'DOWNLOAD' ? 'Downloads' : 'Documents'),
    ].find((folder) => folder !== undefined && existsSync(folder)) ?? homeFolder;

  let isOpen = false;
  /**
   * SECURITY: one dialog at a time. A page that was taken over must not bury the person in them until they say yes
   * (test/unit/documents).
   */
  const inTurn = async (
    open: () => Promise<string | null> | undefined,
  ): Promise<string | null | undefined> => {
    if (isOpen)
      throw new AppError(
        'REFUSED',
        'A dialog for choosing a file is open already.',
        'Answer that one first.',
      );
    isOpen = true;
    try {
      return await open();
    } finally {
      isOpen = false;
    }
  };

  return {
    suggestedPath: (name) => path.join(folderOf('DOCUMENTS'), name),
    choosePlace: async (name) => {
      const suggested = path.join(folderOf('DOWNLOAD'), name);
      const chosen = await inTurn(() => ask?.(suggested));
      if (chosen === undefined) return { path: freeName(suggested), mayReplace: false };
      return chosen === null ? undefined : { path: chosen, mayReplace: true };
    },
    chooseFile: async () => {
      const chosen = await inTurn(() => askForFile?.());
      if (chosen === undefined)
        throw new AppError(
          'WINDOW_UNAVAILABLE',
          'There is no window here that could ask for a file.',
          'Name it on the command line.',
        );
      return chosen === null ? undefined : look(chosen);
    },
    read: readChosen,
    save: (place, bytes) => make(place, (draft) => writeNew(draft, bytes)),
    make,
    keepFresh: async (file, beginning, bytes) => {
      const before = await readOwn(file, Buffer.from(beginning, 'utf8'), bytes.length);
      if (before?.equals(bytes) === true) return false;
      await make({ path: file, mayReplace: before !== undefined }, (draft) => writeNew(draft, bytes));
      return true;
    },
  };

  /** Beside it, then in its place: who reads it sees all of the old one or all of the new one, also after a power cut. */
  async function make<T>(
    { path: file, mayReplace }: DocumentPlace,
    write: (draft: string) => Promise<T>,
  ): Promise<T> {
    const draft = path.join(path.dirname(file), `.keymolt-${randomUUID()}.tmp`);
    try {
      await requireFolder(path.dirname(file), ownFolder);
      if (!mayReplace) await requireFree(file);
      const written = await write(draft);
      await rename(draft, file);
      return written;
    } catch (error) {
      await unlink(draft).catch(() => undefined);
      throw failed(error, file);
    }
  }
}

/** @throws {AppError} FILE_NOT_FOUND, BAD_FILE */
async function look(file: string): Promise<ChosenFile> {
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined)
    throw new AppError('FILE_NOT_FOUND', `There is no file ${file}.`, 'Choose another one.');
  if (!stats.isFile()) throw new AppError('BAD_FILE', `${file} is not a file.`, 'Choose another one.');
  return { path: file, bytes: stats.size, changedAt: stats.mtimeMs };
}

/** @throws {AppError} BAD_FILE, FILE_NOT_FOUND */
async function readChosen(file: string, most: number): Promise<Uint8Array> {
  // A pipe in its place by now is not waited for.
  const handle = await open(
    file,
    constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0),
  ).catch((cause: unknown) => {
    throw new AppError('FILE_NOT_FOUND', `${file} cannot be read.`, 'Choose another one.', { cause });
  });
  try {
    if (!(await handle.stat()).isFile())
      throw new AppError('BAD_FILE', `${file} is not a file.`, 'Choose another one.');
    // One more than it may have: it may have grown since.
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) break;
    }
    if (length <= most) return bytes.subarray(0, length);
    throw new AppError(
      'BAD_FILE',
      `${file} is larger than ${most} bytes.`,
      'Choose another one; this is not what is asked for.',
    );
  } finally {
    await handle.close();
  }
}

/** `~/.config/user-dirs.dirs` says how the folders are called in the person's language (xdg-user-dirs). */
function userFolder(
  name: 'DOWNLOAD' | 'DOCUMENTS',
  homeFolder: string,
  env: DocumentsOptions['env'],
): string | undefined {
  const config = env['XDG_CONFIG_HOME'] ?? path.join(homeFolder, '.config');
  try {
    const text = readFileSync(path.join(config, 'user-dirs.dirs'), 'utf8').slice(0, 20_000);
    const found = new RegExp(`^XDG_${name}_DIR="([^"]+)"`, 'm').exec(text)?.[1];
    const folder = found?.replace(/^\$HOME(?=\/)/, homeFolder);
    return folder !== undefined && path.isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** `report.csv`, `report (2).csv`, … */
function freeName(file: string): string {
  const { dir, name, ext } = path.parse(file);
  for (let number = 1; number < MOST_NAMES; number += 1) {
    const candidate = number === 1 ? file : path.join(dir, `${name} (${number})${ext}`);
    if (!existsSync(candidate)) return candidate;
  }
  throw new AppError('FILE_EXISTS', `${dir} is full of files named ${name}.`, 'Take some of them away.');
}

/** @returns undefined where there is no file yet. @throws {AppError} FILE_EXISTS where it is not one of ours */
async function readOwn(file: string, beginning: Buffer, expected: number): Promise<Buffer | undefined> {
  const notOurs = (): AppError =>
    new AppError(
      'FILE_EXISTS',
      `${file} is there already, and is no calendar of Keymolt.`,
      'Choose another name, so that nothing is overwritten.',
    );
  try {
    // SECURITY: neither through a link nor into a pipe: what is written is a file of our own (test/unit/documents).
    const handle = await open(
      file,
      constants.O_RDONLY |
        ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
        ((constants.O_NONBLOCK as number | undefined) ?? 0),
    );
    try {
      if (!(await handle.stat()).isFile()) throw notOurs();
      const bytes = Buffer.alloc(Math.max(expected, beginning.length) + 1);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      const read = bytes.subarray(0, bytesRead);
      if (!read.subarray(0, beginning.length).equals(beginning)) throw notOurs();
      return read;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP' || code === 'EISDIR') throw notOurs();
    throw failed(error, file);
  }
}

async function writeNew(draft: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  // The person's own: a report names keys, owners and projects.
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function requireFolder(folder: string, ownFolder: string): Promise<void> {
  if (!(await stat(folder)).isDirectory())
    throw new AppError('BAD_FILE', `${folder} is no folder.`, 'Choose another place.');
  await access(folder, constants.W_OK);
  const own = await realpath(ownFolder).catch(() => ownFolder);
  const within = path.relative(own, await realpath(folder));
  // SECURITY: what is saved over an open vault ends it, and a person may be talked into saying yes to “replace”
  // (test/unit/documents).
  if (within === '' || !(within === '..' || within.startsWith(`..${path.sep}`) || path.isAbsolute(within)))
    throw new AppError(
      'BAD_FILE',
      `${folder} is the folder of the vault itself.`,
      'Choose a folder of your own, best on another disk.',
    );
}

async function requireFree(file: string): Promise<void> {
  const there = await lstat(file).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (there !== undefined)
    throw new AppError('FILE_EXISTS', `${file} is there already.`, 'Choose another name.');
}

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
};

function failed(cause: unknown, file: string): AppError {
  if (cause instanceof AppError) return cause;
  const code = codeOf(cause);
  const options = { cause };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError(
        'BAD_FILE',
        `There is no folder ${path.dirname(file)}.`,
        'Choose a folder that is there.',
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'DISK_FULL',
        `There is no room for ${file}.`,
        'Make room, then try again.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError('READ_ONLY', `${file} may not be written.`, 'Choose another folder.', options);
    default:
      return new AppError('STORAGE_FAILED', `${file} could not be written (${code}).`, 'Try again.', options);
  }
}
