import { formatDays, formatNumber, inDays, plural } from '../../ui/text/format.ts';

/** How a check ended, in the few words that a line has room for; the code is in the line's tooltip. */
const FAILURES: ReadonlyMap<string, string> = new Map([
  ['KEY_REJECTED', 'Refused with 401'],
  ['FORBIDDEN', 'Forbidden with 403'],
  ['RATE_LIMITED', 'Rate limited, 429'],
  ['NETWORK', 'Not reached'],
  ['TIMEOUT', 'No answer in time'],
  ['TLS', 'No safe connection'],
  ['PLATFORM_ERROR', 'Platform error'],
  ['PLATFORM_ANSWER', 'Unexpected answer'],
  ['REDIRECT_REFUSED', 'Redirected elsewhere'],
]);

export const messages = {
  loading: 'Loading the overview',
  today: 'Today',
  allWell: 'Nothing needs you.',
  nothingElse: 'Nothing else needs you.',
  checked: (when: string) => `Last checked ${when}.`,
  more: (count: number) => `Show ${formatNumber(count)} more`,
  count: (count: number) => formatNumber(count),
  urgency: { now: 'Act now: ', soon: 'Soon: ' },
  matters: {
    overlap: (left: string) => `Overlap, ${left} left`,
    overlapOver: 'Overlap for too long',
    stuck: 'Rotation stands still',
    damaged: 'Damaged',
    expired: (when: string) => `Expired ${when}`,
    overdue: (days: number) => `Overdue ${formatDays(days)}`,
    silent: 'Does not answer',
    failing: (code: string) => FAILURES.get(code) ?? `Fails: ${code}`,
    laggard: (pid: number) => `Holds an old value, pid ${String(pid)}`,
    expiring: (days: number) => `Expires ${inDays(days)}`,
    lowHeadroom: (left: number, limit: number) => `${formatNumber(left)} of ${formatNumber(limit)} left`,
    due: (days: number) => (days === 0 ? 'Due today' : `Due ${inDays(days)}`),
    unused: (days: number) => `Unused ${formatDays(days)}`,
  },
  actions: {
    show: 'Show',
    rotate: 'Rotate…',
    diagnose: 'Diagnose',
    resume: 'See rotation',
    review: 'Review',
    headroom: 'See limits',
    agents: 'See agents',
  },

  ofPlatform: (platform: string, keys: number) =>
    `${platform}: ${plural(keys, { one: 'key', other: 'keys' })}`,
  figures: 'In figures',
  report: 'Report…',
  inUse: 'Keys in use',
  inTime: 'In time',
  medianAge: 'Median age',
  none: '–',
  nextDays: 'Due in the next 30 days',
  todayShort: 'Today',
  noneAhead: 'Nothing is due in the next 30 days.',
  ahead: (total: number, busiest: string, count: number) =>
    count === 1
      ? `${plural(total, { one: 'key', other: 'keys' })} in all.`
      : `${plural(total, { one: 'key', other: 'keys' })} in all, the most on ${busiest} (${formatNumber(count)}).`,
  dueOn: (count: number, day: string) => `${day}: ${formatNumber(count)} due`,
  ages: 'Keys by environment and age of their value',
  environment: 'Environment',
  ageGroups: ['< 30 d', '30–59 d', '60–89 d', '90+ d'],
};
