import path from 'node:path';
import { AppError } from '../../src-shared/errors/app-error.ts';

/** How a program is started on Windows, where a batch file (`.cmd` shims of npm, say) needs its interpreter. */
export interface WindowsInvocation {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are one command line already. */
  readonly isVerbatim: boolean;
}

const BATCH = /\.(cmd|bat)$/i;

/**
 * A program as it is; a batch file through cmd.exe, with every argument kept as it was.
 * @param env ours and not the child's: a .env file would name the interpreter
 * @throws {AppError} USAGE for an argument that no batch file can be given
 */
export const windowsInvocation = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): WindowsInvocation => {
  if (!BATCH.test(file)) return { file, args, isVerbatim: false };
  // SECURITY: cmd.exe ends its line there, and what follows would be lost or run.
  if (args.some((argument) => /[\r\n]/.test(argument))) {
    throw new AppError(
      'USAGE',
      `an argument has more than one line, which a batch file such as ${path.win32.basename(file)} cannot be given`,
      'call the program itself, such as node with its script',
    );
  }
  const lookUp = (wanted: string): string | undefined =>
    Object.entries(env).find(([name]) => name.toUpperCase() === wanted)?.[1];
  // SECURITY: with its folder, or Windows would take one from the folder we are in.
  const interpreter =
    lookUp('COMSPEC') ?? path.win32.join(lookUp('SYSTEMROOT') ?? 'C:\\Windows', 'System32', 'cmd.exe');
  // SECURITY: since CVE-2024-27980 Node refuses batch files without a shell: cmd.exe reads its line twice, once for
  // itself and once in the batch file's `%*`, so what means something to it is escaped twice.
  const line = [
    escapeMeta(`"${file}"`),
    ...args.map((argument) => escapeMeta(escapeMeta(quote(argument)))),
  ].join(' ');
  return { file: interpreter, args: ['/d', '/s', '/c', `"${line}"`], isVerbatim: true };
};

/** CommandLineToArgvW: backslashes count only before a quote. */
const quote = (argument: string): string =>
  `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;

const escapeMeta = (text: string): string => text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
