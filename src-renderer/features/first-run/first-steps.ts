import type { KeyView } from '../../../src-shared/contract/views.ts';

export const FIRST_STEPS = ['key', 'works', 'run', 'rehearsal'] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

/** A vault with more keys than that has a person who knows their way about. */
export const MOST_KEYS = 4;

type Told = Pick<KeyView, 'last_check' | 'last_used_at' | 'rotated_at' | 'status'>;

/** @returns which steps are behind; null where there is nothing left to show */
export const firstStepsOf = (
  keys: readonly Told[],
  isRunning: boolean,
): readonly { readonly id: FirstStep; readonly isDone: boolean }[] | null => {
  if (keys.length > MOST_KEYS) return null;
  const isDone: Record<FirstStep, boolean> = {
    key: keys.length > 0,
    works: keys.some(({ last_check: check }) => check?.outcome === 'ok'),
    run: isRunning || keys.some(({ last_used_at: usedAt }) => usedAt !== null),
    rehearsal: keys.some(({ rotated_at: rotatedAt, status }) => rotatedAt !== null || status === 'revoked'),
  };
  const steps = FIRST_STEPS.map((id) => ({ id, isDone: isDone[id] }));
  return steps.every(({ isDone: done }) => done) ? null : steps;
};
