import { app } from 'electron';
import { homedir } from 'node:os';
import { HIDDEN_ARGUMENT, type LoginItem, xdgLoginItem } from '../desktop/start-at-login.ts';

/** An AppImage is mounted anew at each start: the file itself is what stays. */
const startCommand = (): readonly string[] =>
  app.isPackaged ? [process.env['APPIMAGE'] ?? process.execPath] : [process.execPath, app.getAppPath()];

/** How this system starts programs when a person logs in. */
export const loginItem = (): LoginItem => {
  if (process.platform === 'linux') return xdgLoginItem(process.env, homedir(), startCommand());
  const args = [HIDDEN_ARGUMENT];
  return {
    isOn: () => app.getLoginItemSettings({ args }).openAtLogin,
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, args }),
  };
};
