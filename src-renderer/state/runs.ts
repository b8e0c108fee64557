import { create } from 'zustand';
import { listen } from '../bridge.ts';
import { appendOutput, type WindowRun } from './run-output.ts';

interface RunsState {
  readonly runs: readonly WindowRun[];
  readonly shown: string | null;
  readonly dockOpen: boolean;
}

const MAX_RUNS = 8;

/** Commands started from this window and what they said. Output comes masked from the core. */
export const useRuns = create<RunsState>(() => ({ runs: [], shown: null, dockOpen: false }));

/** Output that came before the answer that names its run; a fast command can be that quick. */
const early = new Map<string, ((run: WindowRun) => WindowRun)[]>();

const change = (id: string, how: (run: WindowRun) => WindowRun): void => {
  if (!useRuns.getState().runs.some((run) => run.id === id)) {
    early.set(id, [...(early.get(id) ?? []), how]);
    return;
  }
  useRuns.setState((state) => ({ runs: state.runs.map((run) => (run.id === id ? how(run) : run)) }));
};

export const runStarted = (id: string, command: string, env: string): void => {
  const fresh: WindowRun = { id, command, env, startedAt: Date.now(), output: [], dropped: 0, ended: null };
  const run = (early.get(id) ?? []).reduce((before, how) => how(before), fresh);
  early.delete(id);
  useRuns.setState((state) => ({ runs: [...state.runs, run].slice(-MAX_RUNS), shown: id, dockOpen: true }));
};

export const showRun = (id: string): void => useRuns.setState({ shown: id, dockOpen: true });
export const setDockOpen = (dockOpen: boolean): void => useRuns.setState({ dockOpen });
export const dismissRun = (id: string): void =>
  useRuns.setState((state) => {
    const runs = state.runs.filter((run) => run.id !== id);
    return {
      runs,
      shown: state.shown === id ? (runs.at(-1)?.id ?? null) : state.shown,
      dockOpen: runs.length > 0 && state.dockOpen,
    };
  });

export const followRuns = (): void => {
  listen('runOutput', ({ run_id, stream, text }) => change(run_id, (run) => appendOutput(run, stream, text)));
  listen('runEnded', ({ run_id, exit_code, signal }) =>
    change(run_id, (run) => ({ ...run, ended: { exitCode: exit_code, signal } })),
  );
};
