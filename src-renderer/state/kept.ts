import { useCallback } from 'react';
import { create } from 'zustand';
import { useView } from './view.ts';

/** Names that begin so belong to the dialog that is open, and are forgotten with it. */
const OF_DIALOG = 'dialog:';

const useKeptValues = create<{ readonly values: ReadonlyMap<string, unknown> }>(() => ({
  values: new Map(),
}));

const put = (name: string, value: unknown): void =>
  useKeptValues.setState(({ values }) => ({ values: new Map(values).set(name, value) }));

/**
 * As `useState`, for what was typed or chosen: it outlives a lock in the middle of it, and a core that is gone for a while.
 * SECURITY: never for a secret, which lives in its field alone (ui/secret-input.ts).
 * @param name unique in the window; `dialog:` before it: forgotten when the dialog closes
 */
export function useKept<T>(name: string, initial: T): readonly [T, (value: T) => void] {
  const value = useKeptValues(({ values }) => (values.has(name) ? (values.get(name) as T) : initial));
  return [value, useCallback((next: T) => put(name, next), [name])];
}

/** Once, when the page loads. */
export const followKept = (): void => {
  useView.subscribe(({ dialog }, before) => {
    if (dialog !== null || before.dialog === null) return;
    useKeptValues.setState(({ values }) => ({
      values: new Map([...values].filter(([name]) => !name.startsWith(OF_DIALOG))),
    }));
  });
};
