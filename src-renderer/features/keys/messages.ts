import type { KeyView, KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { formatDays, formatNumber, inDays, plural, remaining } from '../../ui/format.ts';

export type ColumnId = 'name' | 'env' | 'status' | 'due' | 'last_used' | 'headroom' | 'owner';

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
  } satisfies Record<ColumnId, string>,
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
    unseen: 'not seen yet',
    unseenWhy: 'The platform has told nothing yet. Test the key or use it, and its answer fills this in.',
    left: (left: number, limit: number) => `${formatNumber(left)} of ${formatNumber(limit)} left`,
    resets: (seconds: number) => `resets in ${remaining(seconds * 1000)}`,
    documented: (limit: number, window: keyof typeof WINDOW_WORDS) =>
      `${formatNumber(limit)} ${window === 'burst' ? 'at once' : WINDOW_WORDS[window]}`,
    window: (window: keyof typeof WINDOW_WORDS) =>
      window === 'burst' ? 'Burst' : `Requests ${WINDOW_WORDS[window]}`,
    source: { observed: 'seen in the last answer', estimated: 'estimated', documented: 'as documented' },
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
    sandbox: 'Try it with the sandbox',
    sandboxHint: 'A platform that runs on this computer alone. Nothing you do there can hurt anything.',
    add: 'Add a key you have',
    create: 'Create one on a platform',
  },
  noMatch: {
    title: (query: string) => `No key matches “${query}”`,
    inEnv: (env: string) => `Searched in ${env} only.`,
    everywhere: 'Names, owners, projects, purposes, prefixes, fingerprints and key ids were searched.',
    clear: 'Clear search',
    allEnvs: 'Search all environments',
  },
  failed: { title: 'The keys could not be loaded', retry: 'Load again' },

  panel: {
    label: (name: string) => `Details of ${name}`,
    close: 'Close details',
    copy: 'Copy value',
    copied: (left: string) => `Clears in ${left}`,
    copiedNotice: (name: string) => `${name} is on the clipboard for 30 seconds.`,
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
    sections: { rotation: 'Rotation', headroom: 'Headroom', facts: 'Facts' },
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
