import { create } from 'zustand';
import { listen } from '../bridge.ts';

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface WindowRun {
  readonly id: string;
  readonly command: string;
  readonly env: string;
  readonly startedAt: number;
  readonly output: readonly OutputLine[];
  /** Lines dropped from the front, so that a chatty command cannot fill the memory. */
  readonly dropped: number;
  readonly ended: { readonly exitCode: number | null; readonly signal: string | null } | null;
}

interface RunsState {
  readonly runs: readonly WindowRun[];
  readonly shown: string | null;
  readonly dockOpen: boolean;
}

const MAX_LINES = 5000;
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

/** Adds a piece of output: the last line goes on until it ends, a new stream starts a new line. */
export const appendOutput = (run: WindowRun, stream: OutputLine['stream'], text: string): WindowRun => {
  const lines = [...run.output];
  for (const piece of text.split(/(?<=\n)/)) {
    const last = lines.at(-1);
    if (last?.stream === stream && !last.text.endsWith('\n')) {
      lines[lines.length - 1] = { stream, text: last.text + piece };
    } else {
      lines.push({ stream, text: piece });
    }
  }
  const excess = Math.max(0, lines.length - MAX_LINES);
  return { ...run, output: excess > 0 ? lines.slice(excess) : lines, dropped: run.dropped + excess };
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
