import { create } from 'zustand';
import type { DoctorCheckView, DoctorView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../bridge.ts';
import type { KeyRef } from '../key-ref.ts';
import { useStatus } from './status.ts';

interface DoctorState {
  /** Null: all keys of the environment that is chosen. */
  readonly key: KeyRef | null;
  /** The examination that runs; null while none does. */
  readonly operationId: string | null;
  /** Rungs in the order in which they became known. */
  readonly checks: readonly DoctorCheckView[];
  readonly view: DoctorView | null;
  readonly problem: ErrorView | null;
}

const nothing: DoctorState = { key: null, operationId: null, checks: [], view: null, problem: null };

/** The examination that is on screen. Emptied when the vault locks. */
export const useDoctor = create<DoctorState>(() => nothing);

export const chooseForDoctor = (key: KeyRef | null): void =>
  useDoctor.setState((state) => (state.operationId === null ? { ...nothing, key } : state));

/** @param env what "all keys" means; null: every environment */
export const examine = async (key: KeyRef | null, env: string | null): Promise<void> => {
  if (useDoctor.getState().operationId !== null) return;
  const operationId = crypto.randomUUID();
  useDoctor.setState({ ...nothing, key, operationId }, true);
  const outcome = await ask((core) =>
    core.doctor.run({
      ...(key === null ? (env === null ? {} : { env }) : { key }),
      operation_id: operationId,
    }),
  );
  if (useDoctor.getState().operationId !== operationId) return;
  useDoctor.setState({
    operationId: null,
    ...(outcome.ok ? { view: outcome.result, checks: outcome.result.checks } : { problem: outcome.error }),
  });
};

export const cancelExamination = (): void => {
  const { operationId } = useDoctor.getState();
  if (operationId !== null) void ask((core) => core.operations.cancel({ operation_id: operationId }));
};

/** Once, when the page loads. */
export const followDoctor = (): void => {
  listen('doctorProgress', ({ operation_id: operationId, key, check }) => {
    useDoctor.setState((state) => {
      // Of many keys at once only the outcome is shown: their rungs would run through each other.
      if (state.operationId !== operationId || (state.key === null && key !== null)) return state;
      return { checks: [...state.checks.filter(({ id }) => id !== check.id), check] };
    });
  });
  useStatus.subscribe(({ status }) => {
    if (status?.vault !== 'unlocked') useDoctor.setState(nothing, true);
  });
};
