import { create } from 'zustand';
import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import type { DesktopSettingsView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';

interface DesktopState {
  /** Null until the core has told. */
  readonly settings: DesktopSettingsView | null;
}

/** How the app lives with the person's desktop, as far as this host can. */
export const useDesktop = create<DesktopState>(() => ({ settings: null }));

export const setDesktop = async (change: RequestOf<'desktop.set'>): Promise<Outcome<DesktopSettingsView>> => {
  const outcome = await ask((core) => core.desktop.set(change));
  if (outcome.ok) useDesktop.setState({ settings: outcome.result });
  return outcome;
};

/** Asked before anybody looks, so that nothing jumps when they do; once, when the page loads. */
export const followDesktop = (): void => {
  void ask((core) => core.desktop.settings({})).then((outcome) => {
    if (outcome.ok) useDesktop.setState({ settings: outcome.result });
  });
};
