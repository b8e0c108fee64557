import type { Page } from '@playwright/test';
import { ACCOUNT_PASSWORD } from '../../support/fake-core/platforms.ts';
import { expect, test } from './fake-core-test.ts';

const CANARY = 'mbd_test_canary0123456789abcdefghijklmn';

const choosePlatform = async (page: Page): Promise<void> => {
  await page.getByRole('combobox', { name: 'Platform' }).click();
  await page.getByRole('option', { name: 'MoltbotDen Hosting' }).click();
};

/** Whether a text is left anywhere in the page: the document, its fields, its storage, its title and address. */
const isInPage = (page: Page, text: string): Promise<boolean> =>
  page.evaluate((wanted) => {
    const fields = [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    );
    const stored = [localStorage, sessionStorage].map((storage) => JSON.stringify(Object.entries(storage)));
    return [document.documentElement.outerHTML, document.title, location.href, ...stored, ...fields].some(
      (place) => place.includes(wanted),
    );
  }, text);

test('a pasted value is gone from the page as soon as it is sent; warnings are shown', async ({
  page,
  open,
}) => {
  await open({ keys: 4, warnings: ['The value ends with a blank.'] });
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('my-new-key');
  await choosePlatform(page);
  await page.getByLabel('Value').fill(CANARY);
  await page.getByRole('dialog').getByRole('button', { name: 'Add key' }).click();
  await expect(page.getByText('The value ends with a blank.')).toBeVisible();
  expect(await isInPage(page, CANARY)).toBe(false);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('complementary', { name: 'Details of my-new-key' })).toBeVisible();
});

test('a refused value is not kept either, while everything else that was typed is', async ({
  page,
  open,
}) => {
  await open({
    keys: 4,
    fails: {
      'keys.add': { code: 'BAD_VALUE', message: 'The value has a line break.', hint: 'Copy it again.' },
    },
  });
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('my-new-key');
  await choosePlatform(page);
  await page.getByLabel('Value').fill(CANARY);
  await page.getByRole('dialog').getByRole('button', { name: 'Add key' }).click();
  await expect(page.getByRole('alert')).toHaveText(/The value has a line break.*Paste it again/s);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('my-new-key');
  expect(await isInPage(page, CANARY)).toBe(false);
});

test('a lock in the middle of a form keeps what was typed, but never the value', async ({ page, open }) => {
  await open({ keys: 4 });
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('half-typed');
  await page.getByLabel('Value').fill(CANARY);
  await page.keyboard.press('Control+l');
  await expect(page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  expect(await isInPage(page, CANARY)).toBe(false);
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('half-typed');
  await expect(page.getByLabel('Value')).toHaveValue('');
});

test('a passphrase is typed twice, and is gone once the vault is made; the recovery code is shown this once', async ({
  page,
  open,
}) => {
  await open({ status: { vault: 'missing' } });
  const passphrase = 'canary four quiet words';
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('Passphrase again').fill('something else');
  await page.getByRole('button', { name: 'Create vault' }).click();
  await expect(page.getByRole('alert')).toHaveText(/not the same/);
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('Passphrase again').fill(passphrase);
  await page.getByRole('button', { name: 'Create vault' }).click();
  const code = (await page.getByRole('group', { name: 'Recovery code' }).textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-Z-]{30,}$/);
  expect(await isInPage(page, passphrase)).toBe(false);
  await expect(page.getByRole('button', { name: 'Continue' })).toBeDisabled();
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  expect(await isInPage(page, code)).toBe(false);
  await page.getByRole('button', { name: 'Try it with the sandbox' }).click();
  await expect(page.getByRole('complementary', { name: 'Details of first-key' })).toBeVisible();
  await expect(page.getByText('Sandbox running')).toBeVisible();
});

test('revoking waits for the name to be typed', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'staging-ci-key', env: 'staging' }] });
  await page.getByRole('row', { name: 'staging-ci-key' }).click();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  const revoke = page.getByRole('button', { name: 'Revoke staging-ci-key' });
  await expect(revoke).toBeDisabled();
  await page.getByLabel('Type staging-ci-key to confirm').fill('staging-ci');
  await expect(revoke).toBeDisabled();
  await page.getByLabel('Type staging-ci-key to confirm').fill('staging-ci-key');
  await revoke.click();
  await expect(page.locator('[role=gridcell][data-column=status]')).toHaveText('Revoked');
  await expect(page.getByRole('button', { name: 'Revoke…' })).toBeDisabled();
});

