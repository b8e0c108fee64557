import { create } from 'zustand';
import type { KeyColumn } from '../../src-shared/domain/keys/key-table.ts';
import type { KeyTablePreferences, PreferencesView } from '../../src-shared/contract/views.ts';
import { ask } from '../bridge.ts';
import { useStatus } from './core/status.ts';

const USUAL_COLUMNS: readonly KeyColumn[] = [
  'name',
  'env',
  'status',
  'due',
  'last_used',
  'headroom',
  'owner',
];
const usualTable: KeyTablePreferences = {
  columns: [...USUAL_COLUMNS],
  group: 'none',
  sort: { column: 'due', descending: false },
};

interface PreferencesState {
  readonly keyTable: KeyTablePreferences;
  readonly dueFeed: PreferencesView['due_feed'];
  readonly suggestedFeedPath: string;
}

const nothing: PreferencesState = { keyTable: usualTable, dueFeed: null, suggestedFeedPath: '' };

/** What the vault remembers of how a person likes the window. Back to the usual while it is locked. */
export const usePreferences = create<PreferencesState>(() => nothing);

export const preferencesTold = ({ key_table, due_feed, suggested_due_feed_path }: PreferencesView): void =>
  usePreferences.setState({
    keyTable: key_table ?? usualTable,
    dueFeed: due_feed,
    suggestedFeedPath: suggested_due_feed_path,
  });

export const loadPreferences = async (): Promise<void> => {
  const outcome = await ask((core) => core.preferences.get({}));
  if (outcome.ok && useStatus.getState().status?.vault === 'unlocked') preferencesTold(outcome.result);
};

// Columns are switched several at a time; one write answers all of them.
const GATHER_MS = 400;
let gathering: ReturnType<typeof setTimeout> | undefined;

/** Shown at once and kept in a moment. That it could not be kept spoils nothing: it holds until the window closes. */
export const changeKeyTable = (change: Partial<KeyTablePreferences>): void => {
  const keyTable = { ...usePreferences.getState().keyTable, ...change };
  usePreferences.setState({ keyTable });
  clearTimeout(gathering);
  gathering = setTimeout(() => void ask((core) => core.preferences.set({ key_table: keyTable })), GATHER_MS);
};

export const resetKeyTable = (): void => changeKeyTable(usualTable);

/** Once, when the page loads. */
export const followPreferences = (): void => {
  let wasUnlocked = false;
  useStatus.subscribe(({ status }) => {
    const unlocked = status?.vault === 'unlocked';
    if (unlocked && !wasUnlocked) void loadPreferences();
    if (!unlocked && wasUnlocked) {
      clearTimeout(gathering);
      usePreferences.setState(nothing, true);
    }
    wasUnlocked = unlocked;
  });
};
