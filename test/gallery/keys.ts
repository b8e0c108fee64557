import type { GalleryStates } from './state.ts';

const IMPORTED = [
  'DEN_API_KEY=mbd_test_abcabc',
  'BILLING_KEY=mbd_test_defdef',
  'TOKEN=sk-0123456789abcdef',
  'KNOWN_KEY=mbd_test_known',
  'PORT=8080',
  'DEBUG=1',
].join('\n');

/** The list of keys, what lies over it, and the shell around it. */
export const keyStates: GalleryStates = {
  loading: { scenario: { slow: { 'keys.list': -1 } }, shows: 'Rotation due', picture: 'dark 900' },
  'the first of 10,000 keys': {
    scenario: { keys: 10_000, onlyFirstKeys: true, place: { at: 'screen', screen: 'keys' } },
    shows: '10,000 keys',
  },
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
    picture: 'light 1280',
  },
  'no keys': { scenario: {}, shows: 'No keys yet', picture: 'light 1280' },
  'few keys': { scenario: { keys: 4 }, shows: '4 keys', picture: 'dark 900' },
  'many keys, sandbox, overdue': {
    scenario: {
      keys: 42,
      status: { sandbox: { base_url: 'http://127.0.0.1:1', control_url: 'http://127.0.0.1:2', pid: 9 } },
    },
    shows: 'Sandbox running',
    picture: 'light 1280',
  },
  '10,000 keys': { scenario: { keys: 10_000 }, shows: '10,000 keys' },
  'a live environment': {
    scenario: { keys: 12 },
    shows: 'You are looking at prod.',
    steps: [{ click: 'PROD · LIVE' }],
    picture: 'dark 900',
  },
  'no match': {
    scenario: { keys: 12 },
    shows: 'No key matches “nothing like it”',
    steps: [{ fill: 'Search', with: 'nothing like it' }],
  },
  grouped: {
    scenario: {
      keys: 42,
      keyTable: {
        columns: ['name', 'env', 'status', 'due', 'project', 'platform', 'prefix', 'created'],
        group: 'owner',
        sort: { column: 'due', descending: false },
      },
    },
    shows: 'platform-team',
    picture: 'dark 900',
  },
  'grouped, long names': {
    scenario: {
      extraKeys: [
        { name: '1'.repeat(200), owner: 'ö'.repeat(500), project: 'p'.repeat(300) },
        { name: '2'.repeat(200), owner: 'ö'.repeat(500), status: 'revoked' },
      ],
      keyTable: {
        columns: ['name', 'env', 'due', 'owner', 'project', 'variable', 'fingerprint', 'expires'],
        group: 'owner',
        sort: { column: 'name', descending: false },
      },
    },
    shows: '2 keys',
  },
  'columns to choose': {
    scenario: { keys: 12 },
    shows: 'Show the usual columns',
    steps: [{ click: 'Columns' }],
    picture: 'light 1280',
  },
  'a value on the clipboard': {
    scenario: { keys: 12 },
    shows: 'Clears in',
    steps: [{ row: 2 }, { click: 'Copy value' }],
  },
  'a fact is changed': {
    scenario: { keys: 12 },
    shows: 'Save',
    steps: [{ row: 1 }, { click: 'Change owner' }],
  },
  'what an allow list admits': {
    scenario: {
      extraKeys: [{ name: 'listed', cidrs: ['203.0.113.0/24', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32'] }],
    },
    shows: 'Everyone: every IPv4 address is admitted',
    steps: [{ row: 'listed' }, { click: 'Change allowed addresses' }],
    picture: 'light 1280',
  },
  'import a file': {
    scenario: { keys: 4 },
    shows: 'Choose a .env file, or drop one on the window.',
    steps: [{ click: 'Import a file…' }, { sees: 'Choose a .env file' }],
  },
  'import, what becomes what': {
    scenario: { keys: 4 },
    shows: 'shop.env: 2 keys among 6 variables.',
    steps: [{ drop: IMPORTED, called: 'shop.env' }, { sees: 'among' }, { click: 'Take TOKEN' }],
    picture: 'dark 900',
  },
  'import, not a file of variables': {
    scenario: { keys: 4 },
    shows: 'is a ZIP archive or an Office document',
    steps: [{ drop: 'PK\u0003\u0004', called: 'photos.env' }, { sees: 'is a ZIP archive' }],
  },
  'first steps': {
    scenario: { extraKeys: [{ name: 'mine', last_used_at: null }] },
    place: 'Overview',
    shows: 'Rehearse a rotation and a leak on the sandbox, with a test key',
    picture: 'light 1280',
  },
  'a rehearsal': {
    scenario: { extraKeys: [{ name: 'mine', last_used_at: null }] },
    place: 'Overview',
    shows: 'The old one was tried again, and refused.',
    steps: [
      { click: 'Rehearse…' },
      { click: 'Create a test key' },
      { click: 'Ask with the key' },
      { click: 'Rotate the key' },
      { sees: 'Imagine that the key was pasted' },
    ],
    picture: 'dark 900',
  },
  report: {
    scenario: { keys: 42 },
    place: 'Overview',
    shows: 'Calendar of due dates',
    steps: [{ click: 'Report…' }, { sees: 'API keys of all environments' }],
    picture: 'light 1280',
  },
  details: { scenario: { keys: 42 }, shows: 'Fingerprint', steps: [{ row: 3 }], picture: 'light 1280' },
  'where a key is used': {
    scenario: {
      extraKeys: [{ name: 'agent' }],
      targets: [
        {},
        {
          id: 'target01',
          path: `/srv/${'a-folder-with-a-long-name/'.repeat(8)}read-only.env`,
          kind: 'systemd',
          label: 'systemd environment file',
        },
        {
          id: 'target02',
          kind: 'command',
          label: 'command /usr/local/bin/deploy',
          path: null,
          variable: null,
          command: ['/usr/local/bin/deploy', '--to', 'shop'],
          cwd: '/srv/shop',
          give: 'stdin',
        },
      ],
      status: {
        runs: [
          {
            run_id: 'r1',
            pid: 4711,
            command: 'node',
            cwd: '/home/me',
            env: 'dev',
            since: '2026-03-12T09:04:05Z',
            keys: ['dev/agent'],
            laggard: true,
          },
        ],
      },
    },
    shows: 'Ready for a rotation',
    steps: [{ row: 'agent' }, { click: 'Check them' }],
  },
  'a place where a key is used': {
    scenario: { extraKeys: [{ name: 'agent' }] },
    shows: 'Give the whole path of the file',
    steps: [
      { row: 'agent' },
      { click: 'Add a place…' },
      { fill: 'File', with: 'agents/.env' },
      { click: 'Add place', in: 'Where agent is used' },
    ],
  },
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
    steps: [{ row: 'damaged-one' }],
    picture: 'dark 900',
  },
  'details of a long name': {
    scenario: {
      extraKeys: [
        {
          name: 'agent-of-the-team-'.repeat(11),
          owner: 'the team that looks after the billing of the northern harbours',
          purpose: 'Answers what customers ask about their bills, in eleven languages. '.repeat(7),
          project: 'harbour-north-east-and-the-islands-beyond',
        },
      ],
    },
    shows: 'Fingerprint',
    steps: [{ row: 1 }],
  },
  'right to left': {
    scenario: {
      keys: 8,
      extraKeys: [
        { name: 'support-bot', owner: 'נועה', project: 'נמל', purpose: 'עונה לשאלות של לקוחות' },
        { name: 'search-bot', owner: 'ليلى', project: 'ميناء', purpose: 'يبحث في المستندات' },
      ],
    },
    shows: 'Fingerprint',
    steps: [{ row: 'support-bot' }],
    dir: 'rtl',
    picture: 'light 1280',
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
    picture: 'light 1280',
  },
  'opened with the recovery code': {
    scenario: { keys: 4, status: { vault: 'locked' } },
    shows: 'You came in with the recovery code.',
    steps: [
      { click: 'Use the recovery code instead' },
      { fill: 'Recovery code', with: '7KQ4M-2X9TB-HC3VN-8RWPD-J6FYZ-Q5A2E-9MKTX' },
      { press: 'Enter' },
      { sees: 'You came in with the recovery code.' },
    ],
  },
  'what can be done with a key, by name': {
    scenario: { keys: 42 },
    shows: 'Rotate billing',
    steps: [{ press: 'Control+k' }, { sees: 'Lock' }, { fill: 'find a key', with: 'rotate billing' }],
  },
  'a notice': {
    scenario: { extraKeys: [{ name: 'old-bot' }, { name: 'new-bot' }] },
    shows: 'old-bot is no longer in the vault.',
    steps: [
      { row: 'old-bot' },
      { click: 'Forget…' },
      { fill: 'Type old-bot to confirm', with: 'old-bot' },
      { click: 'Forget old-bot' },
    ],
  },
};
