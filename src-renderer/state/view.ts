import { create } from 'zustand';
import { type ScreenId, SCREENS } from '../../src-shared/domain/place.ts';
import type { KeyRef } from './key-ref.ts';

export type Dialog =
  | { readonly kind: 'add' }
  | { readonly kind: 'create' }
  /** `file`: dropped on the window. */
  | { readonly kind: 'import'; readonly file?: File }
  | { readonly kind: 'report' }
  /** With a profile: to change that one. */
  | { readonly kind: 'launch'; readonly key: KeyRef | null; readonly profile?: string }
  | { readonly kind: 'tour' }
  | { readonly kind: 'rotate'; readonly keys: readonly KeyRef[] }
  | { readonly kind: 'revoke'; readonly key: KeyRef }
  | { readonly kind: 'revoke-many'; readonly keys: readonly KeyRef[] }
  | { readonly kind: 'forget'; readonly key: KeyRef }
  | { readonly kind: 'target'; readonly key: KeyRef }
  /** `currentIs`: what the person is known to have at hand. */
  | { readonly kind: 'passphrase'; readonly currentIs?: 'recovery' }
  | { readonly kind: 'recovery-code' }
  /** `why`: what the core wants the passphrase for. `examine`: the key whose diagnosis asked for it, and is looked at again. */
  | {
      readonly kind: 'platform';
      readonly id: string;
      readonly env?: string;
      readonly url?: string;
      readonly why?: string;
      readonly examine?: KeyRef;
    }
  | { readonly kind: 'add-environment' }
  | { readonly kind: 'backup' }
  | { readonly kind: 'restore' }
  /** `then`: where the sign-in was missing. */
  | {
      readonly kind: 'sign-in';
      readonly platform?: string;
      readonly env?: string;
      readonly then?: 'create';
    }
  | { readonly kind: 'import-platform' }
  | { readonly kind: 'dry-run'; readonly env: string }
  | { readonly kind: 'shortcuts' };

export { type ScreenId, SCREENS };

interface ViewState {
  readonly screen: ScreenId;
  /** Null: all environments. */
  readonly env: string | null;
  readonly query: string;
  readonly selected: KeyRef | null;
  readonly panelOpen: boolean;
  readonly dialog: Dialog | null;
}

/** What the person is looking at. Outlives a lock, so that they come back to the same place; holds no secret. */
export const useView = create<ViewState>(() => ({
  screen: 'overview',
  env: null,
  query: '',
  selected: null,
  panelOpen: false,
  dialog: null,
}));

export const showScreen = (screen: ScreenId): void => useView.setState({ screen });
/** Goes to a key, wherever the person is. */
export const showKey = (selected: KeyRef): void =>
  useView.setState({ screen: 'keys', env: null, query: '', selected, panelOpen: true });
export const chooseEnvironment = (env: string | null): void => useView.setState({ env });
/** What is searched for are keys: whoever types goes to their list. */
export const search = (query: string): void =>
  useView.setState(query === '' ? { query } : { query, screen: 'keys' });
export const select = (selected: KeyRef | null): void => useView.setState({ selected });
export const openPanel = (selected: KeyRef): void =>
  useView.setState({ screen: 'keys', selected, panelOpen: true });
export const closePanel = (): void => useView.setState({ panelOpen: false });
export const openDialog = (dialog: Dialog): void => useView.setState({ dialog });
export const closeDialog = (): void => useView.setState({ dialog: null });
