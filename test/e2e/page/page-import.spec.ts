import type { Page } from '@playwright/test';
import { expect, test } from './fake-core-test.ts';

const ENV =
  'DEN_API_KEY=mbd_test_abcabc\nBILLING_KEY=mbd_test_defdef\nTOKEN=sk-0123456789abcdef\nKNOWN_KEY=mbd_test_known\nPORT=8080\n';

/** A drag from another program ends like this; what the page is given is the file. */
const drop = (page: Page, text: string, name = 'shop.env'): Promise<void> =>
  page.evaluate(
    ({ text: content, name: called }) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], called));
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    { text, name },
  );

test('a dropped file shows what becomes what, and what is chosen is taken', async ({ page, open }) => {
  await open({ keys: 4 }, 'Overview');
  await drop(page, ENV);
  const dialog = page.getByRole('dialog', { name: /Import keys from a file/ });
  await expect(dialog.getByText('shop.env: 2 keys among 5 variables.')).toBeVisible();
  await expect(dialog.getByRole('checkbox', { name: 'Take DEN_API_KEY' })).toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: 'Take KNOWN_KEY' })).not.toBeChecked();
  await expect(dialog.getByText('1 variable is left out')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Name for DEN_API_KEY' }).fill('den key');
  await expect(dialog.getByText('Letters, digits, dot, dash and underscore.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Import 2 keys' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Name for DEN_API_KEY' }).fill('billing-key');
  await expect(dialog.getByText('Named twice here.')).toHaveCount(2);
  await dialog.getByRole('textbox', { name: 'Name for DEN_API_KEY' }).fill('den');
  await dialog.getByRole('checkbox', { name: 'Take TOKEN' }).check();
  await expect(dialog.getByText('Choose its platform.', { exact: true })).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'Take TOKEN' }).uncheck();
  await dialog.getByRole('button', { name: 'Import 2 keys' }).click();
  await expect(page.getByText('2 keys were imported into dev.')).toBeVisible();
  await expect(page.getByRole('gridcell', { name: 'den', exact: true })).toBeVisible();
  await expect(page.getByRole('gridcell', { name: 'billing-key' })).toBeVisible();
});

test('a lock in the middle loses neither the file nor what was changed', async ({ page, open }) => {
  await open({ keys: 4 });
  await drop(page, ENV);
  await page.getByRole('textbox', { name: 'Name for DEN_API_KEY' }).fill('renamed');
  await page.evaluate(() => {
    const { fakeCore } = globalThis as unknown as { fakeCore: { change: (next: object) => void } };
    fakeCore.change({ vault: 'locked', lock_reason: 'idle' });
  });
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name for DEN_API_KEY' })).toHaveValue('renamed');
});

test('a file that is not what it says is refused in words, and another one can be chosen', async ({
  page,
  open,
}) => {
  await open({ keys: 4 });
  const refusals: [string, string][] = [
    ['PK\u0003\u0004 something', 'is a ZIP archive or an Office document'],
    ['A=1\u0000\u0001\u0002', 'is binary, not text'],
    ['a'.repeat(1_048_577), 'The file is larger than 1 MB.'],
  ];
  for (const [content, words] of refusals) {
    await drop(page, content, 'not-it.env');
    await expect(page.getByRole('alert')).toContainText(words);
  }
  await drop(page, ENV);
  await expect(page.getByText('shop.env: 2 keys among 5 variables.')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a file dropped while something else is typed disturbs nothing', async ({ page, open }) => {
  await open({ keys: 4 });
  const url = page.url();
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('half-typed');
  await drop(page, ENV);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('half-typed');
  expect(page.url()).toBe(url);
});
