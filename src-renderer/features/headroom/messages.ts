import { remaining } from '../../ui/format.ts';

export const messages = {
  board: 'Headroom of every key, tightest first',
  unseen: 'No answer seen yet',
  seen: (when: string) => `Seen ${when}`,
  calm: 'No end in sight at this rate',
  forecast: (seconds: number) => `429 in about ${remaining(seconds * 1000)} at this rate`,
  emptyTitle: 'No limits seen yet',
  emptyLead:
    'Every answer of a platform says how many requests are left. Test a key, or check with the platforms, and its limits show here.',
};
