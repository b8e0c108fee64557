import { expect, test } from './fake-core-test.ts';

test('where a key is used: places are added, checked and taken off, and its holders are named', async ({
  page,
  open,
}) => {
  await open({
    extraKeys: [{ name: 'agent' }],
    status: {
      runs: [
        {
          run_id: 'r1',
          pid: 4711,
          command: 'node',
          cwd: '/home/me',
          env: 'dev',
          since: '2026-03-12T09:04:05Z',
          keys: ['dev/agent'],
          laggard: true,
        },
      ],
    },
  });
  await page.getByRole('row', { name: 'agent' }).click();
  const details = page.getByRole('complementary', { name: 'Details of agent' });
  await expect(details).toContainText('Nowhere that Keymolt knows of.');
  await expect(details).toContainText('node · pid 4711');
  await expect(details).toContainText('an older value');

  await details.getByRole('button', { name: 'Add a place…' }).click();
  const dialog = page.getByRole('dialog', { name: /Where agent is used/ });
  const add = dialog.getByRole('button', { name: 'Add' });
  await dialog.getByRole('textbox', { name: 'File' }).fill('agents/.env');
  await add.click();
  await expect(dialog.getByRole('alert')).toContainText('Give the whole path of the file');
  await dialog.getByRole('textbox', { name: 'File' }).fill('/home/me/missing/.env');
  await add.click();
  await expect(dialog.getByRole('alert')).toContainText('is not there');
  // A lock in the middle.
  await page.keyboard.press('Control+l');
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('textbox', { name: 'File' })).toHaveValue('/home/me/missing/.env');
  await expect(dialog.getByRole('textbox', { name: 'Variable' })).toHaveValue('MOLTBOTDEN_API_KEY');
  await dialog.getByRole('textbox', { name: 'File' }).fill('/home/me/agents/.env');
  await add.click();
  await expect(dialog).toHaveCount(0);
  await expect(details).toContainText('/home/me/agents/.env');

  // One that holds something else is put on the list, and said so.
  await details.getByRole('button', { name: 'Add a place…' }).click();
  await dialog.getByRole('textbox', { name: 'File' }).fill('/srv/other/read-only.env');
  await add.click();
  await expect(dialog).toContainText('the next rotation replaces it');
  await dialog.getByRole('button', { name: 'Done' }).click();

  // A command.
  await details.getByRole('button', { name: 'Add a place…' }).click();
  await dialog.getByRole('combobox', { name: 'Kind of place' }).click();
  await page.getByRole('option', { name: 'Command', exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Command' }).fill('deploy --to shop');
  await dialog.getByRole('textbox', { name: 'Folder' }).fill('/srv/shop');
  await add.click();
  await expect(dialog.getByRole('alert')).toContainText('the program with its whole path');
  await dialog.getByRole('textbox', { name: 'Command' }).fill('/usr/local/bin/deploy --to shop');
  await add.click();
  await expect(details).toContainText('/usr/local/bin/deploy --to shop');
  await expect(details).toContainText('on its input');

  await details.getByRole('button', { name: 'Check them' }).click();
  await expect(details.getByText('Ready for a rotation · has the present value')).toBeVisible();
  await expect(details.getByText('The file is read-only. · has the present value')).toBeVisible();
  await details.getByRole('button', { name: 'Take /srv/other/read-only.env off the list' }).click();
  await expect(details).not.toContainText('read-only');
});
