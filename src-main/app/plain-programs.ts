import path from 'node:path';

/** The programs that run without Electron: agent, sandbox, command line. */
export interface PlainPrograms {
  /** Holds `out` and `node_modules`. */
  readonly root: string;
  /** In a desktop package, a Node for them: Electron is none there, its RunAsNode fuse is off. */
  readonly node: string | undefined;
  /** In a desktop package, what starts the command line. */
  readonly launcher: string | undefined;
}

const ARCHIVE = 'app.asar';

/**
 * Where they are: in a checkout beside the program that asks; in a desktop package, whose own code lies in an archive
 * that no other program can read, in a folder beside that (scripts/release/desktop.config.mjs).
 * @param programFile a file in a folder of `out`
 */
export const findPlainPrograms = (
  programFile: string,
  platform: NodeJS.Platform = process.platform,
): PlainPrograms => {
  const on = platform === 'win32' ? path.win32 : path.posix;
  const archive = programFile.indexOf(on.sep + ARCHIVE + on.sep);
  if (archive === -1) {
    return { root: on.join(on.dirname(programFile), '..', '..'), node: undefined, launcher: undefined };
  }
  const root = on.join(programFile.slice(0, archive), 'command-line');
  const isWindows = platform === 'win32';
  return {
    root,
    node: on.join(root, 'bin', isWindows ? 'node.exe' : 'node'),
    launcher: on.join(root, 'bin', isWindows ? 'keymolt.cmd' : 'keymolt'),
  };
};
