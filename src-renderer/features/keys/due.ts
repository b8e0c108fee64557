import type { KeyView } from '../../../src-shared/contract/views.ts';
import { exactDate } from '../../ui/text/format.ts';
import type { Tone } from '../../ui/theme/tone.ts';
import { messages } from './messages.ts';

export interface Due {
  readonly words: string;
  readonly exact: string;
  /** How much of the rotation period has passed, 0 to 1. */
  readonly share: number;
  readonly tone: Tone;
}

const SOON_DAYS = 7;

/** A key that no longer works needs no rotation. */
export const isOver = (key: Pick<KeyView, 'status'>): boolean =>
  key.status === 'revoked' || key.status === 'lost';

export const dueOf = (key: KeyView, now: number): Due | null => {
  if (isOver(key)) return null;
  const dueAt = Date.parse(key.due_at);
  const startedAt = Date.parse(key.rotated_at ?? key.created_at);
  const share = dueAt > startedAt ? (now - startedAt) / (dueAt - startedAt) : 1;
  const exact = messages.due.exact(exactDate(key.due_at));
  if (key.days_left < 0)
    return { words: messages.due.overdue(-key.days_left), exact, share: 1, tone: 'danger' };
  if (key.days_left === 0) return { words: messages.due.today, exact, share, tone: 'warn' };
  return {
    words: messages.due.later(key.days_left),
    exact,
    share,
    tone: key.days_left <= SOON_DAYS ? 'warn' : 'neutral',
  };
};
