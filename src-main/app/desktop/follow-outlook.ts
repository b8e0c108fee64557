import type { ChannelName, RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { EventName, EventOf } from '../../../src-shared/contract/events.ts';
import type { Place } from '../../../src-shared/domain/place.ts';
import type { WindowSeam } from '../window-host.ts';
import type { DesktopLife, DesktopSystem } from './desktop-life.ts';
import { OutlookWatch } from './outlook-watch.ts';
import { type QuickRun, type TrayAction, trayMenu, type TrayState } from './tray-menu.ts';
import { noticeWords, trayWords } from './words.ts';

/** Of a terminal that is not on the screen yet; the one that will be says its own. */
const FIRST_SIZE = { columns: 100, rows: 24 } as const;

interface FollowOptions {
  readonly system: DesktopSystem;
  readonly desktop: Pick<DesktopLife, 'settings'>;
  readonly seam: Pick<WindowSeam, 'ask' | 'subscribe'>;
  readonly goTo: (place: Place | null) => void;
  readonly tell: <E extends EventName>(name: E, event: EventOf<E>) => void;
  readonly lock: () => void;
  readonly quit: () => void;
}

/** Keeps the tray and the notifications in step with the core, where the host has them. @returns the way to stop */
export const followOutlook = ({
  system,
  desktop,
  seam,
  goTo,
  tell,
  lock,
  quit,
}: FollowOptions): (() => void) => {
  const { notify, showTray } = system;
  if (notify === null && showTray === null) return () => undefined;

  const onChoice = (action: TrayAction): void => {
    if (action.do === 'go') goTo(action.place);
    else if (action.do === 'lock') lock();
    else if (action.do === 'quit') quit();
    else void start(action.id);
  };
  // Started where its keys and its output are seen: the window comes up, and its terminal is open.
  const start = async (id: string): Promise<void> => {
    goTo({ at: 'screen', screen: 'agents' });
    const outcome = await seam.ask('profiles.start', { id, size: FIRST_SIZE });
    if (outcome.ok) tell('trayStarted', { run: outcome.result.run, problem: null });
    else
      tell('trayStarted', {
        run: null,
        problem: { message: outcome.error.message, hint: outcome.error.hint },
      });
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
    const environments = profiles.length === 0 ? undefined : await ask('environments.list', {});
    const isLive = (env: string): boolean =>
      environments?.environments.find(({ name }) => name === env)?.kind !== 'test';
    // A lock in the meantime has the last word.
    if (latest === state && profiles.length > 0)
      show(
        state,
        profiles.map(({ id, name, env }) => ({ id, label: trayWords.profile(name, env, isLive(env)) })),
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
