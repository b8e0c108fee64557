import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Scenario } from '../support/fake-bridge.ts';
import { expect, test } from './fake-core-test.ts';

interface State {
  readonly scenario: Scenario;
  /** A place of the side bar; the list of keys where none is named. */
  readonly place?: string;
  /** What must be readable once it is there. */
  readonly shows: string;
  readonly reach?: (page: Page) => Promise<void>;
}

const chooseMenu = async (page: Page, button: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: button }).first().click();
  await page.getByRole('menuitem', { name: item }).click();
};
const openThird = async (page: Page): Promise<void> => {
  await page.getByRole('row').nth(3).click();
};
const createVault = async (page: Page): Promise<void> => {
  await page.getByLabel('Passphrase', { exact: true }).fill('four unrelated quiet words');
  await page.getByLabel('Passphrase again').fill('four unrelated quiet words');
  await page.getByRole('button', { name: 'Create vault' }).click();
};

/** Every state that a person can see the window in. */
const STATES: Record<string, State> = {
  'no vault yet': { scenario: { status: { vault: 'missing' } }, shows: 'Create your vault' },
  'recovery code': {
    scenario: { status: { vault: 'missing' } },
    shows: 'Write down your recovery code',
    reach: createVault,
  },
  'first key': {
    scenario: { status: { vault: 'missing' } },
    shows: 'Your vault is ready',
    reach: async (page) => {
      await createVault(page);
      await page.getByLabel('I have written it down').check();
      await page.getByRole('button', { name: 'Continue' }).click();
    },
  },
  locked: {
    scenario: { status: { vault: 'locked', lock_reason: 'suspend', keychain: 'available' } },
    shows: 'It locked when the computer went to sleep.',
  },
  'wrong passphrase': {
    scenario: { status: { vault: 'locked', lock_reason: 'idle' } },
    shows: 'The passphrase is not the one of this vault.',
    reach: async (page) => {
      await page.getByLabel('Passphrase').fill('not it');
      await page.keyboard.press('Enter');
    },
  },
  'held back': {
    scenario: {
      status: {
        vault: 'locked',
        unlock_delay_ms: 90_000,
        keychain: 'unavailable',
        keychain_detail: 'nothing answers.',
      },
    },
    shows: 'Each wrong try makes the next one wait longer.',
  },
  'damaged vault': { scenario: { status: { vault: 'damaged' } }, shows: 'The vault file is damaged' },
  'newer vault': { scenario: { status: { vault: 'newer' } }, shows: 'This vault needs a newer Keymolt' },
  'core gone': { scenario: { lost: ['vault.status'] }, shows: 'Keymolt does not answer' },
  'core cannot open': {
    scenario: {
      fails: {
        'vault.status': {
          code: 'UNSAFE_LOCATION',
          message: 'The folder of the vault can be written by others.',
          hint: 'Take that right away: chmod go-w FOLDER',
        },
      },
    },
    shows: 'The folder of the vault can be written by others.',
  },
  overview: { scenario: { keys: 42 }, place: 'Overview', shows: 'Due in the next 30 days' },
  'overview, all well': {
    scenario: {
      extraKeys: [{ name: 'calm' }],
      fails: { 'limits.list': { code: 'INTERNAL', message: 'No limits.', hint: 'Try again.' } },
    },
    place: 'Overview',
    shows: 'Nothing needs you.',
  },
  'overview of a live environment': {
    scenario: { keys: 42 },
    place: 'Overview',
    shows: 'You are looking at prod.',
    reach: (page) => page.getByRole('radio', { name: 'PROD · LIVE' }).check(),
  },
  'rotation, open and held up': {
    scenario: {
      keys: 42,
      rotations: [
        { key: 'billing-main', env: 'prod' },
        {
          key: 'search',
          env: 'staging',
          state: 'stored',
          targets: [{ target: '.env#MOLTBOTDEN_API_KEY', state: 'failed', detail: 'it is read-only' }],
          laggards: [{ pid: 4711, command: 'node', file: null }],
          cause: {
            code: 'READ_ONLY',
            message: 'A target could not be written.',
            hint: 'Mend it, then resume.',
          },
        },
        { key: 'old', state: 'done', ended_at: '2026-01-02T03:04:05Z', deadline_at: null },
      ],
    },
    place: 'Rotation',
    shows: 'Mend it, then resume.',
  },
  'rotation, list': {
    scenario: { keys: 42 },
    place: 'Rotation',
    shows: 'Overdue 10 days',
    reach: (page) => page.getByText('List', { exact: true }).click(),
  },
  'rotate a key': {
    scenario: { extraKeys: [{ name: 'agent', platform: 'den-agent' }] },
    shows: 'Regenerate it in the platform’s dashboard',
    reach: async (page) => {
      await page.getByRole('row').nth(1).click();
      await page.getByRole('button', { name: 'Rotate…' }).click();
    },
  },
  headroom: { scenario: { keys: 42 }, place: 'Headroom', shows: '812 of 1,000 left' },
  'headroom, nothing seen': { scenario: {}, place: 'Headroom', shows: 'No limits seen yet' },
  'doctor, nothing examined': { scenario: { keys: 4 }, place: 'Doctor', shows: 'Nothing examined yet' },
  'doctor, one cause': {
    scenario: {
      extraKeys: [{ name: 'agent', last_check: { at: '2026-01-01T00:00:00Z', outcome: 'KEY_REJECTED' } }],
    },
    place: 'Overview',
    shows: '401 Invalid API key.',
    reach: (page) => page.getByRole('button', { name: 'Diagnose agent' }).click(),
  },
  'doctor, all keys': {
    scenario: { keys: 42 },
    place: 'Doctor',
    shows: 'Healthy',
    reach: (page) => page.getByRole('button', { name: 'Examine' }).click(),
  },
  agents: {
    scenario: {
      keys: 4,
      status: {
        runs: [
          {
            run_id: 'run-a',
            pid: 4711,
            command: 'node',
            cwd: '/home/ines/agents/search',
            env: 'prod',
            since: '2026-01-02T03:04:05Z',
            keys: ['prod/agent-main-01'],
            laggard: true,
          },
        ],
      },
    },
    place: 'Agents',
    shows: 'Holds a value that was changed since it started.',
  },
  'agents, none': { scenario: { keys: 4 }, place: 'Agents', shows: 'keymolt run -- node agent.js' },
  audit: {
    scenario: { auditEntries: 40 },
    place: 'Audit',
    shows: 'The log is as it was written: 40 entries',
    reach: (page) => page.getByRole('button', { name: 'Verify the log' }).click(),
  },
  'audit, empty': { scenario: {}, place: 'Audit', shows: 'Nothing noted yet' },
  settings: { scenario: { keys: 4 }, place: 'Settings', shows: 'Runs on this computer alone.' },
  'find anything': {
    scenario: { keys: 42 },
    shows: 'staging · tomas',
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: /find a key/ }).fill('billing');
    },
  },
  loading: { scenario: { slow: { 'keys.list': -1 } }, shows: 'Rotation due' },
  'list failed': {
    scenario: {
      fails: {
        'keys.list': {
          code: 'STORAGE_FAILED',
          message: 'The disk answered with an error.',
          hint: 'Check it.',
        },
      },
    },
    shows: 'The keys could not be loaded',
  },
  'no keys': { scenario: {}, shows: 'No keys yet' },
  'few keys': { scenario: { keys: 4 }, shows: '4 keys' },
  'many keys, sandbox, overdue': {
    scenario: {
      keys: 42,
      status: { sandbox: { base_url: 'http://127.0.0.1:1', control_url: 'http://127.0.0.1:2', pid: 9 } },
    },
    shows: 'Sandbox running',
  },
  'a live environment': {
    scenario: { keys: 42 },
    shows: 'You are looking at prod.',
    reach: (page) => page.getByRole('radio', { name: 'PROD · LIVE' }).check(),
  },
  'no match': {
    scenario: { keys: 12 },
    shows: 'No key matches “nothing like it”',
    reach: (page) => page.getByRole('searchbox').fill('nothing like it'),
  },
  details: { scenario: { keys: 42 }, shows: 'Fingerprint', reach: openThird },
  'long, lost and damaged': {
    scenario: {
      extraKeys: [
        {
          name: 'x'.repeat(200),
          owner: 'y'.repeat(500),
          purpose: 'z'.repeat(500),
          cidrs: ['10.0.0.0/8', '2001:db8::/32'],
        },
        { name: 'lost-one', status: 'lost', env: 'prod' },
        { name: 'damaged-one', damaged: true, env: 'staging' },
      ],
    },
    shows: 'This key is damaged',
    reach: (page) => page.getByRole('row', { name: 'damaged-one' }).click(),
  },
  'tampered, foreign host': {
    scenario: {
      keys: 4,
      status: {
        tampered: true,
        tamper_findings: ['a record was removed'],
        foreign_hosts: [{ platform: 'den-hosting', env: 'prod', base_url: 'https://proxy.example' }],
      },
    },
    shows: 'a record was removed',
  },
  'add a key': {
    scenario: { keys: 4 },
    shows: 'Paste it here.',
    reach: (page) => chooseMenu(page, 'Add key', 'Add a key you have…'),
  },
  'create a key': {
    scenario: { keys: 4 },
    shows: 'The platform makes a new key',
    reach: (page) => chooseMenu(page, 'Add key', 'Create on a platform…'),
  },
  revoke: {
    scenario: { keys: 42 },
    shows: 'The platform stops accepting this key at once.',
    reach: async (page) => {
      await openThird(page);
      await page.getByRole('button', { name: 'Revoke…' }).click();
    },
  },
  'run a command': {
    scenario: { keys: 4 },
    shows: 'No shell is used',
    reach: (page) => page.getByRole('button', { name: 'Run…' }).click(),
  },
  output: {
    scenario: { keys: 4 },
    shows: 'warning: 23 of 30 requests left',
    reach: async (page) => {
      await openThird(page);
      await page.getByRole('complementary').getByRole('button', { name: 'Run…' }).click();
      await page.getByRole('textbox', { name: 'Command' }).fill('node agent.js --forever');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
    },
  },
  'a notice': {
    scenario: { extraKeys: [{ name: 'old-bot' }, { name: 'new-bot' }] },
    shows: 'old-bot is no longer in the vault.',
    reach: async (page) => {
      await page.getByRole('row', { name: 'old-bot' }).click();
      await page.getByRole('button', { name: 'Forget…' }).click();
      await page.getByLabel('Type old-bot to confirm').fill('old-bot');
      await page.getByRole('button', { name: 'Forget old-bot' }).click();
    },
  },
  menu: {
    scenario: { keys: 4 },
    shows: 'Check with the platforms',
    reach: (page) => page.getByRole('button', { name: 'More' }).click(),
  },
  shortcuts: {
    scenario: { keys: 4 },
    shows: 'Go through the keys',
    reach: (page) => page.keyboard.press('?'),
  },
};

