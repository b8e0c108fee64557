import { expect, test } from './fake-core-test.ts';
import { lockAndUnlock, unlock } from './lock-and-unlock.ts';

test('a backup goes where the host asks, and says what opens it', async ({ page, open }) => {
  await open({ keys: 4 }, 'Settings');
  await page.getByRole('button', { name: 'Back up…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Back up the vault' });
  await dialog.getByRole('button', { name: 'Save to downloads' }).click();
  await expect(dialog.getByRole('status').first()).toContainText('today’s passphrase and recovery code');
  await expect(dialog).toContainText('/home/me/Downloads/keymolt-backup-2026-03-12.db');
  await expect(dialog).toContainText('348 kB');
  await expect(dialog.getByRole('button', { name: 'Close' }).last()).toBeFocused();
});

test('a backup takes the place of the vault after a typed word, also across a lock', async ({
  page,
  open,
}) => {
  await open({ keys: 4 });
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('restore');
  await page.getByRole('button', { name: 'Restore from a backup' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restore from a backup' });
  await dialog.getByRole('button', { name: 'Choose a backup…' }).click();
  await expect(dialog).toContainText('/media/me/backups/keymolt-backup-2026-03-01.db');
  await expect(dialog).toContainText('4 keys with settings and audit log, is replaced');
  const submit = dialog.getByRole('button', { name: 'Replace the vault' });
  await expect(submit).toBeDisabled();
  await expect(dialog.getByLabel('Type replace to confirm')).toBeFocused();
  await page.keyboard.type('replac');
  await lockAndUnlock(page);
  await expect(dialog.getByLabel('Type replace to confirm')).toHaveValue('replac');
  await expect(submit).toBeDisabled();
  await expect(dialog.getByLabel('Type replace to confirm')).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('e');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  await expect(page.getByText('vault-replaced-20260312T093000Z.db')).toBeVisible();
  await unlock(page);
  await expect(dialog).toHaveCount(0);
  // What was said of it is not said of the next lock.
  await page.keyboard.press('Control+l');
  await expect(page.getByText('You locked it.')).toBeVisible();
});

test('where there is no vault yet a backup becomes it, and nothing is typed', async ({ page, open }) => {
  await open({ status: { vault: 'missing' } });
  await page.getByRole('button', { name: 'Restore from a backup…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restore from a backup' });
  await expect(dialog.getByRole('button', { name: 'Choose a backup…' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Restore the vault' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  await expect(page.getByText('The backup is in place.')).toBeVisible();
  await expect(page.getByText('The vault before is kept')).toHaveCount(0);
});
