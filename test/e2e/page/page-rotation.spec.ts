import { clockTest, expect, test } from './fake-core-test.ts';

test('a cut-over rotation that began without a value takes it later, and keeps none of it', async ({
  page,
  open,
}) => {
  const canary = `moltbotden_sk_${'0123456789abcdef'.repeat(2)}`;
  await open({ extraKeys: [{ name: 'molty', platform: 'den-agent' }] });
  await page.getByRole('row', { name: 'molty' }).click();
  await page.getByRole('button', { name: 'Rotate…' }).click();
  await page.getByRole('button', { name: 'Start rotation' }).click();
  const card = page.getByRole('article', { name: 'dev/molty' });
  await expect(card).toContainText('regenerate it on its own page');
  const field = card.getByLabel('New value');
  // Without one it goes on waiting.
  await card.getByRole('button', { name: 'Give value and resume' }).click();
  await expect(field).toBeVisible();
  await field.fill(canary);
  await card.getByRole('button', { name: 'Give value and resume' }).click();
  await page.getByText('1 past rotation').click();
  await expect(card.getByRole('status')).toHaveText('Done');
  await expect(field).toHaveCount(0);
  const left = await page.evaluate(() =>
    [...document.querySelectorAll('input')].map(({ value }) => value).join(),
  );
  expect((await page.content()) + left).not.toContain(canary);
});

