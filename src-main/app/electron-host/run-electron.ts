import { app, Menu, protocol } from 'electron';
import { join } from 'node:path';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { resolvePaths } from '../../agent/paths.ts';
import { runDesktop } from '../run-desktop.ts';
import type { WindowHost } from '../window-host.ts';
import { openElectronWindow } from './electron-window.ts';
import { confineAll, PAGE_SCHEME } from './hardening.ts';

/** The desktop app under Electron, from its start to its end. To be called before Electron is ready. */
export const runElectron = (pageDir: string): void => {
  // SECURITY: every renderer in the OS sandbox, also one that should ever be made without asking for it.
  // Root has no such sandbox: Electron only runs there with --no-sandbox, which this would take back.
  if (process.getuid?.() !== 0) app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true } },
  ]);
  app.setPath('userData', join(resolvePaths(process.env).home, 'window'));
  // A menu of our own, as small as the system wants it: the default one opens links and reloads.
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  confineAll();
  let window: WindowHost | undefined;
  app.on('second-instance', () => window?.show());
  // The window's end is the app's end (run-desktop.ts): it closes the vault first.
  app.on('window-all-closed', () => undefined);

  const run = async () => {
    await app.whenReady();
    await runDesktop({
      env: process.env,
      pageDir,
      open: async (seam, options) => {
        window = await openElectronWindow(seam, options);
        return window;
      },
    });
  };
  run()
    .then(() => app.exit(0))
    .catch((error: unknown) => {
      process.stderr.write(
        `keymolt: ${error instanceof AppError ? `${error.code}: ${error.message}` : 'INTERNAL'}\n`,
      );
      app.exit(1);
    });
};
