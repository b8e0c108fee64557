import type { GalleryStates } from './state.ts';

/** What opens over everything else. */
export const dialogStates: GalleryStates = {
  'find anything': {
    scenario: { keys: 42 },
    shows: 'search-team',
    steps: [{ press: 'Control+k' }, { sees: 'Lock' }, { fill: 'find a key', with: 'billing' }],
    picture: 'dark 900',
  },
  'add a key': {
    scenario: { keys: 4 },
    shows: 'Paste it here.',
    steps: [{ click: 'Add key' }, { click: 'Add a key you have…' }],
    picture: 'light 1280',
  },
  'create a key': {
    scenario: { keys: 4 },
    shows: 'The platform makes a new key',
    steps: [{ click: 'Add key' }, { click: 'Create on a platform…' }],
    picture: 'dark 900',
  },
  'rotate a key': {
    scenario: { extraKeys: [{ name: 'agent', platform: 'den-agent' }] },
    shows: 'Regenerate it in the platform’s dashboard',
    steps: [{ row: 1 }, { click: 'Rotate…' }],
    picture: 'dark 900',
  },
  revoke: {
    scenario: { keys: 4 },
    shows: 'The platform stops accepting this key at once.',
    steps: [{ row: 3 }, { click: 'Revoke…' }],
    picture: 'dark 900',
  },
  'an address that live keys would go to': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'The passphrase is not right.',
    steps: [
      { click: 'Change MoltbotDen Hosting' },
      { fill: 'Address', with: 'https://proxy.northern-harbours.example/v1/hosting' },
      { click: 'Save' },
      { sees: 'that needs the passphrase' },
      { fill: 'Passphrase', with: 'not it' },
      { click: 'Save' },
    ],
  },
  'an address that cannot be used': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'it is not https',
    steps: [
      { click: 'Change MoltbotDen Hosting' },
      { fill: 'Address', with: 'http://proxy.example' },
      { click: 'Save' },
    ],
  },
  'a platform that nobody is signed in to': {
    scenario: { keys: 0, createNeedsSession: true },
    shows: 'has no active MoltbotDen Hosting key',
    steps: [
      { press: 'Control+k' },
      { click: 'Create a key on a platform' },
      { focused: 'Name' },
      { fill: 'Name', with: 'first-key' },
      { fill: 'Platform', with: '' },
      { press: 'ArrowDown' },
      { click: 'MoltbotDen Hosting' },
      { click: 'Create first-key' },
    ],
  },
  'a platform that takes the place of another': {
    scenario: {
      keys: 4,
      platforms: {
        'den-agent': {
          id: 'harbour',
          name: 'Harbour',
          builtin: false,
          base_url: 'https://harbour.example/v1',
        },
      },
      definitions: [{ id: 'harbour', name: 'Harbour', baseUrl: 'https://harbour-two.example/v1' }],
    },
    place: 'Settings',
    shows: 'that needs the passphrase',
    steps: [{ click: 'Import a platform…' }, { click: 'Choose a file…' }, { click: 'Import Harbour' }],
    picture: 'light 1280',
  },
  'a definition that does not fit': {
    scenario: {
      keys: 4,
      definitions: [{ id: 'harbour', baseUrl: 'http://harbour.example', rotation: { strategy: 'often' } }],
    },
    place: 'Settings',
    shows: 'The definition does not fit',
    steps: [{ click: 'Import a platform…' }, { click: 'Choose a file…' }],
  },
  'a sign-in that is refused': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'does not accept this e-mail address',
    steps: [
      { click: 'Sign in…' },
      { fill: 'E-mail', with: 'ops@northern-harbours.example' },
      { fill: 'Password', with: 'not it' },
      { click: 'Sign in', in: 'Sign in to a platform' },
    ],
    picture: 'dark 900',
  },
  'change the passphrase': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'New passphrase again',
    steps: [{ click: 'Change passphrase…' }],
    picture: 'dark 900',
  },
  'new recovery code': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'It is void at once',
    steps: [{ click: 'New recovery code…' }],
    picture: 'light 1280',
  },
  'add a live environment': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'It is marked LIVE everywhere',
    steps: [
      { click: 'Add environment…' },
      { fill: 'Name', with: 'eu-prod' },
      { click: 'Live', in: 'Add an environment' },
    ],
    picture: 'dark 900',
  },
  'back up, done': {
    scenario: { keys: 4 },
    place: 'Settings',
    shows: 'The backup is written.',
    steps: [{ click: 'Back up…' }, { click: 'Save to downloads' }],
    picture: 'light 1280',
  },
  'restore, about to': {
    scenario: {
      keys: 4,
      fails: {
        'vault.restoreChosen': {
          code: 'BAD_FILE',
          message:
            'keymolt-backup-2026-03-01.db is not a backup of a vault: The vault file is damaged: it is no SQLite file.',
          hint: 'Use another file; the vault in place was not touched.',
        },
      },
    },
    place: 'Settings',
    shows: 'the vault in place was not touched',
    steps: [
      { click: 'Restore…' },
      { click: 'Choose a backup…' },
      { fill: 'Type replace', with: 'replace' },
      { click: 'Replace the vault' },
    ],
    picture: 'dark 900',
  },
  menu: { scenario: { keys: 4 }, shows: 'Check with the platforms', steps: [{ click: 'More' }] },
  shortcuts: {
    scenario: { keys: 4 },
    shows: 'Go through the keys',
    steps: [{ press: '?' }],
  },
};
