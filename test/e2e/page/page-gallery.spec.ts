import type { Page } from '@playwright/test';
import { galleryStates } from '../../gallery/states.ts';
import { axeViolations, expect, test } from './fake-core-test.ts';

/** Each size in one theme and each theme in one size: what one of them spoils, it spoils in both of the other. */
const LOOKS = [
  { look: 'light 1280', size: { width: 1280, height: 800 }, colorScheme: 'light' },
  { look: 'dark 900', size: { width: 900, height: 600 }, colorScheme: 'dark' },
] as const;

for (const [name, { shows, picture }] of Object.entries(galleryStates)) {
  test(`${name}: readable, reachable, in both themes and sizes`, async ({ page, server }) => {
    await page.goto(`${server.origin}/?state=${encodeURIComponent(name)}`);
    await expect(page.locator('html')).toHaveAttribute('data-gallery', 'there', {
      timeout: 30_000,
    });
    await expect(page.getByText(shows).first()).toBeVisible();
    for (const { look, size, colorScheme } of LOOKS) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      expect(await sidewaysOverflow(page)).toEqual([]);
      // Colours differ from theme to theme; names, roles and order do not.
      expect(await axeViolations(page, colorScheme === 'dark' ? ['color-contrast'] : undefined)).toEqual([]);
      if (picture === look)
        await expect(page).toHaveScreenshot(`${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`);
    }
  });
}

/** Everything that a person could scroll sideways, but a terminal and what lies in one. */
const sidewaysOverflow = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 &&
          element.closest('[data-terminal], code, input, textarea') === null,
      )
      .filter(
        (element) =>
          /auto|scroll/.test(getComputedStyle(element).overflowX) || element === document.documentElement,
      )
      .map((element) => element.outerHTML.slice(0, 120)),
  );
