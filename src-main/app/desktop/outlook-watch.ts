import type { ChannelName, RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { EventName, EventOf } from '../../../src-shared/contract/events.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { mattersOf, urgencyOf } from '../../../src-shared/domain/attention.ts';
import { type Notice, type NoticeMemory, noticesOf } from '../../../src-shared/domain/notices.ts';

export interface OutlookWatchOptions {
  /** Asks the core as the window does: that is no activity, and keeps no vault open. undefined: it could not tell. */
  readonly ask: <C extends ChannelName>(
    channel: C,
    request: RequestOf<C>,
  ) => Promise<ResponseOf<C> | undefined>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onNotices: (notices: readonly Notice[]) => void;
  readonly onChange: (state: { readonly vault: StatusView['vault']; readonly urgent: number | null }) => void;
}

/** Changes come in bursts. */
const SOON_MS = 2000;
/** Who has just unlocked looks at the window, which asks for the same: the tray comes after it. */
const AFTER_PAGE_MS = 1000;
/** Keys become due without anybody doing anything. */
const QUIET_MS = 15 * 60_000;
/** Of the time that looking takes; ten thousand keys are not looked through all the time. */
const REST_FACTOR = 20;

/** Looks at what the vault holds whenever something has changed, for the tray and for notifications. */
export class OutlookWatch {
  readonly #options: OutlookWatchOptions;
  #memory: NoticeMemory | null = null;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #restUntil = 0;
  #vault: StatusView['vault'] = 'locked';

  constructor(options: OutlookWatchOptions) {
    this.#options = options;
  }

  readonly onEvent = <E extends EventName>(name: E, event: EventOf<E>): void => {
    if (name === 'statusChanged') this.#onStatus(event as EventOf<'statusChanged'>);
    else if (name === 'dataChanged' || name === 'rotationChanged') this.#lookIn(SOON_MS);
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#vault = 'locked';
  }

  #onStatus({ vault }: StatusView): void {
    const wasOpen = this.#vault === 'unlocked';
    this.#vault = vault;
    if (vault === 'unlocked') {
      this.#lookIn(wasOpen ? SOON_MS : AFTER_PAGE_MS);
      return;
    }
    // SECURITY: what is remembered has names in it. The next look is a first one again: the person unlocks and sees.
    this.#memory = null;
    clearTimeout(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#options.onChange({ vault, urgent: null });
  }

  #lookIn(ms: number): void {
    if (this.#vault !== 'unlocked') return;
    const now = this.#options.now();
    const at = Math.max(now + ms, this.#restUntil);
    // A look that comes sooner will see it too. A clock that was set back must not keep it waiting.
    if (this.#dueAt <= at && this.#dueAt > now) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => void this.#look(), at - now);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { ask, now } = this.#options;
    const startedAt = now();
    this.#dueAt = Number.POSITIVE_INFINITY;
    const [keys, limits, rotations, status] = await Promise.all([
      ask('keys.list', {}),
      ask('limits.list', {}),
      ask('rotations.list', {}),
      ask('vault.status', {}),
    ]);
    this.#restUntil = now() + REST_FACTOR * Math.max(0, now() - startedAt);
    if (this.#vault !== 'unlocked') return;
    this.#lookIn(QUIET_MS);
    if (keys === undefined || limits === undefined || rotations === undefined || status === undefined) return;
    const outlook = { keys: keys.keys, limits: limits.keys, rotations: rotations.rotations };
    const { notices, memory } = noticesOf(this.#memory, outlook, now());
    this.#memory = memory;
    const matters = mattersOf({ ...outlook, runs: status.runs }, now());
    this.#options.onChange({
      vault: 'unlocked',
      urgent: matters.filter((matter) => urgencyOf(matter) === 'now').length,
    });
    if (notices.length > 0) this.#options.onNotices(notices);
  }
}
