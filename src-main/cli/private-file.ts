import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';

export interface PrivateFileRules {
  readonly mode: number;
  /** Replace a file that is there. */
  readonly mayReplace: boolean;
}

/**
 * Whether a file may be written under this name, before anything secret is asked for.
 * @returns the absolute path
 * @throws {AppError} FILE_EXISTS, BAD_FILE
 */
export const checkTarget = (file: string, { mayReplace }: Pick<PrivateFileRules, 'mayReplace'>): string => {
  const target = path.resolve(file);
  const there = look(target);
  if (there === undefined) return target;
  // SECURITY: behind a link lies a file that nobody named here (test/cli/keys/inject-and-resolve.test.ts).
  if (there.isSymbolicLink())
    throw new AppError('BAD_FILE', `${target} is a symbolic link`, 'name the file itself');
  if (!there.isFile()) throw new AppError('BAD_FILE', `${target} is not a file`, 'name a file');
  const uid = process.getuid?.();
  if (uid !== undefined && there.uid !== uid)
    throw new AppError('BAD_FILE', `${target} belongs to another user`, 'name another file');
  if (!mayReplace)
    throw new AppError('FILE_EXISTS', `${target} is there already`, 'name a new file, or add --force');
  return target;
};

const look = (target: string): Stats | undefined => {
  try {
    return lstatSync(target);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new AppError('BAD_FILE', `${target} cannot be written (${code})`, 'check the folder');
  }
};

/**
 * Writes a file in one step: who reads it sees all of the old one or all of the new one, also after a power cut.
 * @param target as `checkTarget` gave it
 * @throws {AppError} FILE_EXISTS where somebody was first, BAD_FILE; nothing is left behind then
 */
export const writePrivateFile = (target: string, bytes: Uint8Array, rules: PrivateFileRules): void => {
  const folder = path.dirname(target);
  const draft = path.join(folder, `.keymolt-${crypto.randomUUID()}.tmp`);
  try {
    writeDraft(draft, bytes, rules.mode);
    // Checked again: what was there a moment ago need not be what is there now. Neither call follows a link.
    checkTarget(target, rules);
    if (rules.mayReplace) renameSync(draft, target);
    else publish(draft, target);
    syncFolder(folder);
  } catch (error) {
    removeDraft(draft);
    if (error instanceof AppError) throw error;
    const code = codeOf(error);
    if (code === 'EEXIST')
      throw new AppError('FILE_EXISTS', `${target} is there already`, 'name a new file, or add --force');
    throw new AppError('BAD_FILE', `${target} cannot be written (${code})`, 'check the folder and the disk');
  }
};

const writeDraft = (draft: string, bytes: Uint8Array, mode: number): void => {
  // `wx` makes a new file or fails: whoever guessed the name gains nothing.
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    // Not at opening, where the umask would have its say.
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Gives the draft its name unless the name is taken. */
const publish = (draft: string, target: string): void => {
  try {
    linkSync(draft, target);
    unlinkSync(draft);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    // A file system without links: take the name, then fill it.
    closeSync(openSync(target, 'wx', 0o600));
    renameSync(draft, target);
  }
};

const removeDraft = (draft: string): void => {
  try {
    unlinkSync(draft);
  } catch {
    // It was never made, or has its name already.
  }
};

/** Windows has no such call, and needs none. */
const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