/** Each size in one theme and each theme in one size: what one of them spoils, it spoils in both of the other. */
const LOOKS = [
  { size: { width: 1280, height: 800 }, colorScheme: 'light' },
  { size: { width: 900, height: 600 }, colorScheme: 'dark' },
] as const;

for (const [name, { scenario, place, shows, reach }] of Object.entries(STATES)) {
  test(`${name}: readable, reachable, in both themes and sizes`, async ({ page, open }) => {
    await open(scenario, place);
    await reach?.(page);
    await expect(page.getByText(shows).first()).toBeVisible();
    for (const { size, colorScheme } of LOOKS) {
      await page.setViewportSize(size);
      expect(await sidewaysOverflow(page)).toEqual([]);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      await settle(page);
      const axe = new AxeBuilder({ page }).setLegacyMode();
      // Colours differ from theme to theme; names, roles and order do not.
      if (colorScheme === 'dark') axe.withRules(['color-contrast']);
      const { violations } = await axe.analyze();
      expect(
        violations.map(
          ({ id, nodes }) =>
            `${colorScheme} ${size.width}: ${id} ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
        ),
      ).toEqual([]);
    }
  });
}

/** Waits until no transition runs: a colour half-way through one has no contrast worth measuring. */
const settle = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    // Two frames: the new theme is in the styles, and the transitions to it have begun.
    for (let frame = 0; frame < 2; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const ending = document
      .getAnimations()
      .filter(
        (animation) =>
          animation.playState === 'running' && animation.effect?.getTiming().iterations !== Infinity,
      );
    return Promise.allSettled(ending.map((animation) => animation.finished));
  });

/** Everything that a person could scroll sideways, but a terminal and what lies in one. */
const sidewaysOverflow = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 &&
          element.closest('[role=log], code, input, textarea') === null,
      )
      .filter(
        (element) =>
          /auto|scroll/.test(getComputedStyle(element).overflowX) || element === document.documentElement,
      )
      .map((element) => element.outerHTML.slice(0, 120)),
  );
