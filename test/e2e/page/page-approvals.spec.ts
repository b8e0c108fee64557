import type { Page } from '@playwright/test';
import type { FakeCore } from '../../support/fake-core/core.ts';
import { axeViolations, expect, test } from './fake-core-test.ts';

const question = (page: Page) => page.getByRole('dialog', { name: /A program asks for keys of prod/ });
const answers = (page: Page) => page.evaluate(() => document.documentElement.dataset['answers'] ?? '');

test('a question says who asks for what, and that it is live', async ({ page, open }) => {
  await open({ keys: 4, approvals: [{ requests: 20, keys: ['prod/deploy-key', 'prod/other-key'] }] });
  const dialog = question(page);
  await expect(dialog).toContainText('LIVE');
  for (const words of [
    'prod/deploy-key, prod/other-key',
    'deploy.sh',
    '~/work/shop',
    'bash (pid 4711)',
    '20, answered together',
  ])
    await expect(dialog).toContainText(words);
  await expect(dialog).toContainText('for openclaw and what it starts');
  await expect(dialog.getByRole('button', { name: 'Allow once' })).toBeEnabled();
  expect(await axeViolations(page)).toEqual([]);
});

test('is not answered by accident: dead buttons at first, and nothing on Enter, Space or a click beside it', async ({
  page,
  open,
}) => {
  await open({ keys: 4, approvals: [{}] });
  const dialog = question(page);
  for (const name of ['Deny', 'Allow once', 'Allow until lock', 'Allow for 8 hours'])
    await expect(dialog.getByRole('button', { name })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('button', { name: 'Allow once' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await page.mouse.click(5, 400);
  await expect(dialog).toBeVisible();
  expect(await answers(page)).toBe('');
});

test('each question is answered by itself, the oldest first', async ({ page, open }) => {
  await open({
    keys: 4,
    approvals: [
      { keys: ['prod/first-key'] },
      { keys: ['prod/second-key'], is_terminal: true, tree: null },
      {},
    ],
  });
  await expect(question(page)).toContainText('2 more programs wait');
  await question(page).getByRole('button', { name: 'Deny' }).click();
  await expect(question(page)).toContainText('prod/second-key');
  await expect(question(page)).toContainText('this terminal session');
  await question(page).getByRole('button', { name: 'Allow until lock' }).click();
  await expect(question(page)).toContainText('prod/deploy-key');
  await question(page).getByRole('button', { name: 'Allow for 8 hours' }).click();
  await expect(question(page)).toHaveCount(0);
  expect(await answers(page)).toBe('asked-0=deny;asked-1=tree;asked-2=hours;');
});

test('what joins the question meanwhile is read before it is answered', async ({ page, open }) => {
  await open({ keys: 4, approvals: [{}], approvalGrows: true });
  const once = question(page).getByRole('button', { name: 'Allow once' });
  await once.click();
  await expect(question(page)).toContainText('prod/root-key');
  await expect(question(page).getByRole('alert')).toContainText('More was asked for');
  expect(await answers(page)).toBe('');
  await once.click();
  await expect(question(page)).toHaveCount(0);
  expect(await answers(page)).toBe('asked-0=once;');
});

test('covers everything, whatever is open, and nothing opens over it or under it', async ({ page, open }) => {
  await open({ keys: 4 });
  const ask = () =>
    page.evaluate(() => {
      const { fakeCore } = globalThis as unknown as { fakeCore: FakeCore };
      fakeCore.askForKeys();
    });
  const isOnTop = (name: string) =>
    question(page)
      .getByRole('button', { name })
      .evaluate((button) => {
        const { left, top, width, height } = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      });
  // Over the palette, with something typed into it.
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: /find a key/ }).fill('bill');
  await ask();
  await expect(question(page)).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Find anything' })).toHaveCount(0);
  await expect(question(page).getByRole('button', { name: 'Allow once' })).toBeEnabled();
  for (const name of ['Deny', 'Allow once', 'Allow until lock', 'Allow for 8 hours'])
    expect([name, await isOnTop(name)]).toEqual([name, true]);
  // Keys that mean something elsewhere.
  for (const keys of ['Control+k', 'n', '?', '5', '/', 'Enter', 'Space']) await page.keyboard.press(keys);
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(page.locator('h1')).toHaveText('Keys');
  expect(await answers(page)).toBe('');
  await question(page).getByRole('button', { name: 'Deny' }).click();
  await expect(question(page)).toHaveCount(0);

  // Over another dialog, which is still there afterwards.
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('half-typed');
  await ask();
  await expect(question(page).getByRole('button', { name: 'Deny' })).toBeEnabled();
  expect(await isOnTop('Allow once')).toBe(true);
  await page.keyboard.type('abc');
  await question(page).getByRole('button', { name: 'Deny' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('half-typed');
});
