import type { Page } from '@playwright/test';
import type { FakeCore } from '../../support/fake-core/core.ts';
import { expect, test } from './fake-core-test.ts';

type WithCore = typeof globalThis & { readonly fakeCore: FakeCore };

const palette = (page: Page) => page.getByRole('dialog', { name: 'Find anything' });

/** Types into the palette and takes the line of that name. */
const choose = async (page: Page, typed: string, line: string | RegExp): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill(typed);
  await palette(page).getByRole('button', { name: line }).click();
  await expect(palette(page)).toHaveCount(0);
};

test('every dialog and every switch of the window is found by name', async ({ page, open }) => {
  await open({
    keys: 4,
    rotations: [{ key: 'billing-main', env: 'prod' }],
    profiles: [
      {
        id: 'p1',
        name: 'Support agent',
        env: 'dev',
        command: ['node', 'a.js'],
        cwd: null,
        keys: [],
        watch: false,
      },
    ],
    desktop: { notifications: true, stay_in_tray: false, start_at_login: false },
  });
  await page.keyboard.press('Control+k');
  const lines = palette(page).locator('[data-action]');
  for (const line of [
    'Add a key you have',
    'Create a key on a platform',
    'Run a command with a key',
    'Import keys from a file',
    'A report, and the calendar of due dates',
    'Rehearse a rotation and a leak on the sandbox',
    'Check with the platforms',
    'Examine all keys',
    'Verify the audit log',
    'Export the audit log',
    'Lock the vault',
    'Start Support agent',
    'Edit the profile Support agent',
    'Go on with the rotation of prod/billing-main',
    'Abort the rotation of prod/billing-main and put back',
    'Look at all environments',
    'Look at PROD · LIVE',
    'Dry run of automatic rotation in prod',
    'Group keys by: Owner',
    'The usual columns',
    'Change the passphrase',
    'Make a new recovery code',
    'Back up the vault',
    'Restore from a backup',
    'Add an environment',
    'Sign in to a platform',
    'Import a platform',
    'Also unlock with the system keychain',
    'Start the sandbox platform',
    'Notify me: turn off',
    'Stay in the tray when the window is closed: turn on',
    'Start when I log in: turn on',
    'Look: Dark',
    'Keyboard shortcuts',
    'Overview',
    'Settings',
  ])
    await expect(lines.filter({ hasText: line }).first()).toBeAttached();
  await page.keyboard.press('Escape');

  const dialog = page.getByRole('dialog');
  for (const [typed, line, title] of [
    ['passphrase', 'Change the passphrase', 'Change the passphrase'],
    ['recovery', 'Make a new recovery code', 'Make a new recovery code'],
    ['dry prod', 'Dry run of automatic rotation in prod', 'What automatic rotation would do'],
    ['edit profile', 'Edit the profile Support agent', 'Edit a profile'],
  ] as const) {
    await choose(page, typed, line);
    await expect(dialog.filter({ hasText: title })).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await choose(page, 'group owner', 'Group keys by: Owner');
  await expect(page.getByRole('treegrid', { name: 'Keys' })).toBeVisible();
  await choose(page, 'notify', 'Notify me: turn off');
  await expect(page.getByText('Notify me: off.')).toBeVisible();
  await choose(page, 'start support', 'Start Support agent');
  await expect(page.getByText('Ended well (exit code 0)')).toBeVisible();
  await choose(page, 'abort billing', 'Abort the rotation of prod/billing-main and put back');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rotation');
  await expect
    .poll(() => page.evaluate(() => (globalThis as WithCore).fakeCore.rotations.map(({ state }) => state)))
    .toEqual(['rolled_back']);
});

test('a verb and a key are enough; without a key it is the chosen one', async ({ page, open }) => {
  await open({
    keys: 4,
    extraKeys: [
      { name: 'needle', env: 'prod' },
      { name: 'old', status: 'revoked' },
    ],
  });
  await choose(page, 'rotate need', 'Rotate needle…');
  await expect(page.getByRole('dialog', { name: /Rotate needle/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await choose(page, 'revoke needle', 'Revoke needle…');
  await expect(page.getByLabel('Type needle to confirm')).toBeVisible();
  await page.keyboard.press('Escape');
  await choose(page, 'copy value needle', 'Copy the value of needle');
  await expect(page.getByText(/^Clears in \d+ sec: prod\/needle/)).toBeVisible();
  await choose(page, 'test needle', 'Test needle');
  await expect(page.getByText('The platform accepted needle just now.')).toBeVisible();
  await choose(page, 'diagnose needle', 'Diagnose needle');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Doctor');
  await choose(page, 'needle', /^needle/);

  // Chosen now; of a revoked one nothing is offered that cannot be done.
  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('button', { name: 'Forget needle…' })).toBeVisible();
  await page.getByRole('textbox', { name: /find a key/ }).fill('rotate old');
  await expect(palette(page).getByRole('button', { name: 'Rotate old…' })).toHaveCount(0);
  await page.getByRole('textbox', { name: /find a key/ }).fill('forget old');
  await expect(palette(page).getByRole('button', { name: 'Forget old…' })).toBeVisible();
});
