import { expect, test } from '@playwright/test';
import { expectConfined, expectGone, firstMinutes } from './journey.ts';
import { type ElectronWindow, type Home, newHome, openInElectron } from './real-window.ts';

let home: Home;
let window: ElectronWindow;
test.beforeEach(async () => {
  home = await newHome();
  window = await openInElectron(home);
});
test.afterEach(async () => {
  // A sandbox platform that it started would keep its output open, and the test tool waits for that.
  await home.keymolt('sandbox', 'stop').catch(() => undefined);
  await window.app.close().catch(() => undefined);
  await home.dispose();
});

test('a first visit, from no vault to a revoked key', async () => {
  await firstMinutes(window.page, home, () => window.app.evaluate(({ clipboard }) => clipboard.readText()));
  await window.close();
  await expectGone(home);
});

test('a page that was taken over gets nowhere', async () => {
  await expectConfined(window.page);
  // Asked in the main process: the test tool takes a navigation that was refused for one that is under way.
  const shown = await window.app.evaluate(async ({ BrowserWindow }) => {
    const [opened, ...others] = BrowserWindow.getAllWindows();
    const heading: unknown = await opened?.webContents.executeJavaScript(
      `document.querySelector('h1').textContent`,
    );
    return { url: opened?.webContents.getURL(), heading, others: others.length };
  });
  expect(shown).toEqual({ url: 'keymolt-app://window/', heading: 'Create your vault', others: 0 });
});

test('the window is made as the security checklist asks', async () => {
  await expect(window.page.getByRole('heading').first()).toBeVisible();
  const facts = await window.app.evaluate(({ BrowserWindow, Menu }) => {
    const [opened, ...others] = BrowserWindow.getAllWindows();
    const preferences = (
      opened?.webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> }
    ).getLastWebPreferences();
    return {
      others: others.length,
      preferences,
      url: opened?.webContents.getURL(),
      title: opened?.getTitle(),
      least: opened?.getMinimumSize(),
      menu: Menu.getApplicationMenu() === null,
    };
  });
  expect(facts).toMatchObject({
    others: 0,
    url: 'keymolt-app://window/',
    title: 'Keymolt',
    least: [900, 600],
    preferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    },
  });
});

test('a second window of the app’s own making is not believed', async () => {
  await expect(window.page.getByRole('heading').first()).toBeVisible();
  const answer = await window.app.evaluate(async ({ BrowserWindow }, preload) => {
    const [first] = BrowserWindow.getAllWindows();
    const forged = new BrowserWindow({
      show: false,
      webPreferences: {
        preload,
        sandbox: true,
        ...(first === undefined ? {} : { session: first.webContents.session }),
      },
    });
    await forged.loadURL('keymolt-app://window/');
    const outcome: unknown = await forged.webContents.executeJavaScript('window.keymolt.vault.status({})');
    forged.destroy();
    return outcome;
  }, window.preload);
  expect(answer).toMatchObject({ ok: false, error: { code: 'REFUSED' } });
});

test('a second start shows the window that is there', async () => {
  await expect(window.page.getByRole('heading').first()).toBeVisible();
  const isShown = await window.app.evaluate(({ app, BrowserWindow }) => {
    const [opened] = BrowserWindow.getAllWindows();
    opened?.minimize();
    app.emit('second-instance');
    return opened?.isVisible() === true && !opened.isMinimized();
  });
  expect(isShown).toBe(true);
});

test('the vault locks when the computer sleeps, and says why', async () => {
  const { page } = window;
  await page.getByLabel('Passphrase', { exact: true }).fill('four unrelated quiet words');
  await page.getByLabel('Passphrase again').fill('four unrelated quiet words');
  await page.getByRole('button', { name: 'Create vault' }).click();
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Look around first' }).click();
  await expect(page.getByText('No keys yet')).toBeVisible();
  await window.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
  await expect(page.getByText('It locked when the computer went to sleep.')).toBeVisible();
});
