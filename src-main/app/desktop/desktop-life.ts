import type { Place, ScreenId } from '../../../src-shared/domain/place.ts';
import type { Desktop, DesktopSettings } from '../../services/ports.ts';
import type { MemoryBook } from './desktop-memory.ts';
import type { LoginItem } from './start-at-login.ts';
import type { TrayAction, TrayMenu } from './tray-menu.ts';

/** What a host has beside its window; null: this one has not. */
export interface DesktopSystem {
  readonly loginItem: LoginItem | null;
  /** Tells the person outside of the window; not while they look at it. `onOpen`: they want to see what it is about. */
  readonly notify: ((words: NoticeWords, onOpen: () => void) => void) | null;
  readonly showTray: ((menu: TrayMenu, onChoice: (action: TrayAction) => void) => void) | null;
}

export interface NoticeWords {
  readonly title: string;
  readonly body: string;
}

export const NO_SYSTEM: DesktopSystem = { loginItem: null, notify: null, showTray: null };

interface Reach {
  /** Tells the page to ask where it should be. */
  readonly callPage: () => void;
  readonly protect: (on: boolean) => void;
}

/** How the app lives with the person's desktop, as the window asks for it. */
export class DesktopLife implements Desktop {
  readonly #memory: MemoryBook;
  readonly #system: DesktopSystem;
  readonly #reach: Reach;
  #asked: Place | null = null;

  constructor(memory: MemoryBook, system: DesktopSystem, reach: Reach) {
    this.#memory = memory;
    this.#system = system;
    this.#reach = reach;
  }

  settings(): DesktopSettings {
    const { loginItem, notify, showTray } = this.#system;
    const { notifications, stayInTray } = this.#memory.now;
    return {
      startAtLogin: loginItem?.isOn() ?? null,
      notifications: notify === null ? null : notifications,
      stayInTray: showTray === null ? null : stayInTray,
    };
  }

  set({ startAtLogin, notifications, stayInTray }: Parameters<Desktop['set']>[0]): void {
    if (startAtLogin !== undefined) this.#system.loginItem?.set(startAtLogin);
    if (notifications !== undefined) this.#memory.change({ notifications });
    if (stayInTray !== undefined) this.#memory.change({ stayInTray });
  }

  /** The window is to lead there. A page that is not there yet asks when it is. */
  goTo(place: Place): void {
    this.#asked = place;
    this.#reach.callPage();
  }

  takePlace(isNewPage: boolean): Place | null {
    const left: Place | null = isNewPage ? { at: 'screen', screen: this.#memory.now.screen } : null;
    const place = this.#asked ?? left;
    this.#asked = null;
    return place;
  }

  remember(screen: ScreenId): void {
    if (screen !== this.#memory.now.screen) this.#memory.change({ screen });
  }

  protectScreen(on: boolean): void {
    this.#reach.protect(on);
  }
}
