import { create } from 'zustand';
import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import type {
  EnvironmentView,
  KeyLimitsView,
  KeyView,
  PlatformView,
  SessionView,
} from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../bridge.ts';
import { type KeyRef, refOf } from '../key-ref.ts';
import { usePreferences } from '../preferences.ts';
import { useView } from '../view.ts';
import { loadOverviews } from './overviews.ts';
import { useStatus } from './status.ts';

interface InventoryState {
  readonly loading: 'never' | 'first' | 'again' | 'done';
  readonly error: ErrorView | null;
  readonly keys: readonly KeyView[];
  /** The most urgent ones of the environment that is looked at, until all are here. */
  readonly firstKeys: readonly KeyView[];
  readonly environments: readonly EnvironmentView[];
  readonly platforms: readonly PlatformView[];
  /** Who is signed in to which of them. */
  readonly sessions: readonly SessionView[];
  readonly limits: ReadonlyMap<KeyRef, KeyLimitsView>;
  /** Why the limits could not be had; the last ones are kept. */
  readonly limitsProblem: ErrorView | null;
}

const nothing: InventoryState = {
  loading: 'never',
  error: null,
  keys: [],
  firstKeys: [],
  environments: [],
  platforms: [],
  sessions: [],
  limits: new Map(),
  limitsProblem: null,
};

/** Keys, environments, platforms, sessions and limits as the core last told them. Emptied when the vault locks. */
export const useInventory = create<InventoryState>(() => nothing);

const byRef = (limits: readonly KeyLimitsView[]): ReadonlyMap<KeyRef, KeyLimitsView> =>
  new Map(limits.map((entry) => [refOf(entry), entry]));

const limitsOf = (
  outcome: Outcome<ResponseOf<'limits.list'>>,
): Partial<Pick<InventoryState, 'limits' | 'limitsProblem'>> =>
  outcome.ok ? { limits: byRef(outcome.result.keys), limitsProblem: null } : { limitsProblem: outcome.error };

/** More than any window has lines for. */
const FIRST_KEYS = 100;

/** Where the list is looked at and begins with the most urgent, those come before all others. */
const askForFirst = (): Promise<Outcome<ResponseOf<'keys.list'>>> | undefined => {
  const { screen, env, query } = useView.getState();
  const { sort, group } = usePreferences.getState().keyTable;
  const isUrgentFirst = sort.column === 'due' && !sort.descending && group === 'none';
  if (useInventory.getState().loading !== 'first' || screen !== 'keys' || query !== '' || !isUrgentFirst)
    return undefined;
  return ask((core) => core.keys.list({ first: FIRST_KEYS, ...(env === null ? {} : { env }) }));
};

const isLocked = (): boolean => useStatus.getState().status?.vault !== 'unlocked';

export const loadInventory = async (): Promise<void> => {
  useInventory.setState((state) => ({ loading: state.loading === 'never' ? 'first' : 'again' }));
  // In the order in which they are drawn: where the overview is looked at, the long lists come after it.
  const [environments, platforms] = await Promise.all([
    ask((core) => core.environments.list({})),
    ask((core) => core.platforms.list({})),
  ]);
  // A lock in the meantime has emptied the state; an answer from before it must not fill it again.
  if (isLocked()) return;
  useInventory.setState({
    ...(environments.ok ? { environments: environments.result.environments } : {}),
    ...(platforms.ok ? { platforms: platforms.result.platforms } : {}),
  });
  const first = askForFirst();
  const overview = loadOverviews();
  const firstKeys = await first;
  if (isLocked()) return;
  if (firstKeys?.ok === true) useInventory.setState({ firstKeys: firstKeys.result.keys });
  else if (useView.getState().screen === 'overview') await overview;
  if (isLocked()) return;
  const [keys, limits, sessions] = await Promise.all([
    ask((core) => core.keys.list({})),
    ask((core) => core.limits.list({})),
    ask((core) => core.sessions.list({})),
  ]);
  if (isLocked()) return;
  const failed = [keys, environments, platforms].find((outcome) => !outcome.ok);
  useInventory.setState({
    loading: 'done',
    error: failed?.ok === false ? failed.error : null,
    ...(keys.ok ? { keys: keys.result.keys } : {}),
    firstKeys: [],
    ...(sessions.ok ? { sessions: sessions.result.sessions } : {}),
    ...limitsOf(limits),
  });
};

const loadLimits = async (): Promise<void> => {
  const limits = await ask((core) => core.limits.list({}));
  if (useInventory.getState().loading !== 'never') useInventory.setState(limitsOf(limits));
};

// Changes come in bursts (an import, a sync): one reload answers all that arrive within this time.
const GATHER_MS = 120;

/** Keeps the inventory in step with the core; once, when the page loads. */
export const followInventory = (): void => {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const gather = (work: () => Promise<void>) => {
    clearTimeout(gathering);
    gathering = setTimeout(() => void work(), GATHER_MS);
  };
  listen('dataChanged', ({ what }) => {
    if (useInventory.getState().loading === 'never' || what === 'audit' || what === 'runs') return;
    gather(what === 'limits' && gathering === undefined ? loadLimits : loadInventory);
  });
  let wasUnlocked = false;
  useStatus.subscribe(({ status }) => {
    const unlocked = status?.vault === 'unlocked';
    if (unlocked && !wasUnlocked) void loadInventory();
    if (!unlocked) useInventory.setState(nothing, true);
    wasUnlocked = unlocked;
  });
};
