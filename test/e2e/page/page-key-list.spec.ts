import { clockTest, expect, test } from './fake-core-test.ts';

const activeRow = '[role=row][aria-selected=true]';
const table = (group: 'none' | 'owner' | 'env') => ({
  columns: ['name' as const, 'env' as const, 'due' as const, 'owner' as const],
  group,
  sort: { column: 'due' as const, descending: false },
});

test('columns are chosen, and stay chosen', async ({ page, open }) => {
  await open({ keys: 12 });
  await expect(page.getByRole('columnheader', { name: 'Last used' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Last used' }).uncheck();
  await page.getByRole('checkbox', { name: 'Project' }).check();
  await expect(page.getByRole('columnheader', { name: 'Last used' })).toHaveCount(0);
  await expect(page.getByRole('columnheader', { name: 'Project' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Name' })).toBeDisabled();
  await page.keyboard.press('Escape');
  // A lock takes what is remembered off the screen; the vault has it.
  await page.waitForTimeout(500);
  await page.keyboard.press('Control+l');
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('columnheader', { name: 'Project' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Last used' })).toHaveCount(0);
});

test('groups have heads with counts, and are opened and closed by keyboard', async ({ page, open }) => {
  await open({ keys: 42, keyTable: table('env') });
  const grid = page.getByRole('treegrid', { name: 'Keys' });
  await expect(grid).toHaveAttribute('aria-rowcount', '46');
  const dev = page.getByRole('row', { expanded: true }).first();
  await expect(dev).toContainText('dev14');
  await grid.focus();
  await page.keyboard.press('Home');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-level', '1');
  await page.keyboard.press('ArrowLeft');
  await expect(grid).toHaveAttribute('aria-rowcount', '32');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(activeRow)).toContainText('staging');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(grid).toHaveAttribute('aria-rowcount', '46');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-level', '1');
  // The search looks within the groups, and its empty ones are not there.
  await page.getByRole('searchbox').fill('agent-dev-01');
  await expect(grid).toHaveAttribute('aria-rowcount', '3');
});

test('the most urgent keys are there before all others, in their number and their order', async ({
  open,
  page,
}) => {
  const scenario = { keys: 10_000, place: { at: 'screen', screen: 'keys' } } as const;
  const firstRows = () => page.locator('main [role=row] [data-column=name]').allInnerTexts();
  await open({ ...scenario, onlyFirstKeys: true });
  await expect(page.getByText('10,000 keys').first()).toBeVisible();
  const seen = await firstRows();
  expect(seen.length).toBeGreaterThan(10);
  // What is not here yet is not said to be missing.
  await page.getByRole('searchbox').fill('no such key');
  await expect(page.getByRole('status', { name: /Loading/ })).toBeVisible();
  await open(scenario);
  await expect(page.locator('main[data-loaded]')).toBeVisible();
  expect(await firstRows()).toEqual(seen);
});

test('ten thousand keys with names of 200 characters: grouped, scrolled to the end, nothing sideways', async ({
  page,
  open,
}) => {
  await open({ keys: 10_000, longNames: true, keyTable: table('owner') });
  const grid = page.getByRole('treegrid', { name: 'Keys' });
  await expect(grid).toHaveAttribute('aria-rowcount', '10008');
  await grid.focus();
  await page.keyboard.press('End');
  await expect(page.locator(activeRow)).toBeInViewport();
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
});

test('one search finds a key by name, owner, project, prefix and fingerprint', async ({ page, open }) => {
  await open({
    keys: 42,
    extraKeys: [
      {
        name: 'needle',
        owner: 'tide-owner',
        project: 'lighthouse-project',
        prefix: 'mbd_test_QqQ',
        fingerprint: 'feedfacecafebeef',
      },
    ],
  });
  for (const words of ['needle', 'tide-owner', 'lighthouse', 'test_qqq', 'feedface', 'needle tide light']) {
    await page.getByRole('searchbox').fill(words);
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await expect(page.getByRole('gridcell', { name: 'needle' })).toBeVisible();
  }
});

test('a fact is changed where it stands; Esc puts it back, and a lock loses nothing that was typed', async ({
  page,
  open,
}) => {
  await open({ extraKeys: [{ name: 'billing', owner: 'agents-team' }] });
  await page.getByRole('row', { name: 'billing' }).click();
  await page.getByRole('button', { name: 'Change owner: agents-team' }).click();
  const field = page.getByRole('textbox', { name: 'Owner' });
  await expect(field).toBeFocused();
  await field.fill('somebody');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Change owner: agents-team' })).toBeFocused();
  await page.keyboard.press('Enter');
  await field.fill('tide');
  await page.keyboard.press('Control+l');
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('tide');
  await field.press('Enter');
  await expect(page.getByRole('button', { name: 'Change owner: tide' })).toBeFocused();
  await page.getByRole('button', { name: 'Change rotate every: 90' }).click();
  await page.getByRole('spinbutton', { name: 'Rotate every' }).fill('30');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Change rotate every: 30' })).toBeVisible();
});

test('the platform’s id of a key is proposed, and given where it stands', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'by-hand', key_id: null }] });
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Check with the platforms' }).click();
  await expect(
    page.getByRole('alert').filter({ hasText: 'Which key of the platform is dev/by-hand?' }),
  ).toContainText('key_9f31');
  await page.getByRole('row', { name: 'by-hand' }).click();
  const details = page.getByRole('complementary');
  await details.getByRole('button', { name: 'Change key id: None' }).click();
  const field = details.getByRole('textbox', { name: 'Key id' });
  await field.fill('key 9f31');
  await field.press('Enter');
  await expect(details.getByRole('alert')).toContainText('Letters, digits');
  await field.fill('key_9f31');
  await field.press('Enter');
  await expect(details.getByRole('button', { name: 'Change key id: key_9f31' })).toBeVisible();
  await expect(details.getByRole('button', { name: 'Copy key id' })).toBeVisible();
});

test('characters that cannot be seen are left out of what is pasted', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'billing', owner: null }] });
  await page.getByRole('row', { name: 'billing' }).click();
  await page.getByRole('button', { name: 'Change owner: None' }).click();
  const field = page.getByRole('textbox', { name: 'Owner' });
  await field.evaluate((input: HTMLInputElement) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(
      input,
      'ti\u202ede\u200b\u0007\u001b[31m',
    );
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect(field).toHaveValue('tide[31m');
  await expect(page.getByText('Characters that cannot be seen were left out.')).toBeVisible();
  await field.press('Enter');
  await expect(page.getByRole('button', { name: 'Change owner: tide[31m' })).toBeVisible();
});

