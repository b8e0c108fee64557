import {
  BrowserWindow,
  dialog,
  ipcMain,
  type IpcMainInvokeEvent,
  nativeTheme,
  powerMonitor,
  session,
} from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WINDOW_CHANNELS } from '../../../src-shared/contract/channels.ts';
import { callName, EVENT_NAME } from '../../preload/ipc-names.ts';
import { findClipboardTool } from '../../run/clipboard-tool.ts';
import type { Clipboard } from '../../services/ports.ts';
import { readPageFile } from '../page-files.ts';
import { systemClipboard } from '../system-clipboard.ts';
import type { OpenWindow, WindowSeam } from '../window-host.ts';
import { electronClipboard } from './electron-clipboard.ts';
import { isPageUrl, PAGE_SCHEME, PAGE_URL, refuseForeignRequests, refusePermissions } from './hardening.ts';

const PARTITION = 'persist:window';
// The page's own surface colours (src-renderer/ui/theme.ts), so that the window does not flash before its first paint.
const BACKGROUND = { light: '#f5f6f8', dark: '#131517' };
const PRELOAD = join(fileURLToPath(new URL('.', import.meta.url)), '..', 'preload', 'index.cjs');

/** Opens the window of the desktop app. Needs `app` to be ready. */
export const openElectronWindow: OpenWindow = async (seam, { pageDir, onSystemEvent }) => {
  const pageSession = session.fromPartition(PARTITION);
  refusePermissions(pageSession);
  refuseForeignRequests(pageSession);
  pageSession.protocol.handle(PAGE_SCHEME, async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET' || !isPageUrl(request.url)) return new Response(null, { status: 404 });
    const { status, headers, body } = await readPageFile(pageDir, url.pathname);
    return new Response(new Uint8Array(body), { status, headers: { ...headers } });
  });

  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Keymolt',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      session: pageSession,
      preload: PRELOAD,
      // SECURITY: Electron's defaults, said aloud so that no later version or option can quietly change them
      // (test/e2e/electron-window.spec.ts).
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  // The page's title says nothing of what is in it; a page that was taken over must not say it either.
  window.on('page-title-updated', (event) => event.preventDefault());

  const stopAnswering = answerCalls(seam, window);
  const stopTelling = seam.subscribe((name, event) => {
    if (!window.isDestroyed()) window.webContents.send(EVENT_NAME, name, event);
  });
  const onSuspend = () => onSystemEvent('suspend');
  const onLockScreen = () => onSystemEvent('screen_lock');
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('lock-screen', onLockScreen);

  const closed = new Promise<void>((resolve) => {
    window.once('closed', () => {
      stopAnswering();
      stopTelling();
      powerMonitor.off('suspend', onSuspend);
      powerMonitor.off('lock-screen', onLockScreen);
      resolve();
    });
  });
  await window.loadURL(PAGE_URL);
  return {
    kind: 'electron',
    clipboard: concealingClipboard(),
    toPdf: () => window.webContents.printToPDF({ pageSize: 'A4', printBackground: true }),
    askForPlace: async (suggested) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: suggested });
      return canceled || filePath === '' ? null : filePath;
    },
    closed,
    show: () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    close: async () => {
      if (!window.isDestroyed()) window.destroy();
      await closed;
    },
  };
};

/** Electron cannot mark what it writes as nothing for a clipboard history; a program of the system may be able to. */
const concealingClipboard = (): Clipboard => {
  const tool = findClipboardTool(process.env);
  return tool?.writeConcealed === undefined ? electronClipboard : systemClipboard(tool);
};

/** One IPC handler a channel; a channel that is not in the contract has none. */
const answerCalls = (seam: WindowSeam, window: BrowserWindow): (() => void) => {
  // SECURITY: the frame that asks must be the main frame of this very window, and show our own page; an iframe, a
  // second window or a page that got elsewhere is not ours (test/e2e/electron-window.spec.ts).
  const isTrusted = ({ sender, senderFrame }: IpcMainInvokeEvent): boolean =>
    senderFrame !== null &&
    !window.isDestroyed() &&
    sender === window.webContents &&
    senderFrame === window.webContents.mainFrame &&
    isPageUrl(senderFrame.url);
  for (const channel of WINDOW_CHANNELS) {
    ipcMain.handle(callName(channel), (event, payload: unknown) =>
      seam.dispatch(channel, payload, { trusted: isTrusted(event) }),
    );
  }
  return () => {
    for (const channel of WINDOW_CHANNELS) ipcMain.removeHandler(callName(channel));
  };
};
