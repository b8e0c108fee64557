import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expectConfined, expectGone, firstMinutes } from './journey.ts';
import { type Home, newHome, openInChromium } from './real-window.ts';

const PROGRAM = path.join(import.meta.dirname, '..', '..', 'out', 'chromium', 'chromium.mjs');

let home: Home;
test.beforeEach(async () => {
  home = await newHome();
});
test.afterEach(() => home.dispose());

const profiles = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('keymolt-window-'));

test('a first visit, from no vault to a revoked key', async () => {
  // From the sources the core cannot start the sandbox program, but it finds one that runs.
  await home.keymolt('sandbox', 'start');
  // Its downloads are a person's; these are none.
  const { page, close } = await openInChromium({ ...home, env: { ...home.env, HOME: home.folder } });
  const readClipboard = async (): Promise<string> => {
    const session = await page.context().newCDPSession(page);
    await session.send('Browser.grantPermissions', { permissions: ['clipboardReadWrite'] });
    const { result } = await session.send('Runtime.evaluate', {
      expression: 'navigator.clipboard.readText()',
      awaitPromise: true,
      userGesture: true,
    });
    await session.send('Browser.resetPermissions');
    return String(result.value);
  };
  await firstMinutes(page, home, readClipboard);
  await page.getByRole('button', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Report…' }).click();
  await page.getByRole('button', { name: 'Save as PDF' }).click();
  await expect(page.getByText(`Saved as ${home.folder}`)).toBeVisible();
  const [report = ''] = readdirSync(home.folder).filter((name) => name.endsWith('.pdf'));
  expect(readFileSync(path.join(home.folder, report)).subarray(0, 5).toString()).toBe('%PDF-');
  await page.keyboard.press('Escape');
  await backUpAndRestore(page, home);
  await close();
  await expectGone(home);
});

/** The browser has no dialog for where a file is to go, and one for which file is meant: its answer is given here. */
const backUpAndRestore = async (page: Page, { folder }: Home): Promise<void> => {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Back up…' }).click();
  await page.getByRole('button', { name: 'Save to downloads' }).click();
  await expect(page.getByText('The backup is written.')).toBeVisible();
  const [name = ''] = readdirSync(folder).filter((file) => file.startsWith('keymolt-backup-'));
  await expect(page.getByText(path.join(folder, name))).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).last().click();

  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  await session.send('Page.setInterceptFileChooserDialog', { enabled: true });
  session.once('Page.fileChooserOpened', ({ backendNodeId }) => {
    void session.send('DOM.setFileInputFiles', {
      files: [path.join(folder, name)],
      ...(backendNodeId === undefined ? {} : { backendNodeId }),
    });
  });
  await page.getByRole('button', { name: 'Restore…' }).click();
  await page.getByRole('button', { name: 'Choose a backup…' }).click();
  await expect(page.getByText(path.join(folder, name))).toBeVisible();
  // What the page could find of it: the dialog's field is in a world of the host's own.
  expect(await page.evaluate(() => document.querySelectorAll('input[type=file]').length)).toBe(0);
  await page.getByLabel('Type replace to confirm').fill('replace');
  await page.getByRole('button', { name: 'Replace the vault' }).click();
  await expect(page.getByText('The backup is in place.')).toBeVisible();
  expect(readdirSync(path.join(folder, 'home')).some((file) => file.startsWith('vault-replaced-'))).toBe(
    true,
  );
};

test('a page that was taken over gets nowhere', async () => {
  const { page, close } = await openInChromium(home);
  await expectConfined(page);
  await expect(page.getByRole('heading', { name: 'Create your vault' })).toBeVisible();
  expect(page.url()).toBe('https://keymolt.invalid/');
  await expect.poll(() => page.context().pages().length).toBe(1);
  await close();
});

