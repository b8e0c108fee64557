import type { RotationView } from '../../../src-shared/contract/views.ts';
import { FORWARD_STEPS } from '../../../src-shared/domain/rotation/rotation-plan.ts';

type Step = RotationView['steps'][number];

/** As the core tells it; the step that is at work, or that waits for a person, apart. */
export type Standing = Step['status'] | 'current' | 'held';

export interface StepOfWay extends Omit<Step, 'at'> {
  readonly standing: Standing;
  /** null: it was not come to yet. */
  readonly at: string | null;
}

const BACK: readonly Step['name'][] = ['revoke_new'];

/** The whole way of a rotation: what was done as the core noted it, then, while it is open, what is still to come. */
export function stepsOf(
  rotation: Pick<RotationView, 'steps' | 'strategy' | 'direction' | 'cause'>,
  isOpen: boolean,
): readonly StepOfWay[] {
  const { steps, strategy, direction, cause } = rotation;
  const known = steps.map((step) => ({
    ...step,
    standing: step.status,
    at: step.status === 'ok' || step.status === 'failed' ? step.at : null,
  }));
  if (!isOpen) return known;
  // Where a platform replaces a key at once, the old one is not there to be revoked.
  const way = (direction === 'forward' ? FORWARD_STEPS : BACK).filter(
    (name) => name !== 'revoke' || strategy === 'overlap',
  );
  const all: StepOfWay[] = [
    ...known,
    ...way
      .filter((name) => !steps.some((step) => step.name === name))
      .map((name) => ({ name, status: 'pending', standing: 'pending', at: null, detail: '' }) as const),
  ];
  const next = steps.some(({ status }) => status === 'failed')
    ? undefined
    : all.find(({ status }) => status === 'pending');
  return all.map((step) =>
    step === next ? { ...step, standing: cause === null ? 'current' : 'held' } : step,
  );
}
