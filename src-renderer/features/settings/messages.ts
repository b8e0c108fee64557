import { formatNumber, plural } from '../../ui/text/format.ts';

export const messages = {
  vault: 'Vault',
  keychain: 'Also unlock with the system keychain',
  keychainHint: (store: string) => `${store} keeps a second key to the vault. The passphrase still works.`,
  keychainMissing: (why: string) => `Not available here: ${why}`,
  keychainIsOn: (detail: string) => `From now on ${detail} can unlock the vault.`,
  keychainIsOff: 'Only the passphrase and the recovery code unlock the vault now.',
  home: 'Folder',
  version: 'Version',
  vaultCommands: 'In a terminal: “keymolt backup FILE” makes a sealed copy.',
  changePassphrase: {
    open: 'Change passphrase…',
    title: 'Change the passphrase',
    lead: 'The recovery code and the keychain go on working. Backups made before still open with the old passphrase.',
    currentIs: 'What you know',
    ways: [
      { value: 'passphrase', label: 'The passphrase' },
      { value: 'recovery', label: 'The recovery code' },
    ],
    current: { passphrase: 'Current passphrase', recovery: 'Recovery code' },
    next: 'New passphrase',
    again: 'New passphrase again',
    submit: 'Change passphrase',
    done: 'From now on the new passphrase opens the vault.',
  },
  renewCode: {
    open: 'New recovery code…',
    title: 'Make a new recovery code',
    lead: 'For when the old one was lost or seen. It is void at once; backups made before still open with it.',
    why: 'Whoever makes a code that opens the vault has to know the passphrase.',
    submit: 'Make a new code',
    missing: {
      message: 'The new recovery code did not arrive, and the old one may be void.',
      hint: 'Make another one.',
    },
  },
  look: 'Look',
  schemes: [
    { value: 'auto', label: 'As the system' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
  ],

  desktop: {
    title: 'On this computer',
    notifications: {
      label: 'Notify me',
      hint: 'When a key is due, a rotation stands still or is done, or a key runs out of its limit. Without names.',
    },
    stay_in_tray: {
      label: 'Stay in the tray when the window is closed',
      hint: 'Quit from the icon in the tray. The vault locks by itself as always.',
    },
    start_at_login: {
      label: 'Start when I log in',
      hint: 'Locked, and without a window until you ask for it.',
    },
  },

  environments: 'Environments',
  environmentColumns: ['Environment', 'Keys', 'Rotate every', 'Ask before a key is handed out'],
  rotateLabel: (env: string) => `Days between rotations in ${env}`,
  rotateHint: '90 days, as usual',
  rotateUnit: ' days',
  approveLabel: (env: string) => `When ${env} asks before it hands out a key`,
  approvals: {
    never: 'Never',
    live: 'If the environment is live',
    always: 'Always',
  },
  passphrase: 'Passphrase',
  passphraseWhy: 'Whoever changes when Keymolt asks has to know the passphrase.',
  change: 'Change',
  cancel: 'Cancel',
  confirmTitle: (env: string, words: string) =>
    `Ask before a key of ${env} is handed out: ${words.charAt(0).toLowerCase()}${words.slice(1)}`,
  saved: (env: string) => `${env} is changed.`,

  automatic: {
    title: 'Automatic rotation',
    hint: 'At its hour, due keys of an environment are rotated whose targets all take a new value by themselves.',
    columns: ['Environment', 'Each day at', 'Also while the vault is locked', 'What it would do'],
    hourLabel: (env: string) => `Hour of automatic rotation in ${env}`,
    unlocksLabel: (env: string) => `Rotate keys of ${env} also while the vault is locked`,
    needsKeychain: 'Opening a locked vault takes the system keychain, which is off above.',
    allowTitle: (env: string) => `The schedule may open a locked vault for ${env}`,
    allowWhy:
      'The system keychain opens it at the hour, for the rotation alone: nobody else is let in meanwhile, and it is locked again when that is done.',
    allow: 'Allow',
    dryRun: 'Dry run',
    dryRunOf: (env: string) => `Dry run of ${env}`,
    dryRunTitle: 'What automatic rotation would do',
    looking: 'Looking at the keys and their targets…',
    isOff: 'It is off: this is what it would do now.',
    next: (when: string) => `The next run is on ${when}.`,
    rotates: (count: number) => plural(count, { one: 'key rotates', other: 'keys rotate' }),
    stays: (count: number) => plural(count, { one: 'key stays as it is', other: 'keys stay as they are' }),
    due: (when: string) => `due ${when}`,
    waits:
      'Not while the vault is locked: commands that hold it are started anew, and would have to ask the vault.',
    more: (count: number) => `and ${formatNumber(count)} more`,
    nothing: 'There are no keys in it.',
    close: 'Close',
  },

  platforms: 'Platforms',
  sandbox: 'Sandbox platform',
  sandboxHint: 'Runs on this computer alone. Nothing you do there can hurt anything.',
  platformColumns: ['Platform', 'Address', 'Rotation', 'Tier'],
  rotation: { overlap: 'two keys overlap', cutover: 'at once', none: 'by hand' },
  notSet: '–',
  platformCommands:
    'In a terminal: “keymolt platform set ID --base-url URL” changes an address, “keymolt platform check ID” asks the platform what it does.',
};
