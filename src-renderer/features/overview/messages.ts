import { formatDays, formatNumber, inDays, plural } from '../../ui/format.ts';

export const messages = {
  loading: 'Loading the overview',
  today: 'Today',
  allWell: 'Nothing needs you.',
  nothingElse: 'Nothing else needs you.',
  checked: (when: string) => `Last checked ${when}.`,
  more: (count: number) => plural(count, { one: 'more', other: 'more' }),
  urgency: { now: 'Act now: ', soon: 'Soon: ' },
  matters: {
    damaged: 'Damaged',
    expired: (when: string) => `Expired ${when}`,
    overdue: (days: number) => `Overdue ${formatDays(days)}`,
    failing: (code: string) => `Fails: ${code}`,
    laggard: (pid: number) => `Holds an old value, pid ${String(pid)}`,
    expiring: (days: number) => `Expires ${inDays(days)}`,
    lowHeadroom: (left: number, limit: number) => `${formatNumber(left)} of ${formatNumber(limit)} left`,
    due: (days: number) => (days === 0 ? 'Due today' : `Due ${inDays(days)}`),
    unused: (days: number) => `Unused ${formatDays(days)}`,
  },
  actions: { show: 'Show', revoke: 'Revoke…', headroom: 'Headroom', agents: 'Agents' },

  figures: 'In figures',
  inUse: 'Keys in use',
  inTime: 'In time',
  medianAge: 'Median age',
  none: '–',
  nextDays: 'Due in the next 30 days',
  todayShort: 'today',
  noneAhead: 'Nothing is due in the next 30 days.',
  ahead: (total: number, busiest: string, count: number) =>
    `${plural(total, { one: 'key is', other: 'keys are' })} due; the busiest day is ${busiest} with ${formatNumber(count)}.`,
  dueOn: (count: number, day: string) => `${day}: ${formatNumber(count)} due`,
  ages: 'Keys by environment and age of their value',
  environment: 'Environment',
  ageGroups: ['< 30 d', '30–59 d', '60–89 d', '90 d +'],
};
