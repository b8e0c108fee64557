import { create } from 'zustand';

export interface KeyDraft {
  readonly name: string;
  readonly env: string | null;
  readonly platform: string | null;
  readonly keyId: string;
  readonly using: string | null;
  readonly owner: string;
  readonly project: string;
  readonly purpose: string;
  readonly variable: string;
  readonly rotateEveryDays: number | '';
}

export interface LaunchDraft {
  /** The profile that is being changed; null: a command that is new. */
  readonly profile: string | null;
  readonly name: string;
  readonly command: string;
  readonly cwd: string;
  readonly watch: boolean;
}

interface DraftsState {
  readonly key: KeyDraft;
  readonly launch: LaunchDraft;
}

const emptyKey: KeyDraft = {
  name: '',
  env: null,
  platform: null,
  keyId: '',
  using: null,
  owner: '',
  project: '',
  purpose: '',
  variable: '',
  rotateEveryDays: '',
};

const emptyLaunch: LaunchDraft = { profile: null, name: '', command: '', cwd: '', watch: false };

/**
 * What was typed into a form, so that a lock in the middle of it loses nothing.
 * SECURITY: a key's value is never a draft; it lives in its field alone.
 */
export const useDrafts = create<DraftsState>(() => ({ key: emptyKey, launch: emptyLaunch }));

export const draftKey = (change: Partial<KeyDraft>): void =>
  useDrafts.setState((state) => ({ key: { ...state.key, ...change } }));
export const forgetKeyDraft = (): void => useDrafts.setState({ key: emptyKey });
export const draftLaunch = (change: Partial<LaunchDraft>): void =>
  useDrafts.setState((state) => ({ launch: { ...state.launch, ...change } }));
/** Begins with this one, unless it is what was being typed already. */
export const beginLaunchDraft = (begun: Partial<LaunchDraft>): void =>
  useDrafts.setState(({ launch }) =>
    launch.profile === (begun.profile ?? null) ? {} : { launch: { ...emptyLaunch, ...begun } },
  );
export const forgetLaunchDraft = (): void => useDrafts.setState({ launch: emptyLaunch });
