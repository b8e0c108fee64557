import type { Page } from '@playwright/test';
import { type FakeCore, PASSPHRASE } from '../../support/fake-core/core.ts';
import { expect } from './fake-core-test.ts';

type WithCore = typeof globalThis & { readonly fakeCore: FakeCore };

/** A value that was pasted somewhere. */
export const CANARY = 'mbd_test_canary0123456789abcdefghijklmn';

export const unlock = async (page: Page): Promise<void> => {
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeAttached();
};

/** As the idle lock does, in the middle of whatever is on screen. */
export const lockAndUnlock = async (page: Page): Promise<void> => {
  await page.evaluate(() =>
    (globalThis as WithCore).fakeCore.change({ vault: 'locked', lock_reason: 'idle' }),
  );
  await expect(page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  const left = await page.evaluate(() =>
    [...document.querySelectorAll('input, textarea')]
      .map((field) => (field as HTMLInputElement).value)
      .join(),
  );
  expect((await page.content()) + left).not.toContain(CANARY);
  await unlock(page);
};
