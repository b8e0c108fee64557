import type { Page } from '@playwright/test';
import type { FakeCore } from '../../support/fake-core/core.ts';
import { expect, test } from './fake-core-test.ts';

const terminal = (page: Page) => page.getByRole('group', { name: /^Terminal of/ });

const runCommand = async (page: Page, command: string): Promise<void> => {
  await page.getByRole('banner').getByRole('button', { name: 'Run…' }).click();
  await page.getByRole('textbox', { name: 'Command' }).fill(command);
  await page.getByRole('button', { name: /^Run in / }).click();
};

test('a command runs with a key, and its output and end are seen', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'first-key' }] });
  await page.getByRole('row', { name: 'first-key' }).click();
  await page.getByRole('complementary').getByRole('button', { name: 'Run…' }).click();
  await page.getByRole('textbox', { name: 'Command' }).fill('node "my agent.js" --fail');
  await page.getByRole('button', { name: /^Run in / }).click();
  await expect(terminal(page)).toContainText('starting node my agent.js --fail');
  await expect(terminal(page)).toContainText('[molt:first-key]');
  await expect(page.getByText('Ended with exit code 3')).toBeVisible();
  await page.getByRole('button', { name: 'Restart' }).click();
  await expect(page.getByText('Ended with exit code 3')).toBeVisible();
  await page.getByRole('button', { name: 'Close this terminal' }).click();
  await expect(terminal(page)).toHaveCount(0);
});

test('the terminal takes every key but the one that leaves it, and colours of any kind are drawn', async ({
  page,
  open,
}) => {
  await open({ extraKeys: [{ name: 'first-key' }] });
  await runCommand(page, 'agent --forever');
  await expect(terminal(page)).toContainText('23 of 30 requests left');
  await expect(page.getByText('1 command running')).toBeVisible();
  await terminal(page).click();
  await page.keyboard.type('typed by hand?n/1');
  await page.keyboard.press('Control+l');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await expect(terminal(page)).toContainText('typed by hand?n/1');
  await expect(page.getByRole('textbox', { name: /^Terminal of/ })).toBeFocused();
  await page.keyboard.press('F6');
  await expect(page.getByRole('tab', { name: 'agent --forever' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Ended by SIGTERM')).toBeVisible();
  await expect(page.getByText('1 command running')).toHaveCount(0);
});

test('much output leaves the end in sight and the page quick, and a screen reader can have it', async ({
  page,
  open,
}) => {
  await open({ keys: 4 });
  await page.getByRole('row').nth(1).click();
  await page.getByRole('complementary').getByRole('button', { name: 'Run…' }).click();
  await page.getByRole('textbox', { name: 'Command' }).fill('agent --much');
  await page.getByRole('button', { name: /^Run in / }).click();
  await expect(terminal(page)).toContainText('line 19999');
  await expect(terminal(page)).toContainText('done');
  // What is out of sight is no element.
  expect(await terminal(page).locator('*').count()).toBeLessThan(500);
  await page.getByRole('button', { name: 'Read the terminal to a screen reader' }).click();
  await expect(terminal(page).getByRole('listitem').filter({ hasText: 'line 19999' })).toHaveCount(1);
});

test('a command is kept as a profile, started, changed and removed', async ({ page, open }) => {
  await open({ extraKeys: [{ name: 'first-key' }] });
  await page.getByRole('banner').getByRole('button', { name: 'Run…' }).click();
  await page.getByRole('textbox', { name: 'Command' }).fill('node "my agent.js" --forever');
  await page.getByRole('switch', { name: /Start it again/ }).check({ force: true });
  await page.getByRole('textbox', { name: 'Keep as a profile' }).fill('Search agent');
  await page.getByRole('button', { name: /^Run in / }).click();
  await expect(page.getByRole('tab', { name: 'Search agent' })).toBeVisible();
  await page.getByRole('navigation').getByRole('button', { name: 'Agents' }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'Home folder' });
  await expect(card).toContainText('node "my agent.js" --forever');
  await expect(card).toContainText('follows its keys');
  await card.getByRole('button', { name: 'Start Search agent' }).click();
  await expect(page.getByRole('tab', { name: 'Search agent' })).toHaveCount(2);
  await card.getByRole('button', { name: 'More about Search agent' }).click();
  await page.getByRole('menuitem', { name: 'Edit profile…' }).click();
  await expect(page.getByRole('textbox', { name: 'Command' })).toHaveValue('node "my agent.js" --forever');
  await page.getByRole('textbox', { name: 'Name' }).fill('Indexer');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'More about Indexer' }).click();
  await page.getByRole('menuitem', { name: 'Remove profile' }).click();
  await expect(page.getByRole('button', { name: 'More about Indexer' })).toHaveCount(0);
});

test('what was chosen in the tray is shown with its terminal, or why it does not run', async ({
  page,
  open,
}) => {
  await open({ extraKeys: [{ name: 'first-key' }] });
  await page.evaluate(() => {
    const { fakeCore } = globalThis as unknown as { fakeCore: FakeCore };
    const run = {
      id: 'tray-1',
      run_id: 'tray-1',
      title: 'Support agent',
      command: ['node', 'support.js'],
      cwd: '/home/me',
      env: 'dev',
      keys: ['dev/first-key'],
      since: '2026-03-12T09:00:00Z',
      watch: false,
      is_terminal: true,
      ended: null,
    };
    fakeCore.runs = [run];
    fakeCore.emit('trayStarted', { run, problem: null });
  });
  await expect(page.getByRole('tab', { name: 'Support agent' })).toBeVisible();
  await expect(terminal(page)).toBeVisible();
  await page.evaluate(() => {
    const { fakeCore } = globalThis as unknown as { fakeCore: FakeCore };
    fakeCore.emit('trayStarted', {
      run: null,
      problem: { message: 'There is no program node.', hint: 'Install it.' },
    });
  });
  await expect(page.getByRole('alert').filter({ hasText: 'There is no program node.' })).toBeVisible();
});
