import type { GalleryStates } from './state.ts';

const LONG = 'agent-of-the-team-that-looks-after-the-northern-harbours-'.repeat(3);
/** Names at the ends of what may be, and people who write from right to left. */
const LONG_AND_RTL = {
  extraKeys: [
    {
      name: LONG,
      env: 'prod',
      owner: 'צוות הנמלים הצפוניים והאיים שמעבר להם',
      days_left: -4,
      project: 'נמל',
    },
    { name: 'support-bot', owner: 'نورة', project: 'ميناء', days_left: 3 },
    { name: 'idle-bot', owner: 'o'.repeat(400), last_used_at: '2025-01-01T00:00:00Z' },
  ],
} as const;
const DISK_FULL = {
  code: 'DISK_FULL',
  message: 'The disk is full: nothing was changed.',
  hint: 'Free some space, then try again.',
} as const;
const DOWN = {
  code: 'NETWORK',
  message: 'MoltbotDen Hosting cannot be reached: no connection to api.moltbotden.com (ECONNREFUSED).',
  hint: 'Nothing was revoked. Resume once it answers.',
} as const;

/** What fails, by code; and each place while it waits, with too much, and from right to left. */
export const troubleStates: GalleryStates = {
  'overview, on its way': {
    scenario: { slow: { 'overview.show': -1, 'keys.list': -1 } },
    place: 'Overview',
    shows: 'Overview',
  },
  'overview, not read': {
    scenario: {
      keys: 12,
      fails: {
        'overview.show': {
          code: 'STORAGE_FAILED',
          message: 'The disk answered with an error.',
          hint: 'Check it.',
        },
      },
    },
    place: 'Overview',
    shows: 'could not be loaded',
  },
  'overview, long names from right to left': {
    scenario: LONG_AND_RTL,
    place: 'Overview',
    shows: 'Overdue 4 days',
    dir: 'rtl',
  },
  'rotation, none yet': { scenario: {}, place: 'Rotation', shows: 'No rotation is in progress.' },
  'rotation, due dates on their way': {
    scenario: { slow: { 'keys.list': -1 } },
    place: 'Rotation',
    shows: 'Due dates',
  },
  'rotation, 10,000 keys': {
    scenario: { keys: 10_000 },
    place: 'Rotation',
    shows: 'Overdue 1',
    steps: [{ click: 'List' }],
  },
  'rotation, not read': {
    scenario: {
      keys: 4,
      fails: {
        'rotations.list': {
          code: 'STORAGE_FAILED',
          message: 'The disk reported an error (IOERR): could not read the vault.',
          hint: 'Check the disk; what was saved before is untouched.',
        },
      },
    },
    place: 'Rotation',
    shows: 'The disk reported an error (IOERR): could not read the vault.',
  },
  'rotation, the platform is down': {
    scenario: { keys: 4, rotations: [{ key: 'billing-main', env: 'prod', state: 'deployed', cause: DOWN }] },
    place: 'Rotation',
    shows: 'Resume once it answers.',
  },
  'rotation, long names from right to left': {
    scenario: {
      ...LONG_AND_RTL,
      rotations: [
        {
          key: LONG,
          env: 'prod',
          targets: [{ target: `/srv/${'folder/'.repeat(20)}.env#TOKEN`, state: 'applied', detail: '' }],
          laggards: [{ pid: 4711, command: 'node', file: null }],
        },
      ],
    },
    place: 'Rotation',
    shows: 'Still on the old value',
    dir: 'rtl',
  },
  'headroom, 10,000 keys': { scenario: { keys: 10_000 }, place: 'Headroom', shows: '812 of 1,000 left' },
  'headroom, long names from right to left': {
    scenario: LONG_AND_RTL,
    place: 'Headroom',
    shows: 'support-bot',
    dir: 'rtl',
  },
  'doctor, on its way': {
    scenario: {
      extraKeys: [{ name: 'agent', last_check: { at: '2026-01-01T00:00:00Z', outcome: 'KEY_REJECTED' } }],
      slow: { 'doctor.run': -1 },
    },
    place: 'Overview',
    shows: 'looking…',
    steps: [{ click: 'Diagnose agent' }],
  },
  'doctor, could not look': {
    scenario: {
      keys: 4,
      fails: {
        'doctor.run': {
          code: 'INTERNAL',
          message: 'Keymolt made a mistake; nothing was lost.',
          hint: 'The log of the agent tells more.',
        },
      },
    },
    place: 'Doctor',
    shows: 'Keymolt made a mistake; nothing was lost.',
    steps: [{ click: 'Examine' }],
  },
  'doctor, 10,000 keys': {
    scenario: { keys: 10_000 },
    place: 'Doctor',
    shows: 'Show 9,900 more',
    steps: [{ click: 'Examine' }, { sees: 'Show 9,900 more' }],
  },
  'agents, long names from right to left': {
    scenario: {
      ...LONG_AND_RTL,
      profiles: [
        {
          id: 'p1',
          name: 'סוכן התמיכה',
          env: 'prod',
          command: ['node', `${'a-file-with-a-long-name-'.repeat(8)}.js`],
          cwd: `/home/me/${'folder/'.repeat(20)}`,
          keys: [LONG],
          watch: true,
        },
      ],
      status: {
        runs: [
          {
            run_id: 'run-a',
            pid: 4711,
            command: 'node',
            cwd: `/home/me/${'folder/'.repeat(20)}`,
            env: 'prod',
            since: '2026-03-12T09:04:05Z',
            keys: [`prod/${LONG}`],
            laggard: true,
          },
        ],
      },
    },
    place: 'Agents',
    shows: 'סוכן התמיכה',
    dir: 'rtl',
  },
  'a command that does not start': {
    scenario: {
      keys: 4,
      fails: {
        'runs.launch': {
          code: 'COMMAND_NOT_FOUND',
          message: 'There is no program “nodee” on the PATH of this app.',
          hint: 'Give its whole path, or start Keymolt from a terminal that has it.',
        },
      },
    },
    shows: 'There is no program “nodee”',
    steps: [
      { row: 3 },
      { click: 'Run…', in: 'Details of' },
      { fill: 'Command', with: 'nodee agent.js' },
      { click: 'Run in' },
    ],
  },
  'audit, many entries from right to left': {
    scenario: { auditEntries: 400 },
    place: 'Audit',
    shows: 'Load older entries',
    dir: 'rtl',
  },
  'settings of a browser’s window': {
    scenario: { keys: 4, status: { keychain: 'unavailable', keychain_detail: 'nothing answers.' } },
    place: 'Settings',
    shows: 'An installed browser draws it',
  },
  'settings, right to left': {
    scenario: {
      keys: 4,
      desktop: { notifications: true, stay_in_tray: false, start_at_login: false },
      platforms: {
        'den-hosting': {
          base_url: `https://${'proxy.'.repeat(12)}example/v1`,
          per_environment: [{ env: 'prod', base_url: 'https://prod.example/v1' }],
        },
      },
    },
    place: 'Settings',
    shows: 'prod: https://prod.example/v1',
    dir: 'rtl',
  },
  'import, the disk is full': {
    scenario: { keys: 4, fails: { 'imports.take': DISK_FULL } },
    shows: 'The disk is full',
    steps: [
      { drop: 'DEN_API_KEY=mbd_test_abcabc', called: 'shop.env' },
      { sees: 'among' },
      { click: 'Import 1 key' },
    ],
  },
  'a test, the platform is down': {
    scenario: { keys: 4, fails: { 'keys.test': { ...DOWN, hint: 'Check the network, then try again.' } } },
    shows: 'cannot be reached',
    steps: [{ row: 1 }, { click: 'Test', in: 'Details of' }],
  },
  'rotate a key, one is open already': {
    scenario: {
      keys: 4,
      fails: {
        'rotations.start': {
          code: 'ROTATION_UNFINISHED',
          message: 'A rotation of dev/agent-dev-01 is open (stored).',
          hint: 'Go on with `keymolt rotate resume dev/agent-dev-01`, or back with `keymolt rotate abort dev/agent-dev-01`.',
        },
      },
    },
    shows: 'See the open rotation',
    steps: [{ row: 'agent-dev-01' }, { click: 'Rotate…', in: 'Details of' }, { click: 'Start rotation' }],
  },
  'revoke, still alive': {
    scenario: {
      extraKeys: [{ name: 'old-bot' }],
      fails: {
        'keys.revoke': {
          code: 'STILL_ALIVE',
          message:
            'The platform took the revocation of dev/old-bot, but the key was not refused within 60 s.',
          hint: 'Revoke it again in a minute; if it stays so, use the platform’s console.',
        },
      },
    },
    shows: 'was not refused within 60 s',
    steps: [
      { row: 'old-bot' },
      { click: 'Revoke…' },
      { fill: 'Type old-bot to confirm', with: 'old-bot' },
      { click: 'Revoke old-bot' },
    ],
  },
  'a fact of a key that is gone meanwhile': {
    scenario: {
      extraKeys: [{ name: 'old-bot' }],
      fails: {
        'keys.edit': {
          code: 'KEY_NOT_FOUND',
          message: 'There is no key dev/old-bot: another program has taken it away since.',
          hint: 'Look at the list of keys.',
        },
      },
    },
    shows: 'has taken it away since',
    steps: [
      { row: 'old-bot' },
      { click: 'Change owner' },
      { fill: 'Owner', with: 'search-team' },
      { click: 'Save' },
    ],
  },
  'a value that cannot be copied': {
    scenario: {
      keys: 4,
      fails: {
        'keys.copy': {
          code: 'CLIPBOARD_UNAVAILABLE',
          message: 'The browser could not reach the clipboard.',
          hint: 'Use “Run…”, or `keymolt key copy` in a terminal.',
        },
      },
    },
    shows: 'could not reach the clipboard',
    steps: [{ row: 1 }, { click: 'Copy value' }],
  },
  'several things at once': {
    scenario: {
      keys: 4,
      status: {
        tampered: true,
        tamper_findings: ['a record was removed', 'the log was cut off'],
        foreign_hosts: [
          { platform: 'den-hosting', env: 'prod', base_url: 'https://proxy.example' },
          { platform: 'den-agent', env: null, base_url: `https://${'another.'.repeat(9)}example` },
        ],
      },
      fails: {
        'sync.run': DOWN,
        'sandbox.start': {
          code: 'SANDBOX_UNAVAILABLE',
          message: 'The sandbox could not be started.',
          hint: 'The log of the agent tells more.',
        },
      },
    },
    shows: 'The sandbox could not be started.',
    steps: [
      { click: 'More' },
      { click: 'Check with the platforms' },
      { sees: 'cannot be reached' },
      { click: 'More' },
      { click: 'Start the sandbox platform' },
    ],
  },
};
