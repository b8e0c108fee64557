export const messages = {
  vault: 'Vault',
  keychain: 'Also unlock with the system keychain',
  keychainHint: (store: string) => `${store} keeps a second key to the vault. The passphrase still works.`,
  keychainMissing: (why: string) => `Not available here: ${why}`,
  keychainIsOn: (detail: string) => `From now on ${detail} can unlock the vault.`,
  keychainIsOff: 'Only the passphrase and the recovery code unlock the vault now.',
  home: 'Folder',
  version: 'Version',
  vaultCommands:
    'In a terminal: “keymolt passwd” changes the passphrase, “keymolt backup FILE” makes a sealed copy.',
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
  environmentColumns: ['Environment', 'Keys', 'Rotated every … days', 'Handing out a key'],
  rotateLabel: (env: string) => `Days between rotations in ${env}`,
  rotateHint: '90, as usual',
  approveLabel: (env: string) => `When ${env} asks before it hands out a key`,
  approvals: {
    never: 'is never asked about',
    live: 'is asked about if the environment is live',
    always: 'is always asked about',
  },
  passphrase: 'Passphrase',
  passphraseWhy: 'Whoever changes when Keymolt asks has to know the passphrase.',
  change: 'Change',
  cancel: 'Cancel',
  confirmTitle: (env: string, words: string) => `A key of ${env} ${words}`,
  saved: (env: string) => `${env} is changed.`,

  platforms: 'Platforms',
  sandbox: 'Sandbox platform',
  sandboxHint: 'Runs on this computer alone. Nothing you do there can hurt anything.',
  platformColumns: ['Platform', 'Address', 'Rotation', 'Tier'],
  rotation: { overlap: 'two keys overlap', cutover: 'at once', none: 'by hand' },
  notSet: '–',
  platformCommands:
    'In a terminal: “keymolt platform set ID --base-url URL” changes an address, “keymolt platform check ID” asks the platform what it does.',
};
