import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { WINDOW_CHANNELS } from '../../../src-shared/contract/channels.ts';
import { events } from '../../../src-shared/contract/events.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { readPageFile } from '../page-files.ts';
import { systemClipboard } from '../system-clipboard.ts';
import type { WindowHost, WindowHostOptions, WindowSeam } from '../window-host.ts';
import { browserClipboard } from './browser-clipboard.ts';
import { findClipboardTool } from '../../run/clipboard-tool.ts';
import { findBrowser } from './find-browser.ts';
import { installBridge } from './install-bridge.ts';
import { decodePayload } from './wire.ts';

/** A made-up origin: `.invalid` never resolves (RFC 2606), and every request to it is answered from our own files. */
export const PAGE_ORIGIN = 'https://keymolt.invalid';
const BINDING = '__keymoltCall';
const NEWS = 'keymolt:news';

const SWITCHES = [
  // An app window has no tabs and no address bar. It takes no `about:` page; `--test-type` keeps the bar about unusual
  // switches away.
  '--app=data:text/html,<title>Keymolt</title>',
  '--test-type',
  '--class=keymolt',
  '--window-size=1280,800',
  // Nothing of the browser's own may use the network, and nothing of the page can: what is not answered from our own
  // files would have to go through a proxy that is not there.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-breakpad',
  '--no-pings',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--disable-extensions',
  '--disable-print-preview',
  '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,PasswordManagerOnboarding',
  '--password-store=basic',
];

export interface ChromiumWindow extends WindowHost {
  readonly page: Page;
}

/**
 * An installed browser as an app window, driven over a pipe: no port is opened, and the page talks by the bridge alone.
 * @throws {AppError} WINDOW_UNAVAILABLE
 */
export const openChromiumWindow = async (
  seam: WindowSeam,
  { pageDir }: Pick<WindowHostOptions, 'pageDir'>,
  { isVisible = true }: { readonly isVisible?: boolean } = {},
): Promise<ChromiumWindow> => {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw noBrowser();
  // mkdtemp makes it 0700. It holds the window's look and nothing secret, and goes when the window does.
  const profile = await mkdtemp(join(tmpdir(), 'keymolt-window-'));
  const forgetProfile = () => removeFolder(profile);
  try {
    const context = await launch(profile, executablePath, isVisible);
    let hasCrashed = false;
    const closed = new Promise<'closed' | 'crashed'>((resolve) => {
      context.once('close', () => {
        void forgetProfile().finally(() => resolve(hasCrashed ? 'crashed' : 'closed'));
      });
    });
    const page = await showPage(context, seam, pageDir);
    page.once('crash', () => {
      hasCrashed = true;
      void context.close().catch(() => undefined);
    });
    const tool = findClipboardTool(process.env);
    return {
      kind: 'chromium',
      page,
      clipboard: tool === undefined ? browserClipboard(page, PAGE_ORIGIN) : systemClipboard(tool),
      toPdf: () => toPdf(page),
      closed,
      // No browser offers its pages that.
      protect: () => undefined,
      show: () => void page.bringToFront().catch(() => undefined),
      close: async () => {
        await context.close().catch(() => undefined);
        await closed;
      },
    };
  } catch (error) {
    await forgetProfile();
    throw error;
  }
};

const A4_INCHES = { width: 8.27, height: 11.69 };

const REMOVE_TRIES = 8;
const REMOVE_PAUSE_MS = 60;

/** The browser says that it has closed before it has written its last file, so what is removed may come back once. */
const toPdf = async (page: Page): Promise<Uint8Array> => {
  const session = await page.context().newCDPSession(page);
  try {
    const { data } = await session.send('Page.printToPDF', {
      paperWidth: A4_INCHES.width,
      paperHeight: A4_INCHES.height,
      printBackground: true,
      preferCSSPageSize: true,
    });
    return Buffer.from(data, 'base64');
  } catch (error) {
    throw new AppError(
      'WINDOW_UNAVAILABLE',
      'This browser makes no PDF by itself.',
      'Choose Print, and there “Save as PDF”.',
      { cause: error },
    );
  } finally {
    await session.detach().catch(() => undefined);
  }
};

const removeFolder = async (folder: string): Promise<void> => {
  for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    await sleep(REMOVE_PAUSE_MS);
    if (!existsSync(folder)) return;
  }
};

