import { create } from 'zustand';
import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { useInventory } from './inventory.ts';
import type { KeyRef } from '../key-ref.ts';

export interface HeadroomPoint {
  /** Epoch ms of the answer that told it. */
  readonly at: number;
  /** What was left of the tightest window, 0 to 1. */
  readonly share: number;
}

export const HISTORY_MS = 3_600_000;
const MOST_POINTS = 240;

/** What each key's answers said within the last hour, as far as this window has seen them. Emptied with the inventory. */
export const useHeadroomHistory = create<{ readonly points: ReadonlyMap<KeyRef, readonly HeadroomPoint[]> }>(
  () => ({ points: new Map() }),
);

/** @returns the smallest observed share; undefined where nothing was observed */
const tightestShare = ({ windows }: KeyLimitsView): number | undefined => {
  const shares = windows.flatMap(({ limit, remaining, source }) =>
    source === 'observed' && limit !== null && limit > 0 && remaining !== null ? [remaining / limit] : [],
  );
  return shares.length === 0 ? undefined : Math.min(...shares);
};

const noted = (
  before: ReadonlyMap<KeyRef, readonly HeadroomPoint[]>,
  limits: ReadonlyMap<KeyRef, KeyLimitsView>,
): ReadonlyMap<KeyRef, readonly HeadroomPoint[]> => {
  const next = new Map<KeyRef, readonly HeadroomPoint[]>();
  for (const [ref, entry] of limits) {
    const share = tightestShare(entry);
    const earlier = before.get(ref);
    if (share === undefined || entry.observed_at === null) {
      // A window that began anew tells nothing; what was told before stays told.
      if (earlier !== undefined) next.set(ref, earlier);
      continue;
    }
    const at = Date.parse(entry.observed_at);
    const kept = (earlier ?? []).filter((point) => point.at > at - HISTORY_MS);
    next.set(ref, kept.at(-1)?.at === at ? kept : [...kept, { at, share }].slice(-MOST_POINTS));
  }
  return next;
};

/** Keeps the history; once, when the page loads. */
export const followHeadroom = (): void => {
  useInventory.subscribe(({ limits }, before) => {
    if (limits === before.limits) return;
    useHeadroomHistory.setState(({ points }) => ({ points: noted(points, limits) }));
  });
};
