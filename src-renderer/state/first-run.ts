import { create } from 'zustand';

type Step =
  | { readonly at: 'none' }
  /** SECURITY: the code is here for as long as it is on screen, and nowhere else in the page. */
  | { readonly at: 'recovery'; readonly code: string }
  | { readonly at: 'first-key' };

/** How far the first run is. It goes on although the vault is open already. */
export const useFirstRun = create<{ readonly step: Step }>(() => ({ step: { at: 'none' } }));

export const recoveryCodeShown = (code: string): void =>
  useFirstRun.setState({ step: { at: 'recovery', code } });
export const recoveryCodeWritten = (): void => useFirstRun.setState({ step: { at: 'first-key' } });
export const finishFirstRun = (): void => useFirstRun.setState({ step: { at: 'none' } });
