import type { ChannelName, RequestOf, ResponseOf } from '../../src-shared/contract/channels.ts';
import type { EventName, EventOf } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/contract/outcome.ts';
import type { Clipboard } from '../services/ports.ts';
import type { DesktopMemory } from './desktop/desktop-memory.ts';

/** Where a call came from, as far as the host could check it. */
export interface CallSender {
  /** The main frame of a window this host opened, showing our own page. The dispatcher refuses everything else. */
  readonly trusted: boolean;
}

/** What a window host is given: the core's dispatcher and its events. A host adds no logic of its own. */
export interface WindowSeam {
  /**
   * For the page. Never rejects: a failure is an outcome. `channel` and `payload` are untrusted. Long lists are columns
   * (src-shared/contract/columns.ts).
   */
  readonly dispatch: (channel: string, payload: unknown, sender: CallSender) => Promise<Outcome<unknown>>;
  /** For the app itself; as `dispatch`, with lists as they are. */
  readonly ask: <C extends ChannelName>(channel: C, request: RequestOf<C>) => Promise<Outcome<ResponseOf<C>>>;
  /** @returns the way to stop */
  readonly subscribe: (listener: <E extends EventName>(name: E, event: EventOf<E>) => void) => () => void;
}

/** What the machine told the host, for the vault's auto-lock. */
export type SystemEvent = 'suspend' | 'screen_lock';

/** How the window was left, and where it is noted. */
export interface WindowMemory {
  readonly now: Pick<DesktopMemory, 'bounds' | 'isMaximized' | 'zoom'>;
  change(next: Partial<Pick<DesktopMemory, 'bounds' | 'isMaximized' | 'zoom'>>): void;
}

export interface WindowHostOptions {
  /** The folder of the built page (`out/renderer`). */
  readonly pageDir: string;
  readonly onSystemEvent: (event: SystemEvent) => void;
  readonly memory: WindowMemory;
  /** Started at login: the window waits to be asked for. */
  readonly isHidden: boolean;
  /** The page has the files that it begins with: what is loaded from now on keeps it waiting for nothing. */
  readonly onServed: () => void;
  /** The person closes the window: whether it is only hidden, because the tray brings it back. */
  readonly hidesOnClose: () => boolean;
}

/** An open window. */
export interface WindowHost {
  readonly kind: 'electron' | 'chromium';
  /** The clipboard as the host reaches it; for `keys.copy`. */
  readonly clipboard: Clipboard;
  /** What the page shows for print, as a document. @throws {AppError} WINDOW_UNAVAILABLE */
  readonly toPdf: () => Promise<Uint8Array>;
  /** Asks where a file is to go; undefined where the host has no dialog. @returns null: they changed their mind */
  readonly askForPlace?: (suggested: string) => Promise<string | null>;
  /** Asks which file of the person's own is meant. @returns null: they changed their mind */
  readonly askForFile: () => Promise<string | null>;
  /** Settles when the person closed the window, or the page's process ended by itself. */
  readonly closed: Promise<'closed' | 'crashed'>;
  /** Brings the window to the front. */
  readonly show: () => void;
  /** Keeps the window out of screenshots and screen sharing, where the system can. */
  readonly protect: (on: boolean) => void;
  /** Nothing was asked for a while: what the page's process holds and does not need goes back to the system. */
  readonly rest?: () => void;
  /** Closes the window and gives up everything the host made. */
  readonly close: () => Promise<void>;
}

/** @throws {AppError} WINDOW_UNAVAILABLE where this host cannot show a window here */
export type OpenWindow = (seam: WindowSeam, options: WindowHostOptions) => Promise<WindowHost>;
