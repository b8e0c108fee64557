import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { headroomShare } from '../keys/headroom.ts';

export const STANDINGS = ['soon', 'low', 'room', 'unseen'] as const;
export type Standing = (typeof STANDINGS)[number];

const GRACE_S = 5;

/**
 * Seconds until the first of a key's limits is used up at the present rate; null: none is in sight. A forecast whose time
 * has passed without news did not come true, and a window that has begun anew is not used up.
 * @param now epoch ms
 */
export const soonestOf = (
  { windows, actions, observed_at: observedAt }: KeyLimitsView,
  now: number,
): number | null => {
  const sinceS = observedAt === null ? 0 : (now - Date.parse(observedAt)) / 1000;
  const ends = [...windows, ...actions].flatMap(({ exhausted_in_s: at, resets_in_s: resets, remaining }) =>
    at === null || sinceS > (remaining === 0 ? (resets ?? 0) : at) + GRACE_S ? [] : [at],
  );
  return ends.length === 0 ? null : Math.min(...ends);
};

const LOW_SHARE = 0.2;

export function standingOf(entry: KeyLimitsView, now: number): Standing {
  if (soonestOf(entry, now) !== null) return 'soon';
  const share = headroomShare(entry);
  return share === undefined ? 'unseen' : share < LOW_SHARE ? 'low' : 'room';
}
