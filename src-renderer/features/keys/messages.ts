import type { KeyColumn, KeyGroup } from '../../../src-shared/domain/keys/key-table.ts';
import type { KeyView, KeyLimitsView } from '../../../src-shared/contract/views.ts';
import type { TimelineKind } from '../../../src-shared/domain/keys/key-timeline.ts';
import { formatDays, formatNumber, inDays, plural, remaining } from '../../ui/text/format.ts';

const WINDOW_WORDS: Record<KeyLimitsView['windows'][number]['id'], string> = {
  burst: 'burst',
  minute: 'a minute',
  hour: 'an hour',
  day: 'a day',
  window: 'a window',
};

export const messages = {
  columns: {
    name: 'Name',
    env: 'Environment',
    status: 'Status',
    due: 'Rotation due',
    last_used: 'Last used',
    headroom: 'Headroom',
    owner: 'Owner',
    project: 'Project',
    platform: 'Platform',
    prefix: 'Prefix',
    fingerprint: 'Fingerprint',
    variable: 'Variable',
    created: 'Created',
    rotated: 'Rotated',
    expires: 'Expires',
  } satisfies Record<KeyColumn, string>,
  bar: {
    label: 'The list',
    group: 'Group',
    groupedBy: (group: string) => `Group: ${group}`,
    groups: {
      none: 'None',
      project: 'Project',
      owner: 'Owner',
      env: 'Environment',
    } satisfies Record<KeyGroup, string>,
    columns: 'Columns',
    columnsNote: 'Where there is no room for all, the details beside the list have the rest.',
    reset: 'Show the usual columns',
    import: 'Import a file…',
    onClipboard: (key: string, left: string) => `Clears in ${left}: ${key}`,
    onClipboardLong: (key: string, left: string) =>
      `${key} is on the clipboard. It is taken off again in ${left}.`,
  },
  groupHead: {
    none: { project: 'No project', owner: 'No owner', env: '', none: '' } satisfies Record<KeyGroup, string>,
    overdue: (count: number) => `${formatNumber(count)} overdue`,
    open: (name: string) => `Show the keys of ${name}`,
    close: (name: string) => `Hide the keys of ${name}`,
  },
  statuses: {
    active: 'Active',
    pending: 'Pending',
    retiring: 'Retiring',
    disabled: 'Disabled',
    revoked: 'Revoked',
    lost: 'Lost',
  } satisfies Record<KeyView['status'], string>,
  damaged: 'Damaged',
  lastCheckFailed: (code: string, when: string) => `Last check: ${code}, ${when}`,
  table: 'Keys',
  sortBy: (column: string) => `Sort by ${column}`,
  never: 'never',
  unknown: 'not known',
  none: 'none',

  due: {
    overdue: (days: number) => `Overdue ${formatDays(days)}`,
    today: 'Due today',
    later: (days: number) => inDays(days),
    over: 'Not in use',
    exact: (date: string) => `Due ${date}`,
  },
  headroom: {
    over: '–',
    unseen: 'not seen yet',
    unseenWhy: 'The platform has told nothing yet. Test the key or use it, and its answer fills this in.',
    left: (left: number, limit: number) => `${formatNumber(left)} of ${formatNumber(limit)} left`,
    resets: (seconds: number) => `resets in ${remaining(seconds * 1000)}`,
    documented: (limit: number, window: keyof typeof WINDOW_WORDS) =>
      `${formatNumber(limit)} ${window === 'burst' ? 'at once' : WINDOW_WORDS[window]}`,
    window: (window: keyof typeof WINDOW_WORDS) =>
      window === 'burst' ? 'Burst' : `Requests ${WINDOW_WORDS[window]}`,
    source: {
      observed: 'seen in the last answer',
      estimated: 'at most, as far as Keymolt knows',
      documented: 'as documented',
    },
    exhausted: (seconds: number) => `used up in about ${remaining(seconds * 1000)} at this rate`,
  },

  filter: { label: 'Environment', all: 'All', live: (name: string) => `${name.toUpperCase()} · LIVE` },
  search: { label: 'Search keys', placeholder: 'Search keys', clear: 'Clear search' },
  results: (shown: number, all: number) =>
    shown === all
      ? plural(all, { one: 'key', other: 'keys' })
      : `${formatNumber(shown)} of ${plural(all, { one: 'key', other: 'keys' })}`,
  loading: 'Loading keys',

  noKeys: {
    title: 'No keys yet',
    lead: 'This is where your keys will be: which environment they belong to, when each is due for rotation, and how much rate limit is left.',
    leadEnv: (env: string) => `There is no key in ${env} yet.`,
    import: 'Import a file…',
    sandbox: 'Try it with the sandbox',
    sandboxHint: 'A platform that runs on this computer alone. Nothing you do there can hurt anything.',
    add: 'Add a key you have…',
    create: 'Create on a platform…',
  },
  noMatch: {
    title: (query: string) => `No key matches “${query}”`,
    inEnv: (env: string) => `Searched in ${env} only.`,
    everywhere: 'Names, owners, projects, purposes, prefixes, fingerprints and key ids were searched.',
    clear: 'Clear search',
    allEnvs: 'Search all environments',
  },
  failed: { title: 'The keys could not be loaded' },

  panel: {
    label: (name: string) => `Details of ${name}`,
    close: 'Close details',
    copy: 'Copy value',
    copied: (left: string) => `Clears in ${left}`,
    copiedNotice: (name: string, keptOut: boolean) =>
      keptOut
        ? `${name} is on the clipboard for 30 seconds. Clipboard histories were told to keep nothing of it.`
        : `${name} is on the clipboard for 30 seconds. A clipboard history may keep it longer.`,
    test: 'Test',
    testing: 'Testing…',
    run: 'Run…',
    rotate: 'Rotate…',
    diagnose: 'Diagnose',
    revoke: 'Revoke…',
    forget: 'Forget…',
    accepted: (when: string) => `The platform accepted this key ${when}.`,
    failedCheck: (code: string, when: string) => `Last check ${when} ended with ${code}.`,
    unchecked: 'Not checked yet.',
    damagedTitle: 'This key is damaged',
    damagedHint:
      'Its sealed data does not fit its seal, so Keymolt does not use it. Restore a backup, or create a new key and forget this one.',
    sections: {
      rotation: 'Rotation',
      headroom: 'Headroom',
      about: 'About this key',
      access: 'Scopes and addresses',
      facts: 'Facts',
      timeline: 'Timeline',
    },
    edit: {
      start: (what: string) => `Change ${what.toLowerCase()}`,
      save: 'Save',
      cancel: 'Cancel',
      empty: 'Add…',
      none: 'None',
      cleaned: 'Characters that cannot be seen were left out.',
      days: 'days',
      rotateEvery: 'Rotate every',
      expires: 'Expires on',
      noExpiry: 'No date',
      byDefault: 'As the environment says',
      scopesHint: 'One scope a line, as the platform’s console names it.',
      keyIdHint:
        'As the platform’s own list says it. With it Keymolt can revoke and rotate the key; of another key it would end that one.',
      keyIdBad: 'Letters, digits, dots, colons, dashes and underscores, at most 200.',
      variableBad: 'Letters, digits and underscore; not a digit first.',
    },
    cidr: {
      label: 'Allowed addresses',
      hint: 'One address or network a line, such as 203.0.113.0/24 or 2001:db8::/32.',
      none: 'No list: requests may come from any address.',
      total: (v4: string, v6: string) =>
        v4 === '0'
          ? `Admits ${v6} IPv6 addresses.`
          : v6 === '0'
            ? `Admits ${v4} IPv4 addresses.`
            : `Admits ${v4} IPv4 and ${v6} IPv6 addresses.`,
      moreThan: (count: string) => `more than ${count}`,
      one: (family: number) => `one IPv${family} address`,
      many: (count: string, family: number) => `${count} IPv${family} addresses`,
      range: (first: string, last: string) => `${first} – ${last}`,
      everyone: (family: number) =>
        `Everyone: every IPv${family} address is admitted, which is as good as no list.`,
      reach: {
        public: '',
        private: 'Private: a platform on the internet never sees these addresses.',
        loopback: 'This computer itself: a platform on the internet never sees it.',
        link_local: 'One cable or radio network: a platform on the internet never sees it.',
        everyone: 'Everyone.',
      },
      needless: (network: string, within: string) => `${network} is within ${within} already.`,
      problems: {
        not_an_address: 'not an address or network',
        leading_zero: 'a number begins with 0, which programs read differently',
        bad_prefix: 'the number behind the / does not fit',
        zone_id: 'a zone (%…) means nothing outside of one computer',
      },
      badLine: (line: string, why: string) => `“${line}”: ${why}`,
      platform: (platform: string) =>
        `Keymolt keeps this list to explain refusals. ${platform} documents no way to change its own list from here: change it in the platform’s console as well.`,
    },
    timeline: {
      loading: 'Reading the log',
      empty: 'Nothing noted yet.',
      older: 'What was longer ago is in Audit.',
      by: (actor: string) => `by ${actor}`,
      platform: 'as the platform says',
      times: (count: number) => `${formatNumber(count)} times`,
      kinds: {
        created: 'Created',
        deployed: 'Deployed',
        undeployed: 'No longer deployed',
        used: 'Used',
        handed_out: 'Value handed out',
        edited: 'Changed',
        rotation_started: 'Rotation begun',
        rotated: 'Rotated',
        rolled_back: 'Rotation rolled back',
        revoked: 'Revoked',
      } satisfies Record<TimelineKind, string>,
    },
    every: (days: number) => `every ${formatDays(days)}`,
    facts: {
      platform: 'Platform',
      account: 'Account',
      key_id: 'Key id',
      mode: 'Mode',
      var: 'Variable',
      prefix: 'Prefix',
      fingerprint: 'Fingerprint',
      created_at: 'Created',
      rotated_at: 'Rotated',
      last_used_at: 'Last used',
      expires_at: 'Expires',
      owner: 'Owner',
      project: 'Project',
      purpose: 'Purpose',
      scopes: 'Scopes',
      cidrs: 'Allowed addresses',
    },
    copyText: (what: string) => `Copy ${what.toLowerCase()}`,
    copiedText: (what: string) => `${what} copied`,
  },
};
