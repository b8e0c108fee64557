import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface CommandLineLink {
  /** What starts the command line of this installation. */
  readonly launcher: string;
  readonly homeFolder: string;
  /** A folder of the app's own, where it remembers that it was done. */
  readonly memoryFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
}

/** `done_before`: also where the person has taken it away since. `taken`: there is another `keymolt`. */
type LinkOutcome = 'linked' | 'done_before' | 'taken' | 'no_place' | 'failed';

const OURS = /[\\/]command-line[\\/]bin[\\/]keymolt$/;

/**
 * Makes `keymolt` a command, once for an installation: a link in ~/.local/bin, a person's own place for programs
 * (file-hierarchy(7)). Another `keymolt`, there or further along the PATH, is left as it is. An AppImage has no lasting
 * place to link to, and Windows no such folder.
 */
export const linkCommandLine = (wanted: CommandLineLink): LinkOutcome => {
  const { launcher, homeFolder, memoryFolder, env, platform = process.platform } = wanted;
  if (platform === 'win32' || (env['APPIMAGE'] ?? '') !== '') return 'no_place';
  const memory = path.join(memoryFolder, 'command-line-link');
  const folder = path.join(homeFolder, '.local', 'bin');
  const link = path.join(folder, 'keymolt');
  try {
    if (existsSync(memory) && readFileSync(memory, 'utf8') === launcher) return 'done_before';
    const isElsewhere = (env['PATH'] ?? '')
      .split(path.delimiter)
      .some((one) => path.isAbsolute(one) && one !== folder && existsSync(path.join(one, 'keymolt')));
    if (isElsewhere || !mayReplace(link)) return 'taken';
    mkdirSync(folder, { recursive: true });
    const beside = `${link}.${process.pid}`;
    rmSync(beside, { force: true });
    symlinkSync(launcher, beside);
    renameSync(beside, link);
    mkdirSync(memoryFolder, { recursive: true, mode: 0o700 });
    writeFileSync(memory, launcher, { mode: 0o600 });
    return 'linked';
  } catch {
    // The app is of use without it.
    return 'failed';
  }
};

/** Nothing is there, or the link of an installation that lay elsewhere. */
const mayReplace = (link: string): boolean => {
  try {
    return lstatSync(link).isSymbolicLink() && OURS.test(readlinkSync(link));
  } catch {
    return true;
  }
};
