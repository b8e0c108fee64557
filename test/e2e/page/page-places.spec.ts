import { clockTest, expect, test } from './fake-core-test.ts';
import { lockAndUnlock } from './lock-and-unlock.ts';

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
