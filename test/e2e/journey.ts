import { expect } from '@playwright/test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Bridge } from '../../src-shared/contract/bridge.ts';
import { WINDOW_CHANNELS } from '../../src-shared/contract/channels.ts';
import type { Home } from './real-window.ts';

const PASSPHRASE = 'canary lantern quiet harbour words';
const PASTED = 'mbd_test_canaryCANARYcanaryCANARY12345678';

/** Whether a text is left anywhere in the page: the document, its fields, its storage, its title. */
const isInPage = (page: Page, text: string): Promise<boolean> =>
  page.evaluate((wanted) => {
    const fields = [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    );
    return [
      document.documentElement.outerHTML,
      document.title,
      JSON.stringify(Object.entries(localStorage)),
      ...fields,
    ].some((place) => place.includes(wanted));
  }, text);

const DROPPED = `mbd_test_${'dRopped'.repeat(5).slice(0, 32)}`;

/** A file is dropped on the window: what is in it goes inward once, and nothing of it stays in the page. */
const importByDrag = async (page: Page): Promise<void> => {
  await page.evaluate((value) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([`# of the shop\nSHOP_KEY=${value}\nPORT=8080\n`], 'shop.env'));
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, DROPPED);
  const dialog = page.getByRole('dialog', { name: /Import keys from a file/ });
  await expect(dialog.getByText('shop.env: 1 key among 2 variables.')).toBeVisible();
  await expect(dialog.getByText(`${DROPPED.slice(0, 12)}…`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Import 1 key' }).click();
  await expect(page.getByRole('row', { name: 'shop-key' })).toBeVisible();
  expect(await isInPage(page, DROPPED)).toBe(false);
};

/** A rotation with an overlap, to a file on the key's list, seen in the window from its start to the new value; then the doctor. */
const rotateAndExamine = async (page: Page, home: Home, name: string, value: string): Promise<void> => {
  const file = path.join(home.folder, 'agent.env');
  writeFileSync(file, `# of the agent\nMOLTBOTDEN_API_KEY=${value}\nPORT=8080\n`, { mode: 0o600 });
  const details = page.getByRole('complementary', { name: `Details of ${name}` });
  await details.getByRole('button', { name: 'Add a place…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'File' }).fill(file);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await details.getByRole('button', { name: 'Check them' }).click();
  await expect(details.getByText('Ready for a rotation · has the present value')).toBeVisible();

  await details.getByRole('button', { name: 'Rotate…' }).click();
  await dialog.getByRole('button', { name: 'Start rotation' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rotation');
  const lines = () => readFileSync(file, 'utf8').split('\n');
  await expect.poll(() => lines()[1], { timeout: 40_000 }).not.toBe(`MOLTBOTDEN_API_KEY=${value}`);
  expect(lines()).toEqual([
    '# of the agent',
    expect.stringMatching(/^MOLTBOTDEN_API_KEY=mbd_test_[0-9A-Za-z]{32}$/),
    'PORT=8080',
    '',
  ]);
  await page.getByText('1 past rotation').click();
  await expect(page.getByRole('article', { name: `dev/${name}` })).toContainText('Done', { timeout: 40_000 });
  expect(await isInPage(page, lines()[1]?.split('=')[1] ?? '-')).toBe(false);

  await page
    .getByRole('article', { name: `dev/${name}` })
    .getByRole('button', { name })
    .click();
  await details.getByRole('button', { name: 'Diagnose' }).click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(/is healthy|works/, {
    timeout: 30_000,
  });
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Keys' }).click();
  await page.getByRole('row', { name }).click();
};

/** A person's first minutes, on the real core and the real sandbox platform. */
export const firstMinutes = async (
  page: Page,
  home: Home,
  readClipboard: () => Promise<string>,
): Promise<void> => {
  await expect(page.getByRole('heading', { name: 'Create your vault' })).toBeVisible();
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('Passphrase again').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Create vault' }).click();
  await expect(page.getByRole('group', { name: 'Recovery code' })).toBeVisible();
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByRole('button', { name: 'Try it with the sandbox' }).click();
  const details = page.getByRole('complementary');
  await expect(details).toBeVisible({ timeout: 30_000 });
  const name = (await details.getByRole('heading', { level: 2 }).textContent()) ?? '';
  await details.getByRole('button', { name: 'Test' }).click();
  await expect(details.getByText('The platform accepted this key just now.')).toBeVisible();
  await expect(page.locator('[role=gridcell][data-column=headroom]')).toHaveText(/of \d+ left/);

  await details.getByRole('button', { name: 'Copy value' }).click();
  await expect(details.getByRole('button', { name: /^Clears in/ })).toBeVisible();
  const value = await readClipboard();
  expect(value).toMatch(/^mbd_test_[0-9A-Za-z]{32}$/);
  expect(await isInPage(page, value)).toBe(false);

  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('pasted-key');
  await page.getByRole('combobox', { name: 'Platform' }).click();
  await page
    .getByRole('option', { name: /Hosting/ })
    .first()
    .click();
  await page.getByLabel('Value').fill(PASTED);
  await page.getByRole('dialog').getByRole('button', { name: 'Add key' }).click();
  await expect(page.getByRole('row', { name: 'pasted-key' })).toBeVisible();
  const done = page.getByRole('button', { name: 'Done' });
  if (await done.isVisible()) await done.click();
  expect(await isInPage(page, PASTED)).toBe(false);

  await importByDrag(page);

  await page.getByRole('row', { name }).click();
  await page
    .getByRole('complementary', { name: `Details of ${name}` })
    .getByRole('button', { name: 'Run…' })
    .click();
  await page
    .getByRole('textbox', { name: 'Command' })
    .fill(`sh -c 'echo "got $MOLTBOTDEN_API_KEY in $MOLTBOTDEN_ENV"; exit 4'`);
  await page.getByRole('dialog').getByRole('button', { name: 'Run in dev' }).click();
  await expect(page.getByRole('group', { name: /^Terminal of/ })).toContainText(`got [molt:${name}] in dev`);
  await expect(page.getByText('Ended with exit code 4')).toBeVisible();
  expect(await isInPage(page, value)).toBe(false);

  // The same core for the command line: it sees the window's vault, open.
  expect(JSON.parse(await home.keymolt('status', '--json'))).toMatchObject({
    vault: 'unlocked',
    agent: 'desktop',
  });

  await rotateAndExamine(page, home, name, value);

  await page.getByRole('complementary').getByRole('button', { name: 'Revoke…' }).click();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Revoke ${name}` })
    .click();
  await expect(page.getByRole('row', { name }).locator('[data-column=status]')).toHaveText('Revoked', {
    timeout: 20_000,
  });

  await page.getByRole('button', { name: /^Lock the vault now/ }).click();
  await expect(page.getByText('You locked it.')).toBeVisible();
  // A notice may take a moment to fade.
  await expect.poll(() => isInPage(page, name)).toBe(false);
  await page.getByLabel('Passphrase').fill('not it');
  await page.keyboard.press('Enter');
  // What was said before the lock may still be fading.
  await expect(page.getByRole('alert').filter({ hasText: 'The passphrase is' })).toBeVisible();
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: 'pasted-key' })).toBeVisible({ timeout: 20_000 });

  await manyKeys(page, home);

  // Put there by the core a while ago, and taken off again by it.
  await expect.poll(readClipboard, { timeout: 45_000 }).toBe('');
};

const MANY = 60;
const IMPORTED = `mbd_test_${'iMported'.repeat(5).slice(0, 28)}`;

/** A list so long that it crosses to the page as columns is the same list there, and nothing more. */
const manyKeys = async (page: Page, home: Home): Promise<void> => {
  const file = path.join(home.folder, 'many.env');
  const lines = Array.from({ length: MANY }, (_, n) => `BOT_${String(n)}_KEY=${IMPORTED}${String(1000 + n)}`);
  writeFileSync(file, lines.join('\n'));
  await home.keymolt('import', file, '-e', 'staging');
  await page.getByRole('searchbox').fill('bot-59-key staging');
  await expect(page.getByRole('row', { name: 'bot-59-key' })).toBeVisible();
  const crossed = await page.evaluate(async () => {
    const bridge = (globalThis as unknown as { keymolt: Bridge }).keymolt;
    return JSON.stringify(await bridge.keys.list({}));
  });
  expect(crossed).toContain('$columns');
  for (const value of [IMPORTED, PASTED, DROPPED]) expect(crossed).not.toContain(value);
};

/** After the window is closed nothing holds the vault, and its file stands alone. */
export const expectGone = async (home: Home): Promise<void> => {
  const status: unknown = JSON.parse(await home.keymolt('status', '--json'));
  expect(status).toMatchObject({ vault: 'locked', agent: 'none' });
  expect(existsSync(path.join(home.env['KEYMOLT_HOME'] ?? '', 'vault.db-wal'))).toBe(false);
};

/** What a page that was taken over could try; none of it may work in either host. */
export const expectConfined = async (page: Page): Promise<void> => {
  await expect(page.getByRole('heading').first()).toBeVisible();
  const surface = await page.evaluate(() => {
    const bridge = (globalThis as unknown as { keymolt: Record<string, Record<string, unknown>> }).keymolt;
    const channels = Object.entries(bridge).flatMap(([namespace, methods]) =>
      typeof methods === 'object' ? Object.keys(methods).map((method) => `${namespace}.${method}`) : [],
    );
    const others = Object.entries(bridge).flatMap(([name, member]) =>
      typeof member === 'object' ? [] : [name],
    );
    const powers = [
      'require',
      'process',
      'module',
      'Buffer',
      'global',
      'electron',
      'ipcRenderer',
      '__keymoltCall',
    ];
    return { channels, others, powers: powers.filter((power) => power in globalThis) };
  });
  expect(surface.channels.toSorted()).toEqual(WINDOW_CHANNELS.toSorted());
  expect(surface.others.toSorted()).toEqual(['host', 'on']);
  expect(surface.powers).toEqual([]);

  // Where a host cannot refuse the window, it closes it: its test counts them.
  await page.evaluate(() => {
    window.open('https://example.com/');
    window.open('about:blank');
  });
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.tookOver = true';
    document.head.append(script);
    const remote = document.createElement('script');
    remote.src = 'https://example.com/x.js';
    document.head.append(remote);
    const frame = document.createElement('iframe');
    frame.src = 'about:blank';
    document.body.append(frame);
  });
  expect(await page.evaluate(() => 'tookOver' in globalThis)).toBe(false);
  expect(
    await page.evaluate(() => {
      const frame = document.querySelector('iframe')?.contentWindow as unknown as Record<string, unknown>;
      return ['keymolt', '__keymoltCall', 'require', 'process'].filter((name) => frame[name] !== undefined);
    }),
  ).toEqual([]);
  expect(
    await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  expect(
    await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state),
  ).not.toBe('granted');
  expect(
    await page.evaluate(async () => {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        () => 'refused',
      );
      return media;
    }),
  ).toBe('refused');

  // Junk to a channel is a refusal in words, not a crash.
  const junk = await page.evaluate(async () => {
    const bridge = (
      globalThis as unknown as {
        keymolt: {
          keys: { list: (request: unknown) => Promise<unknown> };
          vault: { unlock: (request: unknown) => Promise<unknown> };
        };
      }
    ).keymolt;
    const poisoned: unknown = JSON.parse('{"__proto__":{"env":"prod"},"extra":1}');
    return Promise.all([
      bridge.vault.unlock('x'),
      bridge.vault.unlock(poisoned),
      bridge.vault.unlock({ with: 'x'.repeat(5_000_000) }),
    ]);
  });
  for (const outcome of junk) expect(outcome).toMatchObject({ ok: false });

  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
};
