import { create } from 'zustand';
import type { OverviewView, StatusView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../bridge.ts';
import { useStatus } from './status.ts';

interface OverviewsState {
  readonly isLoaded: boolean;
  /** Epoch ms of the last answer. */
  readonly loadedAt: number;
  readonly overviews: readonly OverviewView[];
  /** Ids of platforms that do not answer. */
  readonly silent: readonly string[];
  readonly problem: ErrorView | null;
  /** How many matters are listed. */
  readonly most: number;
}

/** More than a person does in a day; the list of keys has the rest. */
const FIRST_MATTERS = 12;
const MORE_MATTERS = 400;
const MOST_MATTERS = 10_000;

const nothing: OverviewsState = {
  isLoaded: false,
  loadedAt: 0,
  overviews: [],
  silent: [],
  problem: null,
  most: FIRST_MATTERS,
};

/**
 * What needs a person, and the figures, as the core reckons them: of all keys, before their list is here and without it.
 * Emptied when the vault locks.
 */
export const useOverviews = create<OverviewsState>(() => nothing);

/** Of one environment, or of all (null). Undefined: nothing is known, or it has no keys. */
export const overviewOf = (
  { overviews }: Pick<OverviewsState, 'overviews'>,
  env: string | null,
): OverviewView | undefined => overviews.find((overview) => overview.env === env);

let isAsking = false;
let isStale = false;

/** Asks once at a time; what changes meanwhile is asked for right after. */
export const loadOverviews = async (): Promise<void> => {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  while (isStale) {
    isStale = false;
    const { most } = useOverviews.getState();
    const outcome = await ask((core) => core.overview.show({ most }));
    // A lock in the meantime has emptied the state; an answer from before it must not fill it again.
    if (useStatus.getState().status?.vault !== 'unlocked') break;
    if (outcome.ok) {
      const { overviews, silent } = outcome.result;
      useOverviews.setState({ isLoaded: true, loadedAt: Date.now(), overviews, silent, problem: null });
    } else useOverviews.setState({ isLoaded: true, problem: outcome.error });
  }
  isAsking = false;
};

export const listMoreMatters = (): Promise<void> => {
  useOverviews.setState(({ most }) => ({ most: Math.min(MOST_MATTERS, most + MORE_MATTERS) }));
  return loadOverviews();
};

// Changes come in bursts (an import, a sync): one look answers all that arrive within this time.
const GATHER_MS = 120;

/** The status is told anew whenever anything of it changes; most often that is no run. */
const runsOf = (status: StatusView | null): string => JSON.stringify(status?.runs);

/** Keeps the overviews in step with what no list of keys tells; once, when the page loads. */
export const followOverviews = (): void => {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const gather = () => {
    if (!useOverviews.getState().isLoaded) return;
    clearTimeout(gathering);
    gathering = setTimeout(() => void loadOverviews(), GATHER_MS);
  };
  listen('dataChanged', ({ what }) => {
    if (what === 'limits' || what === 'runs') gather();
  });
  listen('rotationChanged', gather);
  useStatus.subscribe(({ status }, before) => {
    const isOpen = status?.vault === 'unlocked';
    if (!isOpen) useOverviews.setState(nothing, true);
    else if (runsOf(status) !== runsOf(before.status)) gather();
  });
};
