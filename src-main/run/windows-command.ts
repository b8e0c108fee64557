/** How a program is started on Windows, where a batch file (`.cmd` shims of npm, say) needs its interpreter. */
export interface WindowsInvocation {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are one command line already. */
  readonly isVerbatim: boolean;
}

const BATCH = /\.(cmd|bat)$/i;

/** A program as it is; a batch file through cmd.exe, with every argument kept as it was. */
export const windowsInvocation = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): WindowsInvocation => {
  if (!BATCH.test(file)) return { file, args, isVerbatim: false };
  const interpreter =
    Object.entries(env).find(([name]) => name.toUpperCase() === 'COMSPEC')?.[1] ?? 'cmd.exe';
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
