import { expect, test } from './fake-core-test.ts';
import { lockAndUnlock } from './lock-and-unlock.ts';

test('when Keymolt asks is changed with the passphrase only', async ({ page, open }) => {
  await open({ keys: 4 }, 'Settings');
  await page.getByRole('combobox', { name: 'When prod asks' }).click();
  await page.getByRole('option', { name: 'Never' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Passphrase').fill('not it');
  await dialog.getByRole('button', { name: 'Change' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(/The passphrase is not the one/);
  await expect(dialog.getByLabel('Passphrase')).toHaveValue('');
  await expect(dialog.getByLabel('Passphrase')).toBeFocused();
  await dialog.getByLabel('Passphrase').fill('correct horse battery staple');
  await dialog.getByRole('button', { name: 'Change' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('prod is changed.')).toBeVisible();
});

test('automatic rotation has an hour; that it opens a locked vault takes a keychain and the passphrase', async ({
  page,
  open,
}) => {
  await open({ keys: 4 }, 'Settings');
  const group = page.getByRole('region', { name: 'Automatic rotation' });
  const hour = group.getByLabel('Hour of automatic rotation in dev');
  const unlocks = group.getByRole('switch', { name: 'Rotate keys of dev also while the vault is locked' });
  await hour.fill('03:30');
  await hour.blur();
  await expect(group.getByText('takes the system keychain')).toBeVisible();
  await expect(unlocks).toBeDisabled();

  await open({ keys: 4, status: { keychain: 'available' } }, 'Settings');
  await expect(unlocks).toBeDisabled();
  await hour.fill('03:30');
  await hour.blur();
  await unlocks.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('nobody else is let in');
  await dialog.getByLabel('Passphrase').fill('not it');
  await dialog.getByRole('button', { name: 'Allow' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(/The passphrase is not the one/);
  await expect(dialog.getByLabel('Passphrase')).toHaveValue('');
  await expect(unlocks).not.toBeChecked();
  await dialog.getByLabel('Passphrase').fill('correct horse battery staple');
  await dialog.getByRole('button', { name: 'Allow' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(unlocks).toBeChecked();
  await expect(hour).toHaveValue('03:30');
  // Off takes nothing.
  await unlocks.click();
  await expect(unlocks).not.toBeChecked();
  await hour.fill('');
  await hour.blur();
  await expect(unlocks).toBeDisabled();
});

test('the dry run says what rotates, what waits for an unlocked vault, and why the rest stays', async ({
  page,
  open,
}) => {
  const due = new Date(Date.now() + 86_400_000 * 1.5).toISOString();
  const key = (name: string, why: string | null, waits = false) => ({
    key: `prod/${name}`,
    due_at: due,
    rotates: why === null,
    why,
    waits_for_unlock: waits,
  });
  const stays = Array.from({ length: 60 }, (_, at) => key(`later-${at}`, 'not due yet'));
  await open(
    {
      keys: 4,
      plan: {
        env: 'prod',
        auto_rotate_at: '03:30',
        auto_rotate_unlocks: true,
        next_run_at: due,
        keys: [...stays, key('held', null, true), key('plain', null)],
      },
    },
    'Settings',
  );
  await page.getByRole('button', { name: 'Dry run of prod' }).click();
  const dialog = page.getByRole('dialog');
  const rotates = dialog.getByRole('region', { name: '2 keys rotate' }).getByRole('listitem');
  await expect(rotates.filter({ hasText: 'held' })).toContainText('Not while the vault is locked');
  await expect(rotates.filter({ hasText: 'plain' })).not.toContainText('locked');
  const staying = dialog.getByRole('region', { name: '60 keys stay as they are' });
  await expect(staying.getByRole('listitem').first()).toContainText('not due yet');
  await expect(staying).toContainText('and 10 more');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Dry run of prod' })).toBeFocused();
});

test('an address that live keys would go to takes the passphrase, from the doctor and from the settings', async ({
  page,
  open,
}) => {
  await open(
    {
      extraKeys: [{ name: 'live-one', env: 'prod' }],
    },
    'Settings',
  );
  await page.getByRole('button', { name: 'Change MoltbotDen Hosting' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings of MoltbotDen Hosting' });
  const address = dialog.getByRole('textbox', { name: 'Address' });
  const passphrase = dialog.getByLabel('Passphrase');
  const save = dialog.getByRole('button', { name: 'Save' });
  await address.fill('http://proxy.example');
  await save.click();
  await expect(dialog.getByRole('alert')).toContainText('it is not https');
  await expect(passphrase).toHaveCount(0);
  await address.fill('https://proxy.example/v1');
  await save.click();
  await expect(dialog).toContainText('Live keys would be sent to https://proxy.example from now on');
  await passphrase.fill('not it');
  await save.click();
  await expect(dialog.getByRole('alert')).toContainText('The passphrase is not right.');
  await expect(passphrase).toBeFocused();
  await expect(passphrase).toHaveValue('');
  // Another address is another question.
  await address.fill('https://other.example/v1');
  await expect(passphrase).toHaveCount(0);
  await save.click();
  await passphrase.fill('correct horse battery staple');
  await save.click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('cell', { name: 'https://other.example/v1' })).toBeVisible();
  // Of one environment, and back again.
  await page.getByRole('button', { name: 'Change MoltbotDen Hosting' }).click();
  await dialog.getByRole('combobox', { name: 'Environment' }).click();
  await page.getByRole('option', { name: 'dev' }).click();
  await address.fill('https://dev.example');
  await save.click();
  await expect(page.getByText('dev: https://dev.example')).toBeVisible();

  await open({
    extraKeys: [
      { name: 'agent', env: 'prod', last_check: { at: '2026-01-01T00:00:00Z', outcome: 'NOT_FOUND' } },
    ],
    platforms: { 'den-hosting': { base_url: 'https://elsewhere.example' } },
  });
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Diagnose' }).click();
  await page.getByRole('button', { name: 'Set the address…' }).click();
  await page.getByRole('group', { name: 'Set the address' }).getByRole('button').first().click();
  await expect(address).toHaveValue('https://api.moltbotden.com/v1/hosting');
  await passphrase.fill('correct horse battery staple');
  await save.click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(/is healthy/);
});

test('another environment is there at once, after its name was looked at as it was typed', async ({
  page,
  open,
}) => {
  await open({ keys: 4 }, 'Settings');
  await page.getByRole('button', { name: 'Add environment…' }).click();
  const dialog = page.getByRole('dialog', { name: /Add an environment/ });
  const name = dialog.getByRole('textbox', { name: 'Name' });
  for (const [typed, said] of [
    ['EU', 'Begin with a small letter'],
    ['staging', 'There is an environment staging already.'],
    ['production', 'production is another word for prod.'],
  ] as const) {
    await name.fill(typed);
    await expect(dialog.getByText(said)).toBeVisible();
    await name.press('Enter');
    await expect(name).toBeFocused();
  }
  await name.fill('eu-prod');
  await dialog.getByRole('radio', { name: 'Live' }).check();
  await lockAndUnlock(page);
  await expect(name).toHaveValue('eu-prod');
  await expect(dialog.getByRole('radio', { name: 'Live' })).toBeChecked();
  await expect(dialog.getByText('eu-prod · LIVE')).toBeVisible();
  await dialog.getByRole('button', { name: 'Add eu-prod' }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('banner').getByText('EU-PROD · LIVE').click();
  await expect(page.getByText('LIVE · You are looking at eu-prod.')).toBeVisible();
});

test('who is signed in is listed; one of all environments is signed out alone, also by name', async ({
  page,
  open,
}) => {
  await open({ keys: 4, sessions: [{}, { env: 'prod' }] }, 'Settings');
  const group = page.getByRole('region', { name: 'Sign-ins' });
  await expect(group.getByRole('row')).toHaveCount(3);
  await group
    .getByRole('button', {
      name: 'Sign ops@northern-harbours.example out of MoltbotDen Hosting',
      exact: true,
    })
    .click();
  await expect(group.getByRole('row')).toHaveCount(2);
  await expect(group.getByRole('row').nth(1)).toContainText('prod');
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('sign ops');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /out of MoltbotDen Hosting in prod/ })
    .click();
  await expect(group.getByText('Nobody is signed in.')).toBeVisible();

  // A web API key that the platform does not document is asked for with the rest.
  const settings = {
    firebase_sign_in_url: 'https://a.example/in',
    firebase_token_url: 'https://b.example/t',
  };
  await open({ keys: 4, platforms: { 'den-hosting': { settings } } }, 'Settings');
  await group.getByRole('button', { name: 'Sign in…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in to a platform' });
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('ops@northern-harbours.example');
  await expect(dialog.getByRole('button', { name: 'Sign in', exact: true })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Web API key' }).fill('web-key');
  await expect(dialog.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
});

test('a platform is imported once what it says was looked at; a wrong file says where it is wrong', async ({
  page,
  open,
}) => {
  const harbour = { id: 'harbour', name: 'Harbour', baseUrl: 'https://harbour.example/v1' };
  await open(
    {
      keys: 4,
      definitions: ['{\n  "format" 1\n}', null, harbour, { ...harbour, baseUrl: 'https://other.example' }],
    },
    'Settings',
  );
  const group = page.getByRole('region', { name: 'Platforms' });
  const dialog = page.getByRole('dialog', { name: 'Import a platform' });
  const choose = dialog.getByRole('button', { name: 'Choose a file…' });
  await group.getByRole('button', { name: 'Import a platform…' }).click();
  await choose.click();
  await expect(dialog.getByRole('alert')).toContainText('line 2, column 12 has no colon after a name');
  await expect(choose).toBeFocused();
  await choose.click();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await choose.click();
  await expect(dialog.getByText('https://harbour.example/v1', { exact: true })).toBeVisible();
  await lockAndUnlock(page);
  await expect(dialog.getByText('say whose a key is, create keys, list keys')).toBeVisible();
  await dialog.getByRole('button', { name: 'Import Harbour' }).click();
  await expect(group.getByRole('row', { name: 'Harbour' })).toContainText('https://harbour.example/v1');

  await group.getByRole('button', { name: 'Import a platform…' }).click();
  await choose.click();
  await expect(dialog.getByText('Takes the place of Harbour')).toBeVisible();
  await dialog.getByRole('button', { name: 'Import Harbour' }).click();
  const passphrase = dialog.getByLabel('Passphrase');
  await expect(passphrase).toBeFocused();
  await passphrase.fill('not it');
  await passphrase.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('The passphrase is not right.');
  await expect(passphrase).toBeFocused();
  await passphrase.fill('correct horse battery staple');
  await passphrase.press('Enter');
  await expect(group.getByRole('row', { name: 'Harbour' })).toContainText('https://other.example');
});
