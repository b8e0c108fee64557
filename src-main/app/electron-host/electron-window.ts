import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  type IpcMainInvokeEvent,
  nativeTheme,
  powerMonitor,
  screen,
  session,
} from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WINDOW_CHANNELS } from '../../../src-shared/contract/channels.ts';
import { type Crossed, hasColumns } from '../../../src-shared/contract/columns.ts';
import { callName, EVENT_NAME } from '../../preload/ipc-names.ts';
import { findClipboardTool } from '../../run/clipboard-tool.ts';
import type { Clipboard } from '../../services/ports.ts';
import { readPageFile } from '../page-files.ts';
import { systemClipboard } from '../system-clipboard.ts';
import { fitBounds, SMALLEST } from '../desktop/window-bounds.ts';
import type { OpenWindow, WindowMemory, WindowSeam } from '../window-host.ts';
import { electronClipboard } from './electron-clipboard.ts';
import {
  isPageUrl,
  PAGE_SCHEME,
  PAGE_URL,
  refuseFiles,
  refuseForeignRequests,
  refusePermissions,
} from './hardening.ts';
import { zoomAfter } from './zoom.ts';

/** The page asks for its first files one right after the other. */
const SERVED_MS = 20;
const PARTITION = 'persist:window';
// The page's own surface colours (src-renderer/ui/theme/theme.ts), so that the window does not flash before its first paint.
const BACKGROUND = { light: '#f5f6f8', dark: '#131517' };
const PRELOAD = join(fileURLToPath(new URL('.', import.meta.url)), '..', 'preload', 'index.cjs');

/** Opens the window of the desktop app. Needs `app` to be ready. */
export const openElectronWindow: OpenWindow = async (
  seam,
  { pageDir, onSystemEvent, onServed, memory, isHidden, hidesOnClose },
) => {
  const pageSession = session.fromPartition(PARTITION);
  refusePermissions(pageSession);
  refuseForeignRequests(pageSession);
  refuseFiles(pageSession);
  // A window that crashed before had the same session.
  if (pageSession.protocol.isProtocolHandled(PAGE_SCHEME)) pageSession.protocol.unhandle(PAGE_SCHEME);
  let quiet: NodeJS.Timeout | undefined;
  pageSession.protocol.handle(PAGE_SCHEME, async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET' || !isPageUrl(request.url)) return new Response(null, { status: 404 });
    const { status, headers, body } = await readPageFile(pageDir, url.pathname);
    clearTimeout(quiet);
    if (url.pathname !== '/') quiet = setTimeout(onServed, SERVED_MS);
    return new Response(new Uint8Array(body), { status, headers: { ...headers } });
  });

  const window = new BrowserWindow({
    ...fitBounds(memory.now.bounds, workAreas()),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
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
      devTools: mayHaveDevTools(),
    },
  });
  if (memory.now.isMaximized) window.maximize();
  window.once('ready-to-show', () => {
    if (!isHidden) window.show();
  });
  window.on('close', (event) => {
    if (!hidesOnClose()) return;
    event.preventDefault();
    window.hide();
  });
  noteBounds(window, memory);
  followZoomKeys(window, memory);
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

  const closed = new Promise<'closed' | 'crashed'>((resolve) => {
    window.webContents.once('render-process-gone', () => resolve('crashed'));
    window.once('closed', () => {
      stopAnswering();
      stopTelling();
      powerMonitor.off('suspend', onSuspend);
      powerMonitor.off('lock-screen', onLockScreen);
      resolve('closed');
    });
  });
  // A page that crashes while it loads is told by `closed`.
  await Promise.race([window.loadURL(PAGE_URL), closed]);
  return {
    kind: 'electron',
    clipboard: concealingClipboard(),
    toPdf: () => window.webContents.printToPDF({ pageSize: 'A4', printBackground: true }),
    askForPlace: async (suggested) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: suggested });
      return canceled || filePath === '' ? null : filePath;
    },
    askForFile: async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'] });
      return canceled ? null : (filePaths[0] ?? null);
    },
    closed,
    show: () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    protect: (on) => {
      if (!window.isDestroyed()) window.setContentProtection(on);
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

const workAreas = () => {
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
  return [main, ...others].map(({ workArea }) => workArea);
};

/** SECURITY: whoever has a person's ear cannot have them paste into a console (test/e2e/electron-window.spec.ts). */
const mayHaveDevTools = (): boolean => !app.isPackaged && process.env['KEYMOLT_DEVTOOLS'] === '1';

const noteBounds = (window: BrowserWindow, memory: WindowMemory): void => {
  const note = () => memory.change({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  window.on('resize', note);
  window.on('move', note);
  window.on('maximize', note);
  window.on('unmaximize', note);
};

/** There is no menu that would bring these keys. */
const followZoomKeys = (window: BrowserWindow, memory: WindowMemory): void => {
  const { webContents } = window;
  webContents.once('dom-ready', () => webContents.setZoomFactor(memory.now.zoom));
  webContents.on('before-input-event', (event, input) => {
    const zoom = zoomAfter(memory.now.zoom, input);
    if (zoom === undefined) return;
    event.preventDefault();
    webContents.setZoomFactor(zoom);
    memory.change({ zoom });
  });
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
    ipcMain.handle(callName(channel), async (event, payload: unknown): Promise<Crossed<unknown>> => {
      const outcome = await seam.dispatch(channel, payload, { trusted: isTrusted(event) });
      // One text is passed on whole; of a list, the bridge would copy every entry by itself.
      return hasColumns(outcome) ? JSON.stringify(outcome) : outcome;
    });
  }
  return () => {
    for (const channel of WINDOW_CHANNELS) ipcMain.removeHandler(callName(channel));
  };
};
