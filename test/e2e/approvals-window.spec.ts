import { expect, test } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Home, newHome, openInChromium } from './real-window.ts';

const PASSPHRASE = 'four unrelated quiet words';
const LIVE = 'mbd_live_Canary5Pl4ntedForTheWindow0000001';

let home: Home;
test.beforeEach(async () => {
  home = await newHome();
});
test.afterEach(() => home.dispose());

test('programs that ask for live keys wait for one answer in the real window', async () => {
  const [passphraseFile, valueFile] = ['passphrase', 'value'].map((name) => path.join(home.folder, name)) as [
    string,
    string,
  ];
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`);
  writeFileSync(valueFile, LIVE);
  await home.keymolt(
    'init',
    '--password-file',
    passphraseFile,
    '--recovery-file',
    path.join(home.folder, 'recovery'),
  );
  await home.keymolt(
    ...['key', 'add', 'deploy', '-e', 'prod', '--platform', 'den-hosting', '--value-file', valueFile],
  );
  const { page, close } = await openInChromium(home);
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();

  const run = () => home.keymolt('run', '-e', 'prod', '--', 'sh', '-c', 'echo ${#MOLTBOTDEN_API_KEY}');
  const three = [run(), run(), run()];
  const question = page.getByRole('dialog', { name: /A program asks for keys of prod/ });
  await expect(question).toContainText('3, answered together');
  await expect(question).toContainText('prod/deploy');
  expect(await page.content()).not.toContain(LIVE);
  await question.getByRole('button', { name: 'Allow until lock' }).click();
  expect(await Promise.all(three)).toEqual(['42\n', '42\n', '42\n']);
  await expect(question).toHaveCount(0);
  expect(await run()).toBe('42\n');
  await close();
});
