import type { Page } from '@playwright/test';
import { expect, test } from './fake-core-test.ts';

const RECOVERY_CODE = '7KQ4M-2X9TB-HC3VN-8RWPD-J6FYZ-Q5A2E-9MKTX';

test('the meter says in words how strong a passphrase is, and why not', async ({ page, open }) => {
  await open({ status: { vault: 'missing' } });
  const field = page.getByLabel('Passphrase', { exact: true });
  await field.fill('password123');
  await expect(page.getByText(/Strength: weak\. .*commonly used/)).toBeVisible();
  await field.fill('four unrelated quiet words');
  await expect(page.getByText('Strength: strong.', { exact: true })).toBeVisible();
  await field.fill('');
  await expect(page.getByText('Strength: nothing typed yet')).toBeVisible();
});

test('the recovery kit is printed alone on its sheet, and leaves the page when the person goes on', async ({
  page,
  open,
}) => {
  await open({ status: { vault: 'missing' } });
  await page.getByLabel('Passphrase', { exact: true }).fill('four unrelated quiet words');
  await page.getByLabel('Passphrase again').fill('four unrelated quiet words');
  await page.getByRole('button', { name: 'Create vault' }).click();
  const code = (await page.getByRole('group', { name: 'Recovery code' }).textContent()) ?? '-';
  await page.emulateMedia({ media: 'print' });
  const sheet = page.locator('.print-sheet');
  await expect(sheet).toBeVisible();
  await expect(sheet).toContainText(code);
  await expect(sheet).toContainText('~/.local/share/keymolt');
  await expect(page.locator('#root')).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await expect(sheet).toBeHidden();
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Your vault is ready' })).toBeVisible();
  expect(await page.content()).not.toContain(code);
});

