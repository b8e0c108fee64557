import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import type { Standing } from './standing.ts';
import { remaining } from '../../ui/text/format.ts';

export const messages = {
  board: 'Headroom of every key, tightest first',
  unseen: 'No answer seen yet',
  seen: (when: string) => `Seen ${when}`,
  calm: 'Lasts at this rate',
  forecast: (seconds: number) => `429 in about ${remaining(seconds * 1000)} at this rate`,
  usedUp: 'Used up: the next call gets 429',
  noReading: 'No reading yet',
  noHistory: 'no history yet',
  standings: {
    soon: 'on the way to a 429',
    low: 'with little left',
    room: 'with room',
    unseen: 'without a reading',
  } satisfies Record<Standing, string>,
  tightest: 'Tightest:',
  /** No header told of an estimate: it is counted from the calls that were seen, and others may have made more. */
  about: (words: string, source: KeyLimitsView['windows'][number]['source']) =>
    source === 'estimated' ? `≤ ${words}` : words,
  action: (label: string) => `${label.charAt(0).toUpperCase()}${label.slice(1)}`,
  place: (place: string) => ` (${place})`,
  inPlace: (label: string, place: string) => `${label} (${place})`,
  loading: 'Loading the limits',
  failed: 'The limits could not be read',
  check: 'Check with the platforms',
  emptyTitle: 'No limits seen yet',
  emptyLead:
    'Every answer of a platform says how many requests are left. Test a key, or check with the platforms, and its limits show here.',
};
