import { app, Menu, protocol } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LINK_SCHEME, parseDeepLink } from '../../../src-shared/domain/place.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { resolvePaths } from '../../agent/paths.ts';
import { linkCommandLine } from '../desktop/command-line-link.ts';
import { HIDDEN_ARGUMENT } from '../desktop/start-at-login.ts';
import { findPlainPrograms } from '../plain-programs.ts';
import type { DesktopControls } from '../run-desktop.ts';
import { loginItem } from './login-item.ts';
import { notify } from './notify.ts';
import { electronTray } from './tray.ts';
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
  let controls: DesktopControls | undefined;
  const follow = (link: string | undefined): void => controls?.goTo(parseDeepLink(link ?? '') ?? null);
  app.on('second-instance', (_event, argv) => follow(linkAmong(argv)));
  // macOS hands links over this way, the first one perhaps before there is anything to lead.
  let earlyLink = linkAmong(process.argv);
  app.on('open-url', (event, link) => {
    event.preventDefault();
    if (controls === undefined) earlyLink = link;
    else follow(link);
  });
  if (app.isPackaged) {
    claimLinks();
    nameCommandLine();
  }
  // The window's end is the app's end (run-desktop.ts): it closes the vault first.
  app.on('window-all-closed', () => undefined);

  const run = async () => {
    await app.whenReady();
    // Only now: Electron is not ready before what is imported above has been loaded, and has processes of its own to start.
    const [{ runDesktop }, { openElectronWindow }] = await Promise.all([
      import('../run-desktop.ts'),
      import('./electron-window.ts'),
    ]);
    await runDesktop({
      env: process.env,
      pageDir,
      open: openElectronWindow,
      startsCore: 'after the page',
      system: { loginItem: loginItem(), notify, showTray: electronTray() },
      isHidden: process.argv.includes(HIDDEN_ARGUMENT),
      onControls: (given) => {
        controls = given;
        if (earlyLink !== undefined) follow(earlyLink);
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

/** SECURITY: of another start's words only a link is read, and that as data (src-shared/domain/place.ts). */
const linkAmong = (argv: readonly string[]): string | undefined =>
  argv.find((argument) => argument.toLowerCase().startsWith(`${LINK_SCHEME}:`));

/** SECURITY: `--` before the link, so that one made to look like a switch is none. */
const claimLinks = (): void => {
  if (process.platform === 'win32') app.setAsDefaultProtocolClient(LINK_SCHEME, process.execPath, ['--']);
  else app.setAsDefaultProtocolClient(LINK_SCHEME);
};

/** The command line comes with the app: from the first start on it is a command. */
const nameCommandLine = (): void => {
  const { launcher } = findPlainPrograms(fileURLToPath(import.meta.url));
  if (launcher === undefined) return;
  const memoryFolder = app.getPath('userData');
  linkCommandLine({ launcher, homeFolder: app.getPath('home'), memoryFolder, env: process.env });
};