test('forgetting takes the key off the list', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'old-bot' }, { name: 'new-bot' }] });
  await page.getByRole('row', { name: 'old-bot' }).click();
  await page.getByRole('button', { name: 'Forget…' }).click();
  await page.getByLabel('Type old-bot to confirm').fill('old-bot');
  await page.getByRole('button', { name: 'Forget old-bot' }).click();
  await expect(page.getByRole('row', { name: 'old-bot' })).toHaveCount(0);
  await expect(page.getByRole('row', { name: 'new-bot' })).toBeVisible();
});

test('a key is created on a platform that can, without being shown', async ({ page, open }) => {
  await open({ keys: 4 });
  await page.getByRole('button', { name: 'Add key' }).click();
  await page.getByRole('menuitem', { name: 'Create on a platform…' }).click();
  await page.getByRole('combobox', { name: 'Platform' }).click();
  await expect(page.getByRole('option')).toHaveText(['MoltbotDen Hosting']);
  await page.getByRole('option').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('fresh-key');
  await page.getByRole('button', { name: 'Create fresh-key' }).click();
  await expect(page.getByRole('complementary', { name: 'Details of fresh-key' })).toBeVisible();
});

test('where nobody is there to ask with, the way on is to sign in; the password is nowhere afterwards', async ({
  page,
  open,
}) => {
  await open({ createNeedsSession: true, extraKeys: [{ name: 'one' }] });
  await page.getByRole('button', { name: 'Add key' }).click();
  await page.getByRole('menuitem', { name: 'Create on a platform…' }).click();
  await choosePlatform(page);
  await page.getByRole('textbox', { name: 'Name' }).fill('fresh-key');
  await page.getByRole('button', { name: 'Create fresh-key' }).click();
  await page.getByRole('alert').getByRole('button', { name: 'Sign in…' }).click();

  const dialog = page.getByRole('dialog', { name: 'Sign in to a platform' });
  const submit = dialog.getByRole('button', { name: 'Sign in', exact: true });
  await expect(dialog.getByRole('combobox', { name: 'Environment' })).toHaveValue('dev');
  await expect(submit).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('ops@northern-harbours.example');
  await dialog.getByLabel('Password', { exact: true }).fill('canary-password');
  await page.keyboard.press('Control+l');
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toHaveValue('ops@northern-harbours.example');
  await expect(dialog.getByLabel('Password', { exact: true })).toHaveValue('');
  await dialog.getByLabel('Password', { exact: true }).fill('canary-password');
  await submit.click();
  await expect(dialog.getByRole('alert')).toHaveText(/does not accept this e-mail address and password/);
  await expect(dialog.getByLabel('Password', { exact: true })).toBeFocused();
  expect(await isInPage(page, 'canary-password')).toBe(false);
  await dialog.getByLabel('Password', { exact: true }).fill(ACCOUNT_PASSWORD);
  await submit.click();
  await expect(
    page.getByText('ops@northern-harbours.example is signed in to MoltbotDen Hosting.'),
  ).toBeVisible();
  expect(await isInPage(page, ACCOUNT_PASSWORD)).toBe(false);
  await page.getByRole('button', { name: 'Create fresh-key' }).click();
  await expect(page.getByRole('complementary', { name: 'Details of fresh-key' })).toBeVisible();
});

test('an unclosed quote is said before anything starts', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'first-key' }] });
  await page.getByRole('button', { name: 'Run…' }).click();
  await page.getByRole('textbox', { name: 'Command' }).fill('node "agent.js');
  await page.getByRole('button', { name: 'Run in dev' }).click();
  await expect(page.getByRole('alert')).toHaveText('A " quote is not closed.');
});

const ROTATING = {
  code: 'ROTATION_UNFINISHED',
  message: 'A rotation of dev/agent is open (stored).',
  hint: 'Go on with `keymolt rotate resume dev/agent`.',
} as const;

test('a key that is being rotated already leads to where that is', async ({ page, open }) => {
  await open({
    extraKeys: [{ name: 'agent' }],
    rotations: [{ key: 'agent', env: 'dev' }],
    fails: {
      'rotations.start': ROTATING,
      'keys.revoke': ROTATING,
    },
  });
  const details = page.getByRole('complementary');
  const dialog = page.getByRole('dialog');
  await page.getByRole('row', { name: 'agent' }).last().click();
  await details.getByRole('button', { name: 'Revoke…' }).click();
  await page.keyboard.type('agent');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('go on with it there, or put it back');
  await expect(dialog.getByRole('button', { name: 'See the open rotation' })).toBeFocused();
  await page.keyboard.press('Escape');
  await details.getByRole('button', { name: 'Rotate…' }).click();
  await dialog.getByRole('button', { name: 'Start rotation' }).click();
  await expect(dialog.getByRole('alert')).toContainText('go on with it there, or put it back');
  await expect(dialog.getByRole('button', { name: 'Start rotation' })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article', { name: 'dev/agent' })).toBeVisible();
});
