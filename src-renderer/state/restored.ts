import { create } from 'zustand';
import { useStatus } from './core/status.ts';

interface RestoredState {
  readonly isWaiting: boolean;
  /** Under which name the vault before is kept in its folder; null: there was none. */
  readonly kept: string | null;
}

const nothing: RestoredState = { isWaiting: false, kept: null };

/** A backup that was put in the vault's place, and waits to be opened. */
export const useRestored = create<RestoredState>(() => nothing);

export const vaultRestored = (kept: string | null): void => useRestored.setState({ isWaiting: true, kept });

/** Once, when the page loads. */
export const followRestored = (): void => {
  useStatus.subscribe(({ status }) => {
    if (status?.vault === 'unlocked') useRestored.setState(nothing, true);
  });
};