test('the window takes over from a headless agent, whatever hangs; a second window is told that there is one', async () => {
  // A keychain that takes the connection and never says a word.
  const bus = createServer((socket) => void socket.on('error', () => undefined));
  const address = path.join(home.folder, 'bus');
  await new Promise<void>((resolve) => bus.listen(address, resolve));
  const here = { ...home, env: { ...home.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${address}` } };
  const passphraseFile = path.join(home.folder, 'passphrase');
  writeFileSync(passphraseFile, 'four unrelated quiet words\n');
  await home.keymolt(
    'init',
    '--password-file',
    passphraseFile,
    '--recovery-file',
    path.join(home.folder, 'recovery'),
  );
  expect(JSON.parse(await home.keymolt('status', '--json'))).toMatchObject({
    agent: 'headless',
    vault: 'unlocked',
  });
  const first = await openInChromium(here);
  await expect(first.page.getByRole('heading', { name: 'Keymolt is locked' })).toBeVisible();
  await expect(first.page.getByText(/keychain .*did not answer/)).toBeVisible();
  expect(JSON.parse(await home.keymolt('status', '--json'))).toMatchObject({
    agent: 'desktop',
    vault: 'locked',
  });
  const second = await openInChromium(home);
  await expect(second.page.getByRole('alert')).toHaveText(/Keymolt is open already/);
  await second.close();
  await expect(first.page.getByLabel('Passphrase')).toBeVisible();
  await first.close();
  bus.close();
  await expectGone(home);
});

test('a page whose process ends is locked and opened anew', async () => {
  const passphraseFile = path.join(home.folder, 'passphrase');
  writeFileSync(passphraseFile, 'four unrelated quiet words\n');
  await home.keymolt(
    'init',
    '--password-file',
    passphraseFile,
    '--recovery-file',
    path.join(home.folder, 'recovery'),
  );
  const first = await openInChromium(home);
  await first.page.getByLabel('Passphrase').fill('four unrelated quiet words');
  await first.page.keyboard.press('Enter');
  await expect(first.page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  const session = await first.page.context().newCDPSession(first.page);
  // It ends before it can answer.
  void session.send('Page.crash').catch(() => undefined);
  const { page, close } = await first.reopened;
  await expect(page.getByText('It locked because the window had crashed.')).toBeVisible();
  expect(JSON.parse(await home.keymolt('status', '--json'))).toMatchObject({
    vault: 'locked',
    lock_reason: 'window_crash',
  });
  await page.getByLabel('Passphrase').fill('four unrelated quiet words');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  await close();
});

test('the built program opens its window, and ends with the agent; its profile goes', async () => {
  const before = profiles();

  const child = spawn(process.execPath, [PROGRAM], { env: home.env, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await expect
    .poll(() => home.keymolt('status', '--json').then((text) => JSON.parse(text) as unknown), {
      timeout: 60_000,
      intervals: [500],
    })
    .toMatchObject({ vault: 'missing', agent: 'desktop' });
  await expect.poll(() => profiles().length, { timeout: 30_000 }).toBe(before.length + 1);
  await home.keymolt('agent', 'stop');
  expect(await ended).toBe(0);
  expect(profiles()).toEqual(before);
});

test('without a display the built program still draws the window, into a file', async () => {
  const passphraseFile = path.join(home.folder, 'passphrase');
  const picture = path.join(home.folder, 'window.png');
  writeFileSync(passphraseFile, 'four unrelated quiet words\n');
  await home.keymolt(
    'init',
    '--password-file',
    passphraseFile,
    '--recovery-file',
    path.join(home.folder, 'recovery'),
  );
  const child = spawn(
    process.execPath,
    [PROGRAM, '--screenshot', picture, '--password-file', passphraseFile],
    {
      env: { ...home.env, DISPLAY: '' },
      stdio: 'ignore',
    },
  );
  expect(await new Promise<number | null>((resolve) => child.once('exit', resolve))).toBe(0);
  // Width and height, as the header of a PNG file says them.
  const header = readFileSync(picture);
  expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([1280, 800]);
  expect(statSync(picture).size).toBeGreaterThan(10_000);
});
