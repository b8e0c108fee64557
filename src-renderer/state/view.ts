import { create } from 'zustand';
import type { KeyRef } from './key-ref.ts';

export type Dialog =
  | { readonly kind: 'add' }
  | { readonly kind: 'create' }
  | { readonly kind: 'launch'; readonly key: KeyRef | null }
  | { readonly kind: 'revoke'; readonly key: KeyRef }
  | { readonly kind: 'forget'; readonly key: KeyRef }
  | { readonly kind: 'shortcuts' };

interface ViewState {
  /** Null: all environments. */
  readonly env: string | null;
  readonly query: string;
  readonly selected: KeyRef | null;
  readonly panelOpen: boolean;
  readonly dialog: Dialog | null;
}

/** What the person is looking at. Outlives a lock, so that they come back to the same place; holds no secret. */
export const useView = create<ViewState>(() => ({
  env: null,
  query: '',
  selected: null,
  panelOpen: false,
  dialog: null,
}));

export const chooseEnvironment = (env: string | null): void => useView.setState({ env });
export const search = (query: string): void => useView.setState({ query });
export const select = (selected: KeyRef | null): void => useView.setState({ selected });
export const openPanel = (selected: KeyRef): void => useView.setState({ selected, panelOpen: true });
export const closePanel = (): void => useView.setState({ panelOpen: false });
export const openDialog = (dialog: Dialog): void => useView.setState({ dialog });
export const closeDialog = (): void => useView.setState({ dialog: null });
