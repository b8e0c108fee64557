import { type BrowserContext, type Page, test as base } from '@playwright/test';
import { findBrowser } from '../../../src-main/app/chromium-host/find-browser.ts';
import type { Scenario } from '../../support/fake-core/scenario.ts';
import { type PageServer, startPageServer } from '../../support/window/page-server.ts';

interface Fixtures {
  /** Opens the built page on a fake core, at the list of keys or at the place of that name. */
  readonly open: (scenario: Scenario, place?: string) => Promise<void>;
  /** Whatever the browser complains of meanwhile fails the test. */
  readonly complaints: undefined;
}

interface WorkerFixtures {
  readonly executablePath: string;
  readonly server: PageServer;
  readonly sharedContext: BrowserContext;
}

const SIZE = { width: 1280, height: 800 };

/**
 * One page for all tests of a worker: each opens the document anew, and with it everything that the page knows. What is
 * left of a test outside of the document is put back here.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  executablePath: [
    // eslint-disable-next-line no-empty-pattern -- what Playwright wants of a fixture without needs
    async ({}, use) => {
      const found = findBrowser();
      if (found === undefined) throw new Error('no Chrome or Chromium is installed');
      await use(found);
    },
    { scope: 'worker' },
  ],
  launchOptions: [
    async ({ executablePath }, use) => {
      await use({
        executablePath,
        // Letters are drawn the same on every machine. Chromium's sandbox does not work for root, as in a container.
        args: [
          '--font-render-hinting=none',
          '--disable-lcd-text',
          '--force-color-profile=srgb',
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      });
    },
    { scope: 'worker' },
  ],
  server: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const server = await startPageServer();
      await use(server);
      server.close();
    },
    { scope: 'worker' },
  ],
  sharedContext: [
    async ({ browser }, use) => {
      const context = await browser.newContext({
        viewport: SIZE,
        locale: 'en-US',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
      });
      await context.newPage();
      await use(context);
      await context.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ sharedContext }, use) => {
    const page = sharedContext.pages()[0] ?? (await sharedContext.newPage());
    await page.setViewportSize(SIZE);
    await page.emulateMedia({ media: 'screen', colorScheme: 'light', reducedMotion: 'reduce' });
    await page.mouse.move(0, 0);
    await use(page);
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      const onError = (error: Error) => complaints.push(error.message);
      const onConsole = (message: { type: () => string; text: () => string }) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      };
      page.on('pageerror', onError).on('console', onConsole);
      await use(undefined);
      page.off('pageerror', onError).off('console', onConsole);
      base.expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
  open: async ({ page, server }, use) => {
    await use(async (scenario, place = 'Keys') => {
      await page.goto(`${server.origin}/?scenario=${encodeURIComponent(JSON.stringify(scenario))}`);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      const way = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place });
      // A question of a program stands before everything else, and a vault that is not open has no places.
      const hasPlaces =
        scenario.approvals === undefined && (scenario.status?.vault ?? 'unlocked') === 'unlocked';
      // Not every page without places says so beforehand: one whose core is gone, for one.
      if (hasPlaces) await way.click({ timeout: 3000 }).catch(() => undefined);
    });
  },
});

/** For a test that sets the page's clock, which is the clock of all pages of a context. */
export const clockTest = test.extend({
  page: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: SIZE, reducedMotion: 'reduce' });
    await use(await context.newPage());
    await context.close();
  },
});

/** What axe-core finds wrong with the page. @param only rules, all of them where none is named */
export const axeViolations = async (page: Page, only?: readonly string[]): Promise<string[]> => {
  await page.evaluate(async () => {
    if ('axe' in globalThis) return;
    const script = document.createElement('script');
    script.src = '/axe.js';
    const loaded = new Promise((resolve) => script.addEventListener('load', resolve));
    document.head.append(script);
    await loaded;
  });
  return page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    // Loads no style sheet again to look into: the policy lets it read none.
    const options = {
      resultTypes: ['violations'],
      preload: false,
      ...(runOnly === undefined ? {} : { runOnly }),
    };
    const { violations } = await axe.run(document, options);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
  }, only);
};

interface Axe {
  readonly run: (
    context: Document,
    options: object,
  ) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

export { expect } from '@playwright/test';
