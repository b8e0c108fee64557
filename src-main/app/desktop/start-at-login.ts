import { lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { checkTarget, writePrivateFile } from '../../cli/private-file.ts';

/** Whether the app starts when the person logs in. */
export interface LoginItem {
  isOn(): boolean;
  /** @throws {AppError} BAD_FILE */
  set(on: boolean): void;
}

/** Starts without showing its window. */
export const HIDDEN_ARGUMENT = '--hidden';

const MAX_BYTES = 65_536;

/**
 * One argument of `Exec=`, quoted as the Desktop Entry Specification asks: twice, once for the command line and once
 * for the value's own backslashes.
 */
const quoted = (argument: string): string => {
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  if (/[\u0000-\u001f\u007f]/.test(argument))
    throw new AppError(
      'BAD_FILE',
      'Keymolt lies in a folder whose name has control characters, so that it cannot be started at login.',
      'Move it to another folder.',
    );
  const forCommandLine = `"${argument.replaceAll(/["`$\\]/g, '\\$&')}"`;
  return forCommandLine.replaceAll('\\', '\\\\').replaceAll('%', '%%');
};

/** The text of an autostart file. @throws {AppError} BAD_FILE */
export const autostartEntry = (command: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Keymolt',
    'Comment=API keys of agent platforms: rotation, diagnosis and a vault',
    `Exec=${[...command, HIDDEN_ARGUMENT].map(quoted).join(' ')}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');

/**
 * Start at login by the freedesktop.org Autostart specification.
 * @param command what starts the app, without `--hidden`
 */
export const xdgLoginItem = (
  env: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
  command: readonly string[],
): LoginItem => {
  const configured = env['XDG_CONFIG_HOME'] ?? '';
  // The specification: a path that is not absolute is ignored.
  const config = path.isAbsolute(configured) ? configured : path.join(homeFolder, '.config');
  const folder = path.join(config, 'autostart');
  const file = path.join(folder, 'keymolt.desktop');
  return {
    isOn: () => {
      try {
        const found = lstatSync(file);
        if (!found.isFile() || found.size > MAX_BYTES) return false;
        // Desktops switch an entry off in its file rather than remove it.
        return !/^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(
          readFileSync(file, 'utf8'),
        );
      } catch {
        return false;
      }
    },
    set: (on) => {
      if (!on) {
        rmSync(file, { force: true });
        return;
      }
      const entry = Buffer.from(autostartEntry(command));
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch {
        throw new AppError('BAD_FILE', `The folder ${folder} cannot be made.`, 'Check who may write there.');
      }
      writePrivateFile(checkTarget(file, { mayReplace: true }), entry, { mode: 0o600, mayReplace: true });
    },
  };
};