test('a rotation that knows of no user goes on only when a person says that this is so', async ({
  page,
  open,
}) => {
  const cause = {
    code: 'ROTATION_UNFINISHED',
    message: 'Nobody is known to use dev/agent.',
    hint: 'Bring it to where it is used.',
  };
  const rotations = [{ key: 'agent', state: 'stored', cause }] as const;
  await open({ extraKeys: [{ name: 'agent' }], rotations }, 'Rotation');
  const card = page.getByRole('article', { name: 'dev/agent' });
  await card.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(card).toContainText('Nobody is known to use dev/agent.');
  await card.getByRole('button', { name: 'Go on without a known user' }).click();
  await page.getByText('1 past rotation').click();
  await expect(card.getByRole('status')).toHaveText('Done');

  // Where somebody is known, there is nothing of the kind to say.
  const targets = [{ target: 'a.env', state: 'failed', detail: 'read-only' }] as const;
  await open(
    { extraKeys: [{ name: 'agent' }], rotations: [{ ...rotations[0], targets: [...targets] }] },
    'Rotation',
  );
  await expect(card.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await expect(card.getByRole('button', { name: 'Go on without a known user' })).toHaveCount(0);
});

test('a rotation is started, counted down, and aborted; keys are chosen from the list and rotated together', async ({
  page,
  open,
}) => {
  await open({ keys: 12 }, 'Rotation');
  await page.getByText('List', { exact: true }).click();
  const choices = page.getByRole('checkbox', { name: /^Select/ });
  await choices.nth(0).check();
  await choices.nth(1).check();
  await page.getByRole('button', { name: 'Rotate 2 keys…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start rotation' }).click();
  await expect(page.getByText('2 rotations started')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('timer').first()).toHaveText(/^\d+:\d\d left of the overlap$/);
  await page.getByRole('article').first().getByRole('button', { name: 'Abort and put back' }).click();
  await expect(page.getByRole('timer')).toHaveCount(1);
  await page.getByRole('button', { name: 'Overview' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Overlap, ' })).toHaveCount(1);
});

test('several keys are revoked once their number is typed; what is still alive is named', async ({
  page,
  open,
}) => {
  const extraKeys = ['one', 'two', 'three'].map((name) => ({
    name,
    owner: 'search-team',
    project: name === 'three' ? 'crawler' : 'shop',
    key_id: name === 'two' ? null : `key_${name}`,
  }));
  await open({ keys: 12, extraKeys }, 'Rotation');
  await page.getByText('List', { exact: true }).click();
  await expect(page.getByRole('button', { name: /^Revoke/ })).toHaveCount(0);
  // The filters by owner and project leave the two of them.
  await page.getByRole('combobox', { name: 'Owner' }).click();
  await page.getByRole('option', { name: 'search-team' }).click();
  await page.getByRole('combobox', { name: 'Project' }).click();
  await page.getByRole('option', { name: 'shop' }).click();
  const choices = page.getByRole('checkbox', { name: /^Select/ });
  await expect(choices).toHaveCount(2);
  await choices.nth(0).check();
  await choices.nth(1).check();
  await page.getByRole('button', { name: 'Revoke 2 keys…' }).click();
  const dialog = page.getByRole('dialog');
  const revoke = dialog.getByRole('button', { name: 'Revoke 2 keys' });
  await expect(dialog.getByRole('listitem')).toHaveText([/dev\/one/, /dev\/two/]);
  await dialog.getByLabel('Type 2 to confirm').fill('3');
  await expect(revoke).toBeDisabled();
  await dialog.getByLabel('Type 2 to confirm').fill('2');
  await revoke.click();
  await expect(dialog.getByRole('alert')).toContainText('1 key is still alive');
  await expect(dialog.getByRole('listitem')).toHaveText([/dev\/two: KEY_ID_UNKNOWN/]);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(choices).toHaveCount(1);
});

test('a value that is pasted for a rotation is gone from the page as soon as it is sent', async ({
  page,
  open,
}) => {
  await open({ extraKeys: [{ name: 'agent', platform: 'den-agent' }] });
  await page.getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Rotate…' }).click();
  const canary = 'moltbotden_sk_ca9a51ca9a51ca9a51ca9a51ca9a51ca';
  await page.getByRole('textbox', { name: 'New value' }).fill(canary);
  await page.getByRole('button', { name: 'Start rotation' }).click();
  await expect(page.getByText('1 rotation started')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(canary);
});

clockTest('the calendar shows a key on its day, in this month and the next', async ({ page, open }) => {
  await page.clock.setFixedTime(new Date('2026-03-20T12:00:00Z'));
  await open(
    {
      extraKeys: [
        { name: 'in-march', due_at: '2026-03-25T12:00:00Z', days_left: 5 },
        { name: 'in-april', due_at: '2026-04-02T12:00:00Z', days_left: 13, owner: 'search-team' },
      ],
    },
    'Rotation',
  );
  await expect(page.getByRole('gridcell', { name: /25.*1 key is due/ })).toContainText('in-march');
  await page.getByRole('button', { name: 'Month after' }).click();
  await expect(page.getByRole('heading', { name: 'April 2026' })).toBeVisible();
  await expect(page.getByRole('gridcell', { name: /Apr 2, 1 key is due/ })).toContainText('in-april');
  await page.getByRole('combobox', { name: 'Owner' }).click();
  await page.getByRole('option', { name: 'agents-team' }).click();
  await expect(page.getByText('in-april')).toHaveCount(0);
});

clockTest(
  'the calendar is gone through by keys: days, months, and the keys of a day',
  async ({ page, open }) => {
    await page.clock.setFixedTime(new Date('2026-03-12T10:00:00Z'));
    await open({ extraKeys: [{ name: 'soon', due_at: '2026-04-09T10:00:00Z', days_left: 28 }] }, 'Rotation');
    const month = page.getByRole('grid', { name: 'March 2026' });
    const focused = page.locator('td:focus');
    await month.locator('td[tabindex="0"]').focus();
    await expect(focused).toHaveAccessibleName(/^Mar 12/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await expect(focused).toHaveAccessibleName(/^Mar 6/);
    await page.keyboard.press('PageDown');
    await expect(page.getByRole('grid', { name: 'April 2026' })).toBeVisible();
    await expect(focused).toHaveAccessibleName(/^Apr 6/);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
    const day = page.getByRole('gridcell', { name: /^Apr 9.*1 key is due/ });
    await expect(day).toBeFocused();
    // Only one day is on the way of Tab, whatever is due.
    await expect(page.getByRole('grid').locator('[tabindex="0"]')).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(day.getByRole('button', { name: 'soon' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(day).toBeFocused();
  },
);
