import type { DoctorCauseView, DoctorCheckView, DoctorView } from '../../../src-shared/contract/views.ts';
import type { Rung } from '../../../src-shared/domain/diagnosis/candidate.ts';
import { formatNumber, plural } from '../../ui/text/format.ts';

export const messages = {
  which: 'Which key',
  all: (env: string | null) => (env === null ? 'All keys' : `All keys of ${env}`),
  examine: 'Examine',
  cancel: 'Cancel',
  examining: 'Examining…',
  lead: 'Why a key fails, and what to type. Nothing is changed on the platform.',
  emptyTitle: 'Nothing examined yet',
  emptyLead:
    'The doctor goes up a ladder: the key’s text, the network, authentication, account, scope, addresses, limits, hygiene. The first rung that breaks names the cause.',
  healthy: (what: string) => `${what} is healthy.`,
  allHealthy: (count: number) => plural(count, { one: 'key is healthy.', other: 'keys are healthy.' }),
  took: (ms: number) => `Took ${formatNumber(ms)} ms`,
  confidence: { certain: '', likely: 'likely', possible: 'possible' } satisfies Record<
    DoctorCauseView['confidence'],
    string
  >,
  fix: 'What to type',
  does: (what: string) => `${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
  thenType: 'And after that',
  clean: 'Clean the stored value',
  cleanAfter: 'the same value without it',
  setAddress: 'Set the address',
  noAddress: 'no address',
  showChange: (name: string) => `${name}…`,
  leave: 'Leave it',
  mended: 'Changed, and examined anew.',
  rotate: 'Rotate…',
  ladder: 'The ladder',
  waiting: 'looking…',
  notReached: 'not reached',
  check: 'Check',
  rungs: {
    'key.text': 'The key’s text',
    'env.source': 'Where it comes from',
    'net.dns': 'Name',
    'net.tcp': 'Connection',
    'net.proxy': 'Proxy',
    'net.tls': 'Certificate',
    'net.clock': 'Clock',
    'net.http': 'Answer',
    'auth.who_am_i': 'Authentication',
    'account.status': 'Account',
    'key.status': 'Key’s status',
    'scope.call': 'Scope',
    'ip.allow_list': 'Address',
    'rate.limits': 'Limits',
    'hygiene.key': 'Hygiene',
  } satisfies Record<Rung, string>,
  statuses: { pass: 'passed', warn: 'look at this', fail: 'broken', skip: 'left out' } satisfies Record<
    DoctorCheckView['status'],
    string
  >,
  others: (count: number) => `Also found (${formatNumber(count)})`,
  sources: 'Where the key could come from',
  keys: 'Each key',
  verdicts: { healthy: 'Healthy', degraded: 'Works, with a finding', broken: 'Broken' } satisfies Record<
    DoctorView['verdict'],
    string
  >,
  more: (count: number) => `Show ${formatNumber(count)} more`,
  columns: ['Key', 'Environment', 'Verdict', 'Cause'],
  andMore: (count: number) => `and ${formatNumber(count)} more`,
  copyReport: 'Copy report',
  reportCopied: 'The report is on the clipboard. No value is in it.',
};
