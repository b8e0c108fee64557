import { clockTest, expect, test } from './fake-core-test.ts';

const activeRow = '[role=row][aria-selected=true]';

test('the list is gone through by keyboard, and the focus returns where it came from', async ({
  page,
  open,
}) => {
  await open({ keys: 42 });
  const grid = page.getByRole('grid', { name: 'Keys' });
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(grid).toBeFocused();
  await expect(page.locator(activeRow)).toHaveAttribute('aria-rowindex', '2');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-rowindex', '4');
  await expect(grid).toHaveAttribute(
    'aria-activedescendant',
    (await page.locator(activeRow).getAttribute('id')) ?? '-',
  );
  const name = (await page.locator(`${activeRow} [data-column=name]`).textContent()) ?? '';
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: `Details of ${name}` })).toBeVisible();
  await page.keyboard.press('End');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-rowindex', '43');
  await page.keyboard.press('Home');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-rowindex', '2');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary')).toHaveCount(0);
  await expect(grid).toBeFocused();
});

test('closing a dialog gives the focus back to what opened it', async ({ page, open }) => {
  await open({ keys: 4 });
  const run = page.getByRole('button', { name: 'Run…' });
  await run.click();
  await expect(page.getByRole('textbox', { name: 'Command' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(run).toBeFocused();
});

test('overdue keys come first, and a column head turns the order round', async ({ page, open }) => {
  await open({ keys: 42 });
  const due = page.locator('[role=gridcell][data-column=due]');
  await expect(due.first()).toHaveText(/^Overdue/);
  await page.getByRole('button', { name: 'Rotation due' }).click();
  await expect(page.getByRole('columnheader', { name: 'Rotation due' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(due.first()).not.toHaveText(/^Overdue/);
});

test('what is overdue and what goes on is counted beside Rotation, and in the frame', async ({
  page,
  open,
}) => {
  const overdue = { days_left: -3, due_at: new Date(Date.now() - 3 * 86_400_000).toISOString() };
  const extraKeys = [
    { name: 'late', ...overdue },
    { name: 'later', ...overdue },
    { name: 'gone', ...overdue, status: 'revoked' as const },
    { name: 'agent' },
  ];
  await open({ extraKeys, rotations: [{ key: 'agent' }] });
  const place = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Rotation' });
  await expect(place).toHaveText('Rotation3');
  await expect(page.getByRole('contentinfo')).toContainText('2 overdue');
});

test('ten thousand keys: only what is in sight exists, and the search finds the one', async ({
  page,
  open,
}) => {
  await open({
    keys: 10_000,
    extraKeys: [{ name: 'needle-in-the-hay', owner: 'tide', env: 'prod', days_left: 3000 }],
  });
  const grid = page.getByRole('grid', { name: 'Keys' });
  await expect(grid).toHaveAttribute('aria-rowcount', '10002');
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  await page.getByRole('searchbox').pressSequentially('needle tid');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await expect(page.getByRole('gridcell', { name: 'needle-in-the-hay' })).toBeVisible();
  await page.getByRole('searchbox').fill('');
  // The list follows the field when there is time.
  await expect(grid).toHaveAttribute('aria-rowcount', '10002');
  await grid.focus();
  await page.keyboard.press('End');
  await expect(page.locator(activeRow)).toHaveAttribute('aria-rowindex', '10002');
  await expect(page.locator(activeRow)).toBeInViewport();
  expect(await page.getByRole('row').count()).toBeLessThan(60);
});

test('the environment filter shows that place alone, and says LIVE in words', async ({ page, open }) => {
  await open({ keys: 42 });
  await page.getByRole('radio', { name: 'PROD · LIVE' }).check();
  const places = await page.locator('[role=gridcell][data-column=env]').allTextContents();
  expect(new Set(places)).toEqual(new Set(['prod · LIVE']));
  await expect(page.getByText('LIVE · You are looking at prod.')).toBeVisible();
  await page.getByRole('radio', { name: 'dev' }).check();
  expect(new Set(await page.locator('[role=gridcell][data-column=env]').allTextContents())).toEqual(
    new Set(['dev']),
  );
});

clockTest('a copied value counts down to its clearing', async ({ page, open }) => {
  await page.clock.install();
  await open({ keys: 4 });
  await page.getByRole('row').nth(2).click();
  await page.getByRole('button', { name: 'Copy value' }).click();
  await page.clock.runFor(1000);
  await expect(page.getByRole('button', { name: 'Clears in 29 sec' })).toBeVisible();
  await page.clock.runFor(30_000);
  await expect(page.getByRole('button', { name: 'Copy value' })).toBeVisible();
});

test('locking takes the keys off the screen, and unlocking comes back to the same place', async ({
  page,
  open,
}) => {
  await open({ keys: 42 });
  await page.getByRole('radio', { name: 'staging' }).check();
  await page.keyboard.press('Control+l');
  await expect(page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  await expect(page.getByText('You locked it.')).toBeVisible();
  await expect(page.getByRole('grid')).toHaveCount(0);
  await page.getByLabel('Passphrase').fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio', { name: 'staging' })).toBeChecked();
});

test('three wrong passphrases hold the next one back, and say for how long', async ({ page, open }) => {
  await open({ status: { vault: 'locked' } });
  for (let tries = 0; tries < 3; tries += 1) {
    await page.getByLabel('Passphrase').fill('not it');
    await page.getByRole('button', { name: 'Unlock vault' }).click();
    await expect(page.getByRole('alert')).toHaveText(/The passphrase is not the one of this vault/);
    await expect(page.getByLabel('Passphrase')).toHaveValue('');
    await expect(page.getByLabel('Passphrase')).toBeFocused();
  }
  await expect(page.getByRole('button', { name: /^Next try in/ })).toBeDisabled();
});

test('a core that is gone is said so, and come back to', async ({ page, open }) => {
  await open({ keys: 4, lost: ['vault.lock'] });
  await page.getByRole('button', { name: /^Lock the vault now/ }).click();
  await expect(page.getByRole('grid')).toBeVisible();
  await page.evaluate(() => {
    const { fakeCore } = globalThis as unknown as { fakeCore: { change: (next: object) => void } };
    fakeCore.change({ vault: 'locked', lock_reason: 'idle' });
  });
  await expect(page.getByText('It locked because nothing happened for a while.')).toBeVisible();
});
