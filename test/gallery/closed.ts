import type { GalleryStates } from './state.ts';

const createVault = [
  { fill: 'Passphrase', with: 'four unrelated quiet words' },
  { fill: 'Passphrase again', with: 'four unrelated quiet words' },
  { click: 'Create vault' },
] as const;

/** Before the vault is open, and where it cannot be. */
export const closedStates: GalleryStates = {
  'no vault yet': {
    scenario: { status: { vault: 'missing' } },
    shows: 'Create your vault',
    picture: 'light 1280',
  },
  'recovery code': {
    scenario: { status: { vault: 'missing' } },
    shows: 'Write down your recovery code',
    steps: createVault,
    picture: 'dark 900',
  },
  'no recovery code': {
    scenario: { status: { vault: 'missing' }, losesRecoveryCode: true },
    shows: 'Your vault has no recovery code yet',
    steps: createVault,
    picture: 'dark 900',
  },
  'first key': {
    scenario: { status: { vault: 'missing' } },
    shows: 'Your vault is ready',
    steps: [...createVault, { click: 'I have written it down' }, { click: 'Continue' }],
    picture: 'light 1280',
  },
  'restored, to be opened': {
    scenario: { status: { vault: 'damaged' } },
    shows: 'The backup is in place.',
    steps: [
      { click: 'Restore from a backup…' },
      { click: 'Choose a backup…' },
      { fill: 'Type replace', with: 'replace' },
      { click: 'Replace the vault' },
    ],
  },
  locked: {
    scenario: { status: { vault: 'locked', lock_reason: 'suspend', keychain: 'available' } },
    shows: 'It locked when the computer went to sleep.',
    picture: 'dark 900',
  },
  'wrong passphrase': {
    scenario: { status: { vault: 'locked', lock_reason: 'idle' } },
    shows: 'The passphrase is not the one of this vault.',
    steps: [{ fill: 'Passphrase', with: 'not it' }, { press: 'Enter' }],
    picture: 'light 1280',
  },
  'wrong recovery code': {
    scenario: { status: { vault: 'locked', lock_reason: 'by_user' } },
    shows: 'The recovery code is not right.',
    steps: [
      { click: 'Use the recovery code instead' },
      { fill: 'Recovery code', with: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG' },
      { press: 'Enter' },
    ],
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
  'damaged vault': {
    scenario: { status: { vault: 'damaged' } },
    shows: 'The vault file is damaged',
    picture: 'dark 900',
  },
  'newer vault': { scenario: { status: { vault: 'newer' } }, shows: 'This vault needs a newer Keymolt' },
  'core gone': {
    scenario: { lost: ['vault.status'] },
    shows: 'Keymolt does not answer',
    picture: 'light 1280',
  },
  'core cannot open': {
    scenario: {
      fails: {
        'vault.status': {
          code: 'UNSAFE_LOCATION',
          message: 'The folder of the vault can be written by others.',
          hint: 'Let only yourself change it: chmod go-w FOLDER',
        },
      },
    },
    shows: 'The folder of the vault can be written by others.',
  },
};
