import type { GalleryStates } from './state.ts';

/** The list of keys, what lies over it, and the shell around it. */
export const keyStates: GalleryStates = {
  loading: { scenario: { slow: { 'keys.list': -1 } }, shows: 'Rotation due', picture: 'dark 900' },
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
  details: { scenario: { keys: 42 }, shows: 'Fingerprint', steps: [{ row: 3 }], picture: 'light 1280' },
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
    picture: 'light 1280',
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
