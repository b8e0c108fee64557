import { expect, test } from './fake-core-test.ts';

test('the ladder fills in while the doctor looks: what is known stands there, the rest waits', async ({
  page,
  open,
}) => {
  await open({ extraKeys: [{ name: 'agent' }], slow: { 'doctor.run': -1 } });
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Diagnose' }).click();
  const ladder = page.getByRole('region', { name: 'The ladder' });
  await expect(ladder.getByRole('listitem').filter({ hasText: 'The key’s text' })).toContainText(
    '41 characters, as documented',
  );
  await expect(ladder.getByText('looking…')).toHaveCount(13);
  await expect(ladder.getByRole('list').first()).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
});

test('the doctor shows a change before it is made, makes it, and looks again', async ({ page, open }) => {
  await open({
    extraKeys: [{ name: 'agent', last_check: { at: '2026-01-01T00:00:00Z', outcome: 'NOT_FOUND' } }],
  });
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Diagnose' }).click();
  await page.getByRole('button', { name: 'Set the address…' }).click();
  const change = page.getByRole('group', { name: 'Set the address' });
  await expect(change.locator('del')).toHaveText('− https://api.moltbotden.com');
  await expect(change.locator('ins')).toHaveText('+ https://api.moltbotden.com/v1/hosting');
  await change.getByRole('button', { name: 'Leave it' }).click();
  await expect(change).toHaveCount(0);
  await page.getByRole('button', { name: 'Set the address…' }).click();
  await change.getByRole('button', { name: 'Set the address' }).click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(/is healthy/);
});

test('the doctor names the cause first, with the command, the ladder and a report without a value', async ({
  page,
  open,
}) => {
  await open({
    extraKeys: [{ name: 'agent', last_check: { at: '2026-01-01T00:00:00Z', outcome: 'KEY_REJECTED' } }],
  });
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Diagnose' }).click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(/The platform refuses this key/);
  await expect(page.getByLabel('What to type')).toHaveText('keymolt rotate start agent -e dev --lost');
  await expect(page.getByRole('listitem').filter({ hasText: '401 Invalid API key.' })).toContainText(
    'broken',
  );
  await page.getByRole('button', { name: 'Rotate…' }).click();
  await expect(page.getByRole('dialog', { name: /Rotate agent/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Copy report' }).click();
  await expect(page.getByText('No value is in it.')).toBeVisible();
});
