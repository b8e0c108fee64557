import { create } from 'zustand';

type Step =
  | { readonly at: 'none' }
  /** SECURITY: the code is here for as long as it is on screen, and nowhere else in the page. */
  | { readonly at: 'recovery'; readonly code: string }
  /** The vault is there, and its recovery code did not come: nobody may believe to have one. */
  | { readonly at: 'no-code' }
  | { readonly at: 'first-key' };

/** How far the first run is. It goes on although the vault is open already. */
export const useFirstRun = create<{ readonly step: Step }>(() => ({ step: { at: 'none' } }));

export const vaultCreated = (code: string | null): void =>
  useFirstRun.setState({ step: code === null || code === '' ? { at: 'no-code' } : { at: 'recovery', code } });
export const recoveryCodeWritten = (): void => useFirstRun.setState({ step: { at: 'first-key' } });
export const finishFirstRun = (): void => useFirstRun.setState({ step: { at: 'none' } });
