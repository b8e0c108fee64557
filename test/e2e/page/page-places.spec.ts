import { expect, test } from './fake-core-test.ts';

test('every place is reached by its digit, by the side bar and by name', async ({ page, open }) => {
  await open({ keys: 42, auditEntries: 3 }, 'Overview');
  const heading = page.getByRole('heading', { level: 1 });
  const places = ['Overview', 'Keys', 'Rotation', 'Headroom', 'Doctor', 'Agents', 'Audit', 'Settings'];
  for (const [index, place] of places.entries()) {
    await page.keyboard.press(String(index + 1));
    await expect(heading).toHaveText(place);
    await expect(page.getByRole('navigation').getByRole('button', { name: place })).toHaveAttribute(
      'aria-current',
      'page',
    );
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('headr');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(heading).toHaveText('Headroom');
});

test('the overview names what is most urgent first, and leads to it', async ({ page, open }) => {
  await open(
    {
      extraKeys: [
        { name: 'fine' },
        { name: 'late', env: 'prod', days_left: -4 },
        { name: 'idle', last_used_at: '2020-01-01T00:00:00Z' },
        { name: 'soon', days_left: 6 },
      ],
    },
    'Overview',
  );
  const lines = page.getByRole('list').filter({ hasText: 'Overdue' }).getByRole('listitem');
  await expect(lines).toHaveText([
    /Overdue 4 days.*late/,
    /3 of 30 left.*fine/,
    /Due in 6 days.*soon/,
    /Unused [\d,]+ days.*idle/,
  ]);
  await page.getByRole('button', { name: 'Rotate… late' }).click();
  await expect(page.getByRole('dialog', { name: /Rotate late/ })).toBeVisible();
});

test('a key is found by its fingerprint from anywhere, and typing in the search goes to the list', async ({
  page,
  open,
}) => {
  await open({ keys: 42, extraKeys: [{ name: 'needle', fingerprint: 'feedc0de12345678' }] }, 'Audit');
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('feedc0de');
  await page.getByRole('button', { name: /needle/ }).click();
  await expect(page.getByRole('complementary', { name: 'Details of needle' })).toBeVisible();
  await page.keyboard.press('6');
  await page.getByRole('searchbox').pressSequentially('need');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keys');
  await expect(page.getByRole('grid', { name: 'Keys' })).toHaveAttribute('aria-rowcount', '2');
});

test('older entries of the audit log come when asked for, and a filter works on what is shown', async ({
  page,
  open,
}) => {
  await open({ auditEntries: 260 }, 'Audit');
  const rows = page.getByRole('row');
  await expect(rows).toHaveCount(201);
  await page.getByRole('button', { name: 'Load older entries' }).click();
  await expect(rows).toHaveCount(261);
  await expect(page.getByRole('button', { name: 'Load older entries' })).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Filter what is shown' }).fill('window key.create');
  await expect(rows).not.toHaveCount(261);
  await expect(page.getByText('key.create').first()).toBeVisible();
});

test('ten thousand keys: the overview shows the most urgent, and draws no more than that', async ({
  page,
  open,
}) => {
  await open({ keys: 10_000 }, 'Overview');
  await expect(page.getByRole('button', { name: /more$/ })).toBeVisible();
  expect(await page.getByRole('listitem').count()).toBeLessThan(60);
  await page.getByRole('button', { name: 'Headroom', exact: true }).click();
  await expect(page.getByRole('listitem').first()).toBeVisible();
  expect(await page.getByRole('listitem').count()).toBeLessThan(60);
});
