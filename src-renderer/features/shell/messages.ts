import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { ScreenId } from '../../state/view.ts';
import { formatNumber, plural } from '../../ui/text/format.ts';

export const messages = {
  app: 'Keymolt',
  navigation: 'Places',
  screens: {
    overview: 'Overview',
    keys: 'Keys',
    rotation: 'Rotation',
    headroom: 'Headroom',
    doctor: 'Doctor',
    agents: 'Agents',
    audit: 'Audit',
    settings: 'Settings',
  } satisfies Record<ScreenId, string>,
  palette: {
    open: 'Find anything',
    hint: (keys: string) => `Find anything (${keys})`,
    placeholder: 'Go to a place, do something, or find a key',
    actions: 'Actions',
    ofKeys: 'With a key',
    places: 'Places',
    keys: 'Keys',
    nothing: 'Nothing is called that.',
    add: 'Add a key you have',
    create: 'Create a key on a platform',
    run: 'Run a command with a key',
    import: 'Import keys from a file',
    report: 'A report, and the calendar of due dates',
    tour: 'Rehearse a rotation and a leak on the sandbox',
    sync: 'Check with the platforms',
    lock: 'Lock the vault',
    examine: 'Examine all keys',
    verify: 'Verify the audit log',
    exportAudit: 'Export the audit log',
    start: (name: string) => `Start ${name}`,
    editProfile: (name: string) => `Edit the profile ${name}`,
    output: (name: string) => `Show the output of ${name}`,
    restart: (name: string) => `Start ${name} again`,
    stop: (name: string) => `Stop ${name}`,
    resume: (key: string) => `Go on with the rotation of ${key}`,
    abort: (key: string) => `Abort the rotation of ${key} and put back`,
    everywhere: 'Look at all environments',
    environment: (name: string) => `Look at ${name}`,
    dryRun: (env: string) => `Dry run of automatic rotation in ${env}`,
    group: (by: string) => `Group keys by: ${by}`,
    look: (scheme: string) => `Look: ${scheme}`,
    switch: (what: string, isOn: boolean) => `${what}: turn ${isOn ? 'on' : 'off'}`,
    switched: (what: string, isOn: boolean) => `${what}: ${isOn ? 'on' : 'off'}.`,
    accepted: (name: string) => `The platform accepted ${name} just now.`,
    verbs: {
      copy: (name: string) => `Copy the value of ${name}`,
      rotate: (name: string) => `Rotate ${name}…`,
      test: (name: string) => `Test ${name}`,
      run: (name: string) => `Run a command with ${name}…`,
      diagnose: (name: string) => `Diagnose ${name}`,
      prefix: (name: string) => `Copy the prefix of ${name}`,
      fingerprint: (name: string) => `Copy the fingerprint of ${name}`,
      target: (name: string) => `Add a place where ${name} is used…`,
      revoke: (name: string) => `Revoke ${name}…`,
      forget: (name: string) => `Forget ${name}…`,
    },
  },
  missingKey: (name: string) => `There is no key ${name} in this vault.`,
  liveFrame: (env: string) => `LIVE · You are looking at ${env}. What you change here reaches real users.`,
  connecting: 'Opening Keymolt…',

  lost: {
    title: 'Keymolt does not answer',
    lead: 'The part of Keymolt that holds the vault has stopped or is busy. Your keys are safe in their file, and nothing typed here was sent.',
    retry: 'Try again',
    retrying: 'This window tries again by itself every few seconds.',
  },
  refused: {
    title: 'Keymolt cannot open its vault',
    lead: 'Nothing was changed. This is what stands in the way:',
    retry: 'Try again',
  },
  outside: {
    title: 'This page belongs to the Keymolt window',
    lead: 'It was opened in an ordinary browser, where it can reach no vault. Start Keymolt instead.',
  },
  damaged: {
    title: 'The vault file is damaged',
    lead: 'Its contents do not fit their checksum, so Keymolt does not open it. The file was not changed.',
    steps: 'What now',
    backup: 'Put back a backup. What is there now is kept beside it.',
    disk: 'If you have no backup, keep the file and check the disk: damage that a copy or a disk error made can sometimes be undone.',
    retry: 'Check the file again',
  },
  newer: {
    title: 'This vault needs a newer Keymolt',
    lead: 'A later version of Keymolt wrote this file. This version does not know its format, and leaves it as it is.',
    update: 'Update Keymolt, then open it again.',
    retry: 'Check the file again',
  },
  vaultAt: (home: string) => `Vault in ${home}`,

  toolbar: {
    add: 'Add key',
    addMenu: { add: 'Add a key you have…', create: 'Create on a platform…' },
    run: 'Run…',
    more: 'More',
  },
  menu: {
    sync: 'Check with the platforms',
    syncing: 'Checking with the platforms…',
    keychainOn: 'Also unlock with the system keychain',
    keychainOff: 'Stop unlocking with the system keychain',
    keychainMissing: 'The system keychain cannot be used',
    sandboxStart: 'Start the sandbox platform',
    sandboxStop: 'Stop the sandbox platform',
    shortcuts: 'Keyboard shortcuts',
    theme: { auto: 'Appearance: system', light: 'Appearance: light', dark: 'Appearance: dark' },
  },
  synced: (updated: number, unknown: number, revoked: number) =>
    [
      plural(updated, { one: 'key updated', other: 'keys updated' }),
      ...(unknown > 0
        ? [plural(unknown, { one: 'key the vault does not know', other: 'keys the vault does not know' })]
        : []),
      ...(revoked > 0
        ? [plural(revoked, { one: 'key revoked elsewhere', other: 'keys revoked elsewhere' })]
        : []),
    ].join(' · '),
  proposedTitle: (key: string) => `Which key of the platform is ${key}?`,
  proposed: (name: string, id: string) =>
    `Probably “${name}”: that one moved when Keymolt called with this value. If it is, give its id in the key’s details: ${id}`,
  syncedTitle: 'Checked with the platforms',
  syncFailed: (platforms: readonly string[]) =>
    platforms.length === 1
      ? `${platforms[0] ?? ''} could not be checked`
      : `${plural(platforms.length, { one: 'platform', other: 'platforms' })} could not be checked`,

  lock: {
    button: (left: string | null) => (left === null ? 'Lock' : `Lock · ${left}`),
    label: (left: string | null) =>
      left === null ? 'Lock the vault now' : `Lock the vault now. It locks by itself in ${left}.`,
  },

  tampered: (findings: readonly string[]) =>
    `The vault does not fit what Keymolt remembers of it: ${findings.join('; ')}. You can read, but not change anything until you have looked at it.`,
  accept: 'I have looked at it',
  accepted: 'Noted in the audit log. Changes are possible again.',
  openByCode: 'You came in with the recovery code. Set a passphrase that you know; the code stays valid.',
  setPassphrase: 'Set a new passphrase…',
  foreignHost: (entries: StatusView['foreign_hosts']) =>
    entries
      .map(
        ({ platform, env, base_url }) =>
          `${platform}${env === null ? '' : ` in ${env}`} is set to ${base_url}, which is not the platform’s own address.`,
      )
      .join(' '),
  staleList: (message: string) => `The list may be out of date. ${message}`,
  retry: 'Try again',

  footer: {
    keys: (count: number) => plural(count, { one: 'key', other: 'keys' }),
    overdue: (count: number) => `${formatNumber(count)} overdue`,
    sandbox: 'Sandbox running',
    loaded: (when: string) => `Updated ${when}`,
    offline: 'Offline',
    offlineHint: 'This computer is offline. The vault works; what needs a platform has to wait.',
    silent: (names: readonly string[]) =>
      names.length === 1
        ? `${names[0] ?? ''} does not answer`
        : `${plural(names.length, { one: 'platform does', other: 'platforms do' })} not answer`,
    silentHint: (names: string) => `At the last try nothing came back from ${names}. The vault works.`,
    runs: (count: number) => plural(count, { one: 'command running', other: 'commands running' }),
    showOutput: 'Show output',
    hideOutput: 'Hide output',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    groups: [
      {
        title: 'Everywhere',
        rows: [
          ['Ctrl K', 'Find a place, an action or a key'],
          ['1 … 8', 'Go to a place of the side bar'],
          ['/', 'Search keys'],
          ['n', 'Add a key'],
          ['Ctrl L', 'Lock the vault'],
          ['Esc', 'Step back'],
          ['F6', 'Leave a terminal'],
          ['?', 'This list'],
        ],
      },
      {
        title: 'In the list of keys',
        rows: [
          ['↑ ↓', 'Go through the keys'],
          ['Enter', 'Show the details'],
          ['c', 'Copy the value for 30 seconds'],
          ['f', 'Copy the fingerprint'],
          ['p', 'Copy the prefix'],
          ['r', 'Run a command with the key'],
        ],
      },
      {
        title: 'In the calendar of due dates',
        rows: [
          ['← ↑ ↓ →', 'Go through the days'],
          ['PgUp', 'The month before'],
          ['PgDn', 'The month after'],
          ['Enter', 'The keys of the day'],
        ],
      },
    ] as const,
  },
};
