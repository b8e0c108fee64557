import { create } from 'zustand';
import type { LaunchProfileView, WindowRunView } from '../../../src-shared/contract/views.ts';
import { ask, listen } from '../../bridge.ts';
import { refreshStatus, useStatus } from './status.ts';

interface RunsState {
  /** Commands started in a window, the oldest first. What they print is not kept here. */
  readonly runs: readonly WindowRunView[];
  readonly profiles: readonly LaunchProfileView[];
  readonly shown: string | null;
  readonly dock: 'closed' | 'open' | 'tall';
  /** What a terminal shows is told to a screen reader, too; it costs time. */
  readonly readsAloud: boolean;
}

export const useRuns = create<RunsState>(() => ({
  runs: [],
  profiles: [],
  shown: null,
  dock: 'closed',
  readsAloud: false,
}));

const refresh = async (): Promise<void> => {
  if (useStatus.getState().status?.vault !== 'unlocked') return;
  const [runs, profiles] = await Promise.all([
    ask((core) => core.runs.list({})),
    ask((core) => core.profiles.list({})),
  ]);
  if (runs.ok) useRuns.setState({ runs: runs.result.runs });
  if (profiles.ok) useRuns.setState({ profiles: profiles.result.profiles });
};

/** One that has just been started is shown at once. */
export const runStarted = (run: WindowRunView): void =>
  useRuns.setState(({ runs, dock }) => ({
    runs: [...runs.filter(({ id }) => id !== run.id), run],
    shown: run.id,
    dock: dock === 'closed' ? 'open' : dock,
  }));

export const showRun = (shown: string): void =>
  useRuns.setState(({ dock }) => ({ shown, dock: dock === 'closed' ? 'open' : dock }));
export const setDock = (dock: RunsState['dock']): void => useRuns.setState({ dock });
export const setReadsAloud = (readsAloud: boolean): void => useRuns.setState({ readsAloud });

export const dismissRun = (dismissed: string): void => {
  useRuns.setState(({ runs, shown, dock }) => {
    const others = runs.filter(({ id }) => id !== dismissed);
    return {
      runs: others,
      shown: shown === dismissed ? (others.at(-1)?.id ?? null) : shown,
      dock: others.length === 0 ? 'closed' : dock,
    };
  });
  void ask((core) => core.runs.dismiss({ id: dismissed }));
};

/** Starts listening; once, when the page loads. */
export const followRuns = (): void => {
  listen('dataChanged', ({ what }) => {
    if (what !== 'runs') return;
    void refresh();
    // Which commands hold a key is said with the status.
    void refreshStatus();
  });
  useStatus.subscribe(({ status }, before) => {
    if (status?.vault === 'unlocked' && before.status?.vault !== 'unlocked') void refresh();
  });
};
