import type { ChannelName, RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { Place } from '../../../src-shared/domain/place.ts';
import type { WindowSeam } from '../window-host.ts';
import type { DesktopLife, DesktopSystem } from './desktop-life.ts';
import { OutlookWatch } from './outlook-watch.ts';
import { type QuickRun, type TrayAction, trayMenu, type TrayState } from './tray-menu.ts';
import { noticeWords } from './words.ts';

interface FollowOptions {
  readonly system: DesktopSystem;
  readonly desktop: DesktopLife;
  readonly seam: WindowSeam;
  readonly goTo: (place: Place | null) => void;
  readonly lock: () => void;
  readonly quit: () => void;
}

/** Keeps the tray and the notifications in step with the core, where the host has them. @returns the way to stop */
export const followOutlook = ({ system, desktop, seam, goTo, lock, quit }: FollowOptions): (() => void) => {
  const { notify, showTray } = system;
  if (notify === null && showTray === null) return () => undefined;

  const onChoice = (action: TrayAction): void => {
    if (action.do === 'go') goTo(action.place);
    else if (action.do === 'lock') lock();
    else if (action.do === 'quit') quit();
    // A command is started where its keys and its output are seen.
    else goTo({ at: 'screen', screen: 'agents' });
  };
  const ask = async <C extends ChannelName>(
    channel: C,
    request: RequestOf<C>,
  ): Promise<ResponseOf<C> | undefined> => {
    const outcome = await seam.ask(channel, request);
    return outcome.ok ? outcome.result : undefined;
  };
  let latest: Omit<TrayState, 'runs'> = { vault: 'locked', urgent: null };
  const show = (state: Omit<TrayState, 'runs'>, runs: readonly QuickRun[] = []): void => {
    latest = state;
    showTray?.(trayMenu({ ...state, runs }), onChoice);
  };
  const showWithRuns = async (state: Omit<TrayState, 'runs'>): Promise<void> => {
    show(state);
    if (state.vault !== 'unlocked') return;
    const profiles = (await ask('profiles.list', {}))?.profiles ?? [];
    // A lock in the meantime has the last word.
    if (latest === state && profiles.length > 0)
      show(
        state,
        profiles.map(({ id, name }) => ({ id, label: name })),
      );
  };

  const watch = new OutlookWatch({
    ask,
    now: () => Date.now(),
    onChange: (state) => void showWithRuns(state),
    onNotices: (notices) => {
      if (desktop.settings().notifications !== true) return;
      for (const notice of notices) notify?.(noticeWords(notice), () => goTo(notice.place));
    },
  });
  show({ vault: 'locked', urgent: null });
  const stop = seam.subscribe(watch.onEvent);
  return () => {
    stop();
    watch.close();
  };
};
