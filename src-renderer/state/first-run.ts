import { create } from 'zustand';

type Step =
  | { readonly at: 'none' }
  /** SECURITY: the code is here for as long as it is on screen, and nowhere else in the page. */
  | { readonly at: 'recovery'; readonly code: string; readonly isRenewed: boolean }
  /** The vault is there, and its recovery code did not come: nobody may believe to have one. */
  | { readonly at: 'no-code' }
  | { readonly at: 'first-key' };

/** How far the first run is. It goes on although the vault is open already. */
export const useFirstRun = create<{ readonly step: Step }>(() => ({ step: { at: 'none' } }));

export const vaultCreated = (code: string | null): void =>
  useFirstRun.setState({
    step: code === null || code === '' ? { at: 'no-code' } : { at: 'recovery', code, isRenewed: false },
  });
/** Of a vault that is in use; the window is as it was when the person goes on. */
export const recoveryCodeRenewed = (code: string): void =>
  useFirstRun.setState({ step: { at: 'recovery', code, isRenewed: true } });
export const recoveryCodeWritten = (): void =>
  useFirstRun.setState(({ step }) => ({
    step: step.at === 'recovery' && step.isRenewed ? { at: 'none' } : { at: 'first-key' },
  }));
export const finishFirstRun = (): void => useFirstRun.setState({ step: { at: 'none' } });
