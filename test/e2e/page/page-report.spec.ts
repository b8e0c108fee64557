import { expect, test } from './fake-core-test.ts';

test('a report for a lead: to read, to print alone on its sheet, and to save', async ({ page, open }) => {
  await open({ keys: 42 }, 'Overview');
  await page.getByRole('button', { name: 'Report…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Report' });
  await expect(dialog.getByRole('heading', { name: 'API keys of all environments' })).toBeVisible();
  await expect(dialog.getByText('Overdue 10 days')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save as CSV' }).click();
  await expect(page.getByText('Saved as /home/me/Downloads/keymolt-report.csv')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.print-sheet')).toContainText('API keys of all environments');
  await expect(page.locator('.print-sheet')).toHaveCSS('color', 'rgb(0, 0, 0)');
  await expect(page.getByRole('navigation')).toHaveCount(0);
  // No value, no prefix and no fingerprint is on paper.
  expect(await page.locator('.print-sheet').textContent()).not.toMatch(/mbd_|[0-9a-f]{16}/);
});

test('a calendar is kept where the person says', async ({ page, open }) => {
  await open({ keys: 4 }, 'Overview');
  await page.getByRole('button', { name: 'Report…' }).click();
  const file = page.getByRole('textbox', { name: 'File' });
  await expect(file).toHaveValue('/home/me/Documents/keymolt-due-dates.ics');
  await file.fill('dates.ics');
  await page.getByRole('button', { name: 'Keep it fresh' }).click();
  await expect(page.getByRole('alert')).toContainText('Give the whole path');
  await file.fill('/srv/team/dates.ics');
  await page.getByRole('checkbox', { name: 'With the names of keys' }).check();
  await page.getByRole('button', { name: 'Keep it fresh' }).click();
  await expect(page.getByText('The calendar is kept fresh from now on.')).toBeVisible();
  await page.getByRole('button', { name: 'Stop keeping it' }).click();
  await expect(page.getByText('The calendar is no longer kept. The file stays where it is.')).toBeVisible();
});
