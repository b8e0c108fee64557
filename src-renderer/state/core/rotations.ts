import { create } from 'zustand';
import type { RotationView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../bridge.ts';
import { useStatus } from './status.ts';

interface RotationsState {
  /** Newest first. */
  readonly rotations: readonly RotationView[];
  readonly problem: ErrorView | null;
}

const nothing: RotationsState = { rotations: [], problem: null };

/** Rotations, open and over, as the core last told them. Emptied when the vault locks. */
export const useRotations = create<RotationsState>(() => nothing);

export const isOpen = ({ ended_at: endedAt }: RotationView): boolean => endedAt === null;

const newestFirst = (rotations: readonly RotationView[]): readonly RotationView[] =>
  rotations.toSorted((a, b) => (a.started_at < b.started_at ? 1 : -1));

export const noteRotation = (rotation: RotationView): void =>
  useRotations.setState(({ rotations }) => ({
    rotations: newestFirst([...rotations.filter(({ id }) => id !== rotation.id), rotation]),
  }));

const load = async (): Promise<void> => {
  const outcome = await ask((core) => core.rotations.list({}));
  if (useStatus.getState().status?.vault !== 'unlocked') return;
  if (outcome.ok) useRotations.setState({ rotations: newestFirst(outcome.result.rotations), problem: null });
  else useRotations.setState({ problem: outcome.error });
};

/** Keeps the rotations in step with the core; once, when the page loads. */
export const followRotations = (): void => {
  listen('rotationChanged', ({ rotation }) => noteRotation(rotation));
  let wasUnlocked = false;
  useStatus.subscribe(({ status }) => {
    const unlocked = status?.vault === 'unlocked';
    if (unlocked && !wasUnlocked) void load();
    if (!unlocked) useRotations.setState(nothing, true);
    wasUnlocked = unlocked;
  });
};
