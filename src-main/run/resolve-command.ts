import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** POSIX `confstr(_CS_PATH)`, for an environment without a PATH. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * Finds the program of a command as a shell does, before anything is started: only so can "not found" (127) and
 * "found, but not executable" (126) be told apart.
 * @returns the program's path
 * @throws {AppError} COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE
 */
export const resolveCommand = (
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): string => {
  if (command === '') throw notFound(command);
  return platform === 'win32' ? resolveOnWindows(command, env, cwd) : resolveOnPosix(command, env, cwd);
};

/** As `resolveCommand`, for a program that is named in advance: one that is missing is a missing file, not exit 127. */
export const findProgram: typeof resolveCommand = (command, env, cwd, platform) => {
  try {
    return resolveCommand(command, env, cwd, platform);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const code = error.code === 'COMMAND_NOT_FOUND' ? 'FILE_NOT_FOUND' : 'BAD_FILE';
    throw new AppError(code, error.message, error.hint, { cause: error });
  }
};

const resolveOnPosix = (
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string => {
  if (command.includes('/')) {
    const kind = kindOf(path.resolve(cwd, command));
    if (kind === 'program') return command;
    throw kind === 'missing' ? notFound(command) : notExecutable(command, kind);
  }
  let refused: 'file' | undefined;
  for (const folder of (env['PATH'] ?? DEFAULT_PATH).split(':')) {
    // An empty entry is the current folder: POSIX, Base Definitions 8.3.
    // Put together by hand where it can be: `path.join` for each of them is half a millisecond of a start.
    const file = folder.startsWith('/')
      ? `${folder}/${command}`
      : path.join(path.resolve(cwd, folder), command);
    const kind = kindOf(file);
    if (kind === 'program') return file;
    if (kind === 'file') refused = kind;
  }
  throw refused === undefined ? notFound(command) : notExecutable(command, refused);
};

const resolveOnWindows = (
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string => {
  const lookUp = (name: string): string =>
    Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? '';
  const extensions = (lookUp('PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';');
  const hasExtension = extensions.some((extension) =>
    command.toUpperCase().endsWith(extension.toUpperCase()),
  );
  const names = hasExtension ? [command] : extensions.map((extension) => command + extension);
  const isPath = /[\\/]/.test(command);
  // SECURITY: not the current folder, which Windows would search first.
  const folders = isPath
    ? [cwd]
    : lookUp('PATH')
        .split(';')
        .filter((folder) => path.win32.isAbsolute(folder));
  for (const folder of folders) {
    for (const name of names) {
      const file = path.win32.resolve(folder, name);
      if (kindOf(file) !== 'missing' && kindOf(file) !== 'folder') return file;
    }
  }
  throw notFound(command);
};

type Kind = 'program' | 'file' | 'folder' | 'missing';

const kindOf = (file: string): Kind => {
  try {
    // An error for each folder of PATH that has it not would cost a start a millisecond.
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    if (stats.isDirectory()) return 'folder';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A folder on the way that may not be entered: there may be something, and it may not be run.
    return code === 'EACCES' ? 'file' : 'missing';
  }
  try {
    accessSync(file, constants.X_OK);
    return 'program';
  } catch {
    return 'file';
  }
};

const notFound = (command: string): AppError =>
  new AppError('COMMAND_NOT_FOUND', `there is no command '${command}'`, 'check its name and your PATH');

const notExecutable = (command: string, kind: 'file' | 'folder'): AppError =>
  new AppError(
    'COMMAND_NOT_EXECUTABLE',
    kind === 'folder' ? `'${command}' is a folder` : `'${command}' may not be executed`,
    kind === 'folder' ? '' : `make it a program: chmod +x ${command}`,
  );
