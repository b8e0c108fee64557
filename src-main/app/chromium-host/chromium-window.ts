import { AppError } from '../../../src-shared/errors/app-error.ts';
import { findClipboardTool } from '../../run/clipboard-tool.ts';
import { systemClipboard } from '../system-clipboard.ts';
import type { WindowHost, WindowHostOptions, WindowSeam } from '../window-host.ts';
import { type AppPage, openAppPage, PAGE_ORIGIN } from './app-page.ts';
import { browserClipboard } from './browser-clipboard.ts';
import { startBrowser } from './browser-process.ts';
import { findBrowser } from './find-browser.ts';

export interface ChromiumWindow extends WindowHost {
  readonly page: AppPage;
  readonly profile: string;
}

interface ChromiumOptions {
  /** False: drawn where nobody sees it, and no display is needed. */
  readonly isVisible?: boolean;
  /** More switches for the browser; for tests. */
  readonly switches?: readonly string[];
}

const UNSEEN_SIZE = { width: 1280, height: 800 };

/**
 * An installed browser as an app window, driven over a pipe: no port is opened, and the page talks by the bridge alone.
 * @throws {AppError} WINDOW_UNAVAILABLE
 */
export const openChromiumWindow = async (
  seam: WindowSeam,
  { pageDir }: Pick<WindowHostOptions, 'pageDir'>,
  { isVisible = true, switches = [] }: ChromiumOptions = {},
): Promise<ChromiumWindow> => {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw noBrowser();
  const browser = await startBrowser({ executablePath, isVisible, switches }).catch((error: unknown) => {
    throw doesNotStart(error);
  });
  try {
    const size = isVisible ? undefined : UNSEEN_SIZE;
    const hasEnded = browser.ended.then((): never => {
      throw doesNotStart();
    });
    const page = await Promise.race([openAppPage(browser.pipe, seam, pageDir, size), hasEnded]);
    // The person closes the window by closing its page.
    const closed = Promise.race([page.ended, browser.ended.then(() => 'closed' as const)]).then(
      async (how) => {
        await browser.end();
        return how;
      },
    );
    const tool = findClipboardTool(process.env);
    return {
      kind: 'chromium',
      page,
      profile: browser.profile,
      clipboard:
        tool === undefined ? browserClipboard(browser.pipe, page, PAGE_ORIGIN) : systemClipboard(tool),
      toPdf: () => toPdf(page),
      closed,
      // No browser offers its pages that.
      protect: () => undefined,
      show: () => void page.send('Page.bringToFront').catch(() => undefined),
      // Of ten thousand keys the page keeps a third of what it took to show them; and what was typed is not kept at all.
      rest: () => void page.send('HeapProfiler.collectGarbage').catch(() => undefined),
      close: async () => {
        await browser.end();
        await closed;
      },
    };
  } catch (error) {
    await browser.end();
    throw error;
  }
};

const A4_INCHES = { paperWidth: 8.27, paperHeight: 11.69 };

const toPdf = async (page: AppPage): Promise<Uint8Array> => {
  try {
    const { data } = await page.send('Page.printToPDF', {
      ...A4_INCHES,
      printBackground: true,
      preferCSSPageSize: true,
    });
    return Buffer.from(String(data), 'base64');
  } catch (error) {
    throw new AppError(
      'WINDOW_UNAVAILABLE',
      'This browser makes no PDF by itself.',
      'Choose Print, and there “Save as PDF”.',
      { cause: error },
    );
  }
};

const noBrowser = (): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'There is no Chrome, Chromium or Edge to show the window in.',
    'Install one, or name one with KEYMOLT_BROWSER. The command line works without.',
  );

const doesNotStart = (cause?: unknown): AppError =>
  new AppError(
    'WINDOW_UNAVAILABLE',
    'The browser ended as soon as it was started.',
    'Look whether it starts by itself, or name another one with KEYMOLT_BROWSER. The command line works without.',
    { cause },
  );