test('the list of addresses says what it admits, and warns of everyone', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'listed', cidrs: ['203.0.113.0/24'] }] });
  await page.getByRole('row', { name: 'listed' }).click();
  await page.getByRole('button', { name: /^Change allowed addresses/ }).click();
  const field = page.getByRole('textbox', { name: 'Allowed addresses' });
  await expect(page.getByText('256 IPv4 addresses: 203.0.113.0 – 203.0.113.255')).toBeVisible();
  await field.fill('10.0.0.0/8\n0.0.0.0/0\n2001:db8::/32');
  await expect(page.getByText('Everyone: every IPv4 address is admitted')).toBeVisible();
  await expect(page.getByText('a platform on the internet never sees these addresses')).toBeVisible();
  await expect(page.getByText('Admits 4,294,967,296 IPv4 and 2⁹⁶ IPv6 addresses.')).toBeVisible();
  await field.fill('10.0.0.256');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('“10.0.0.256”: not an address or network');
  await field.fill('198.51.100.7');
  await expect(page.getByText('one IPv4 address', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Change allowed addresses: 198.51.100.7' })).toBeVisible();
});

clockTest(
  'a copied value is counted down in the bar of the list, and in nothing else',
  async ({ page, open }) => {
    await page.clock.install();
    await open({ keys: 4 });
    await page.getByRole('grid').focus();
    await page.keyboard.press('c');
    await page.clock.runFor(1000);
    await expect(page.getByText(/^Clears in 29 sec: /)).toBeVisible();
    await expect(page.getByText(/A clipboard history may keep it longer/)).toBeVisible();
    await page.clock.runFor(30_000);
    await expect(page.getByText(/^Clears in/)).toHaveCount(0);
  },
);

test('the timeline tells what happened, newest first', async ({ page, open }) => {
  await open({ keys: 4 });
  await page.getByRole('row').nth(1).click();
  const events = page.getByRole('complementary').getByRole('listitem');
  await expect(events.first()).toContainText('Used 14 times');
  await expect(events.last()).toContainText('Created');
});
