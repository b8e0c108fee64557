import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { headroomShare } from '../keys/headroom.ts';

export const STANDINGS = ['soon', 'low', 'room', 'unseen'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Seconds until the first of a key's limits is used up at the present rate; null: none is in sight. */
export const soonestOf = ({ windows, actions }: KeyLimitsView): number | null => {
  const ends = [...windows, ...actions].flatMap(({ exhausted_in_s: at }) => (at === null ? [] : [at]));
  return ends.length === 0 ? null : Math.min(...ends);
};

const LOW_SHARE = 0.2;

export function standingOf(entry: KeyLimitsView): Standing {
  if (soonestOf(entry) !== null) return 'soon';
  const share = headroomShare(entry);
  return share === undefined ? 'unseen' : share < LOW_SHARE ? 'low' : 'room';
}
