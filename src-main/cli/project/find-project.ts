import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { MAX_PROJECT_FILE_BYTES, PROJECT_FILE } from '../../../src-shared/domain/references/project-file.ts';

export interface FoundProject {
  readonly file: string;
  /** `.git` of the repository: a folder, or a file that names one. Undefined outside of any. */
  readonly git: string | undefined;
}

/**
 * The nearest project file from a folder up to the root of its repository. Outside of a repository only the folder
 * itself counts: further up, a file may be anybody's.
 */
export const findProject = (folder: string): FoundProject | undefined => {
  let file: string | undefined;
  for (let here = folder; ; here = path.dirname(here)) {
    const candidate = fileIn(here, PROJECT_FILE);
    if (file === undefined && existsSync(candidate)) file = candidate;
    const git = fileIn(here, '.git');
    if (existsSync(git)) return file === undefined ? undefined : { file, git };
    if (path.dirname(here) === here) break;
  }
  return file === fileIn(folder, PROJECT_FILE) ? { file, git: undefined } : undefined;
};

/** Every start of `run` goes up all folders: `path.join` looks at each character of each of them. */
const fileIn = (folder: string, name: string): string =>
  folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;

/** @throws {AppError} BAD_FILE */
export const readProjectFile = (file: string): Buffer => {
  const content = readSmallFile(file, MAX_PROJECT_FILE_BYTES);
  if (content === undefined)
    throw new AppError(
      'BAD_FILE',
      `${file} cannot be read as a file of at most ${MAX_PROJECT_FILE_BYTES} bytes`,
      'correct it, or take it away',
    );
  return content;
};

const MAX_GIT_FILE_BYTES = 4096;

/**
 * The branch that is checked out, read from the repository itself: no git is started, which could run what the
 * repository's configuration says (gitrepository-layout(5), "HEAD" and "gitfile").
 * @returns undefined with a detached HEAD, or where it cannot be told
 */
export const readBranch = (git: string): string | undefined => {
  const pointer = readSmallFile(git, MAX_GIT_FILE_BYTES)?.toString('utf8');
  const named = pointer === undefined ? undefined : /^gitdir: (.+?)\r?\n?$/.exec(pointer)?.[1];
  const folder = named === undefined ? git : path.resolve(path.dirname(git), named);
  const head = readSmallFile(path.join(folder, 'HEAD'), MAX_GIT_FILE_BYTES)?.toString('utf8') ?? '';
  return /^ref:\s*refs\/heads\/(\S+)\s*$/.exec(head)?.[1];
};

/** @returns undefined where it is no file, is longer, or cannot be read */
const readSmallFile = (file: string, maxBytes: number): Buffer | undefined => {
  let descriptor: number;
  try {
    // A pipe in its place would keep an ordinary opening waiting.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += read;
      if (read === 0) return bytes.subarray(0, length);
      if (length > maxBytes) return undefined;
    }
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
};
