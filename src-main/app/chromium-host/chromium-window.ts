import { AppError } from '../../../src-shared/errors/app-error.ts';
import { findClipboardTool } from '../../run/clipboard-tool.ts';
import { systemClipboard } from '../system-clipboard.ts';
import type { WindowHost, WindowHostOptions, WindowSeam } from '../window-host.ts';
import { type AppPage, openAppPage, PAGE_ORIGIN } from './app-page.ts';
import { chooseFile } from './browser-file-dialog.ts';
import { browserClipboard } from './browser-clipboard.ts';
import { type BrowserOptions, type BrowserProcess, doesNotStart, startBrowser } from './browser-process.ts';

export interface ChromiumWindow extends WindowHost {
  readonly page: AppPage;
  readonly profile: string;
}

interface ChromiumOptions extends BrowserOptions {
  /** One that was started before, with the same options. */
  readonly browser?: Promise<BrowserProcess> | undefined;
}

const UNSEEN_SIZE = { width: 1280, height: 800 };

/**
 * An installed browser as an app window, driven over a pipe: no port is opened, and the page talks by the bridge alone.
 * @throws {AppError} WINDOW_UNAVAILABLE
 */
export const openChromiumWindow = async (
  seam: WindowSeam,
  { pageDir }: Pick<WindowHostOptions, 'pageDir'>,
  { browser: started, ...how }: ChromiumOptions = {},
): Promise<ChromiumWindow> => {
  const browser = await (started ?? startBrowser(how));
  try {
    const size = how.isVisible === false ? UNSEEN_SIZE : undefined;
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
      askForFile: () => chooseFile(page),
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
