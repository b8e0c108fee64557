import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import type { Tone } from '../../ui/theme/tone.ts';
import { messages } from './messages.ts';

type LimitWindow = KeyLimitsView['windows'][number];

export interface Headroom {
  readonly words: string;
  readonly detail: string;
  /** What is left, 0 to 1; null where only the limit is known. */
  readonly share: number | null;
  readonly tone: Tone;
}

const LOW_SHARE = 0.2;

const shareOf = (window: LimitWindow): number | null =>
  window.limit === null || window.limit <= 0 || window.remaining === null
    ? null
    : window.remaining / window.limit;

/** One window in words: `23 of 120 left`, and when it starts over. */
export const headroomOf = (window: LimitWindow): Headroom => {
  const share = shareOf(window);
  const detail = [
    window.resets_in_s === null ? '' : messages.headroom.resets(window.resets_in_s),
    window.exhausted_in_s === null ? '' : messages.headroom.exhausted(window.exhausted_in_s),
    messages.headroom.source[window.source],
  ].filter((part) => part !== '');
  if (share === null || window.limit === null || window.remaining === null) {
    const words =
      window.limit === null
        ? messages.headroom.unseen
        : messages.headroom.documented(window.limit, window.id);
    return { words, detail: detail.join(' · '), share: null, tone: 'neutral' };
  }
  const tone = window.remaining === 0 ? 'danger' : share < LOW_SHARE ? 'warn' : 'neutral';
  return {
    words: messages.headroom.left(window.remaining, window.limit),
    detail: detail.join(' · '),
    share,
    tone,
  };
};

/** The window that runs out first: the one with the smallest share left. */
export const tightestOf = (limits: KeyLimitsView | undefined): LimitWindow | null => {
  let tightest: LimitWindow | null = null;
  let least = Infinity;
  for (const window of limits?.windows ?? []) {
    const share = shareOf(window);
    if (share !== null && share < least) {
      tightest = window;
      least = share;
    }
  }
  return tightest ?? limits?.windows.find((window) => window.limit !== null) ?? null;
};

export const headroomShare = (limits: KeyLimitsView | undefined): number | undefined => {
  const window = tightestOf(limits);
  return window === null ? undefined : (shareOf(window) ?? undefined);
};
