import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** What the finder looks at; given in, so that it can be tested anywhere. */
export interface BrowserSearch {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isExecutable: (file: string) => boolean;
}

const NAMES = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
];

const MAC_APPS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

const candidates = ({ platform, env }: BrowserSearch): string[] => {
  if (platform === 'darwin') {
    const folders = ['/Applications', ...(env['HOME'] === undefined ? [] : [`${env['HOME']}/Applications`])];
    return folders.flatMap((folder) => MAC_APPS.map((app) => path.posix.join(folder, app)));
  }
  if (platform === 'win32') {
    const folders = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']];
    return folders.flatMap((folder) =>
      folder === undefined ? [] : WINDOWS_PROGRAMS.map((program) => path.win32.join(folder, program)),
    );
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => path.posix.isAbsolute(folder));
  return NAMES.flatMap((name) =>
    [...folders, '/usr/bin', '/snap/bin', '/opt/google/chrome'].map((folder) =>
      path.posix.join(folder, name),
    ),
  );
};

/**
 * An installed Chrome, Chromium, Edge or Brave. `KEYMOLT_BROWSER` names one and is then the only one looked at. Looks
 * without giving way: the program's other modules would be loaded first, and the browser takes longest to start.
 * @returns its file, or undefined where there is none
 */
export const findBrowser = (search: BrowserSearch = here): string | undefined => {
  const named = search.env['KEYMOLT_BROWSER'];
  const files = named === undefined || named === '' ? candidates(search) : [named];
  return files.find((file) => search.isExecutable(file));
};

const here: BrowserSearch = {
  platform: process.platform,
  env: process.env,
  isExecutable: (file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};