test('a recovery code that did not come is said so, and no empty one is shown', async ({ page, open }) => {
  await open({ status: { vault: 'missing' }, losesRecoveryCode: true });
  await page.getByLabel('Passphrase', { exact: true }).fill('four unrelated quiet words');
  await page.getByLabel('Passphrase again').fill('four unrelated quiet words');
  await page.getByRole('button', { name: 'Create vault' }).click();
  await expect(page.getByRole('alert')).toContainText('its recovery code did not arrive');
  await expect(page.getByRole('group', { name: 'Recovery code' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Your vault is ready' })).toBeVisible();
});

test('a new recovery code wants the passphrase, is shown once, and outlasts a lock on the screen', async ({
  page,
  open,
}) => {
  await open({ keys: 3 }, 'Settings');
  await page.getByRole('button', { name: 'New recovery code…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a new recovery code' });
  const field = dialog.getByLabel('Passphrase', { exact: true });
  await field.fill('not the passphrase');
  await dialog.getByRole('button', { name: 'Make a new code' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The passphrase is not right.');
  await expect(field).toHaveValue('');
  await field.fill('correct horse battery staple');
  await dialog.getByRole('button', { name: 'Make a new code' }).click();
  const shown = page.getByRole('group', { name: 'Recovery code' });
  const code = (await shown.textContent()) ?? '-';
  await expect(page.getByText('The code before is void from now on', { exact: false })).toBeVisible();
  await lock(page);
  await expect(shown).toHaveText(code);
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  expect(await page.content()).not.toContain(code);
});

test('the passphrase is changed by who knows it, or has the recovery code', async ({ page, open }) => {
  await open({ keys: 3 }, 'Settings');
  await page.getByRole('button', { name: 'Change passphrase…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the passphrase' });
  const change = async (current: string, name: string, again = 'some other quiet words'): Promise<void> => {
    await dialog.getByLabel(name, { exact: true }).fill(current);
    await dialog.getByLabel('New passphrase', { exact: true }).fill('some other quiet words');
    await dialog.getByLabel('New passphrase again').fill(again);
    await dialog.getByRole('button', { name: 'Change passphrase' }).click();
  };
  await change('correct horse battery staple', 'Current passphrase', 'another one');
  await expect(dialog.getByRole('alert')).toContainText('not the same');
  await change('wrong', 'Current passphrase');
  await expect(dialog.getByRole('alert')).toContainText('The passphrase is not right.');
  await dialog.getByText('The recovery code', { exact: true }).click();
  await change('7KQ4M-2X9TB', 'Recovery code');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('From now on the new passphrase opens the vault.')).toBeVisible();
});

test('who came in with the recovery code is told to set a passphrase until there is one', async ({
  page,
  open,
}) => {
  await open({ keys: 3, status: { vault: 'locked' } });
  const comeIn = async (code: string): Promise<void> => {
    await page.getByRole('button', { name: 'Use the recovery code instead' }).click();
    await page.getByLabel('Recovery code').fill(code);
    await page.keyboard.press('Enter');
  };
  await comeIn('AAAAA-AAAAA');
  await expect(page.getByRole('alert')).toContainText('The recovery code is not right.');
  await page.getByRole('button', { name: 'Use the passphrase instead' }).click();
  await comeIn(RECOVERY_CODE);
  const told = page.getByRole('status').filter({ hasText: 'You came in with the recovery code.' });
  await expect(told).toBeVisible();
  // It stays, wherever one goes and however often the vault locks, as long as the code opens it.
  await page.keyboard.press('7');
  await expect(told).toBeVisible();
  await lock(page);
  await comeIn(RECOVERY_CODE);
  await told.getByRole('button', { name: 'Set a new passphrase…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the passphrase' });
  await dialog.getByLabel('Recovery code', { exact: true }).fill(RECOVERY_CODE);
  await dialog.getByLabel('New passphrase', { exact: true }).fill('some other quiet words');
  // A lock in the middle: the dialog is there again, where it was, and nothing secret is in it.
  await lock(page);
  expect(await page.content()).not.toContain(RECOVERY_CODE);
  await comeIn(RECOVERY_CODE);
  await expect(dialog.getByLabel('Recovery code', { exact: true })).toHaveValue('');
  await dialog.getByLabel('Recovery code', { exact: true }).fill(RECOVERY_CODE);
  await dialog.getByLabel('New passphrase', { exact: true }).fill('some other quiet words');
  await dialog.getByLabel('New passphrase again').fill('some other quiet words');
  await dialog.getByRole('button', { name: 'Change passphrase' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(told).toHaveCount(0);
});

test('the first minutes can be left at any step, and are taken up again there', async ({ page, open }) => {
  await open({ status: { vault: 'missing' } });
  await page.getByLabel('Passphrase', { exact: true }).fill('four unrelated quiet words');
  await page.getByLabel('Passphrase again').fill('four unrelated quiet words');
  await page.getByRole('button', { name: 'Create vault' }).click();
  const code = page.getByRole('group', { name: 'Recovery code' });
  await expect(code).toBeVisible();
  await lock(page);
  await expect(code).toBeVisible();
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'Your vault is ready' })).toBeVisible();
  await lock(page);
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'Your vault is ready' })).toBeVisible();
  await page.getByRole('button', { name: 'Look around first' }).click();
  // The same ways to begin, where there is nothing yet.
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a key you have' })).toBeVisible();
  await page.getByRole('button', { name: 'Try it with the sandbox' }).click();
  await expect(page.getByText('first-key is your first key on it.', { exact: false })).toBeVisible();
  await lock(page);
  await unlock(page);
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Overview' }).click();
  const steps = page.getByRole('region', { name: 'First steps' }).getByRole('listitem');
  await expect(steps.filter({ hasText: 'A key in the vault (done)' })).toHaveCount(1);
  await expect(steps.getByRole('button')).toHaveText(['Test it', 'Run…', 'Rehearse…']);
});

const lock = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    interface Core {
      readonly vault: { lock: (none: object) => Promise<unknown> };
    }
    await (globalThis as unknown as { keymolt: Core }).keymolt.vault.lock({});
  });

const unlock = async (page: Page): Promise<void> => {
  await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery staple');
  await page.keyboard.press('Enter');
};

test('a rotation and a leak are rehearsed; left in the middle, it goes on from there', async ({
  page,
  open,
}) => {
  await open({ extraKeys: [{ name: 'mine', last_used_at: null }] }, 'Overview');
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps.getByRole('button', { name: 'Test it' })).toBeVisible();
  await steps.getByRole('button', { name: 'Rehearse…' }).click();
  const dialog = page.getByRole('dialog', { name: /A rehearsal on the sandbox/ });
  await dialog.getByRole('button', { name: 'Create a test key' }).click();
  await dialog.getByRole('button', { name: 'Ask with the key' }).click();
  await expect(dialog.getByText('The platform accepted the key.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Rotate the key' }).click();
  await expect(dialog.getByRole('list', { name: 'What was proved' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Go on later' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('rehearse');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Revoke it now' }).click();
  await expect(dialog.getByText(/^Contained in .* gets 401\.$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Finish, and forget the test key' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('That was a rotation and a leak.', { exact: false })).toBeVisible();
  await page.keyboard.press('2');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
});
