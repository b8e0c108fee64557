import { test as base } from '@playwright/test';
import { findBrowser } from '../../src-main/app/chromium-host/find-browser.ts';
import type { Scenario } from '../support/fake-bridge.ts';
import { openFakePage } from '../support/fake-page.ts';

interface Fixtures {
  /** Opens the built page on a fake core, at the list of keys or at the place of that name. Whatever the browser complains of meanwhile fails the test. */
  readonly open: (scenario: Scenario, place?: string) => Promise<void>;
}

export const test = base.extend<Fixtures, { readonly executablePath: string }>({
  executablePath: [
    // eslint-disable-next-line no-empty-pattern -- what Playwright wants of a fixture without needs
    async ({}, use) => {
      const found = await findBrowser();
      if (found === undefined) throw new Error('no Chrome or Chromium is installed');
      await use(found);
    },
    { scope: 'worker' },
  ],
  launchOptions: [
    async ({ executablePath }, use) => {
      // Chromium's sandbox does not work for root, as in a container.
      await use({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
    },
    { scope: 'worker' },
  ],
  viewport: { width: 1280, height: 800 },
  open: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await use(async (scenario, place = 'Keys') => {
      await openFakePage(page, scenario);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      const way = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place });
      // A question of a program stands before everything else.
      if (scenario.approvals === undefined && (await way.isVisible())) await way.click();
    });
    base.expect(complaints).toEqual([]);
  },
});

export { expect } from '@playwright/test';