const launch = (profile: string, executablePath: string, isVisible: boolean): Promise<BrowserContext> => {
  // SECURITY: Chromium's sandbox does not work for root, and refuses to start. Only then, as in a container or a test,
  // it is left out, and said so.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.stderr.write('keymolt: running as root, so the browser runs without its sandbox\n');
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: !isVisible,
    chromiumSandbox: !isRoot,
    viewport: isVisible ? null : { width: 1280, height: 800 },
    args: SWITCHES,
    // The window is the app's, not a test's: what the driver switches on or off for tests stays as browsers have it, and
    // colours, motion and contrast are as the system says.
    ignoreDefaultArgs: [
      '--enable-automation',
      '--force-color-profile=srgb',
      '--disable-popup-blocking',
      '--disable-hang-monitor',
      '--disable-ipc-flooding-protection',
      '--disable-dev-shm-usage',
      '--enable-unsafe-swiftshader',
      '--unsafely-disable-devtools-self-xss-warnings',
    ],
    colorScheme: null,
    reducedMotion: null,
    forcedColors: null,
    contrast: null,
    acceptDownloads: false,
    serviceWorkers: 'block',
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
};

const showPage = async (context: BrowserContext, seam: WindowSeam, pageDir: string): Promise<Page> => {
  const page = context.pages()[0] ?? (await context.newPage());
  await context.route('**/*', (route) => serve(route, pageDir));
  await context.exposeBinding(BINDING, async (source, channel: unknown, payload: unknown) => {
    // SECURITY: the main frame of our one page, showing our own origin; frames, other pages and a page that got
    // elsewhere are not ours (test/e2e/chromium-window.spec.ts).
    const trusted =
      source.page === page && source.frame === page.mainFrame() && isPageUrl(source.frame.url());
    return JSON.stringify(await seam.dispatch(String(channel), decodePayload(payload), { trusted }));
  });
  await context.addInitScript(installBridge, {
    origin: PAGE_ORIGIN,
    channels: WINDOW_CHANNELS,
    events: Object.keys(events),
    binding: BINDING,
    news: NEWS,
  });
  // SECURITY: no second window, no download, and no page but ours in this one.
  context.on('page', (other) => void other.close().catch(() => undefined));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || isPageUrl(frame.url())) return;
    page.goto(`${PAGE_ORIGIN}/`).catch(() => undefined);
  });
  // The person closes the window by closing its page.
  page.once('close', () => void context.close().catch(() => undefined));
  const stopTelling = tellNews(seam, page);
  context.once('close', stopTelling);
  await page.goto(`${PAGE_ORIGIN}/`);
  return page;
};

const isPageUrl = (url: string): boolean => url.startsWith(`${PAGE_ORIGIN}/`);

const serve = async (route: Route, pageDir: string): Promise<void> => {
  const request = route.request();
  if (request.method() !== 'GET' || !isPageUrl(request.url())) return route.abort('blockedbyclient');
  const { status, headers, body } = await readPageFile(pageDir, new URL(request.url()).pathname);
  return route.fulfill({ status, headers: { ...headers }, body });
};

/** Passes events on in their order, all that have gathered at a time. */
const tellNews = (seam: WindowSeam, page: Page): (() => void) => {
  let gathered: [string, unknown][] = [];
  let isTelling = false;
  const tell = async () => {
    if (isTelling) return;
    isTelling = true;
    while (gathered.length > 0) {
      const news = gathered;
      gathered = [];
      // A page that reloads just then asks for everything anew.
      await page.evaluate(announce, { name: NEWS, detail: JSON.stringify(news) }).catch(() => undefined);
    }
    isTelling = false;
  };
  return seam.subscribe((name, event) => {
    gathered.push([name, event]);
    void tell();
  });
};

/** Runs in the page. */
const announce = ({ name, detail }: { readonly name: string; readonly detail: string }): void => {
  const page = globalThis as unknown as { dispatchEvent: (event: Event) => void };
  page.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(detail) as unknown }));
};

const noBrowser = (): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'There is no Chrome, Chromium or Edge to show the window in.',
    'Install one, or name one with KEYMOLT_BROWSER. The command line works without.',
  );
