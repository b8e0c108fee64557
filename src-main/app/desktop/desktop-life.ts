import type { Place, ScreenId } from '../../../src-shared/domain/place.ts';
import type { Desktop, DesktopSettings } from '../../services/ports.ts';
import type { MemoryBook } from './desktop-memory.ts';
import type { LoginItem } from './start-at-login.ts';

/** What a host has beside its window; null: this one has not. */
export interface DesktopSystem {
  readonly loginItem: LoginItem | null;
}

export const NO_SYSTEM: DesktopSystem = { loginItem: null };

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
    return { startAtLogin: this.#system.loginItem?.isOn() ?? null, notifications: null, stayInTray: null };
  }

  set({ startAtLogin }: Parameters<Desktop['set']>[0]): void {
    if (startAtLogin !== undefined) this.#system.loginItem?.set(startAtLogin);
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
