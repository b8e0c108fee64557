import type { Page } from '@playwright/test';
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
