import type { DesktopSettingsView } from '../../../src-shared/contract/views.ts';
import type { DesktopSettings } from '../../services/ports.ts';
import type { Handlers } from '../handler.ts';

const DONE = { schema: 1, warnings: [] as string[] } as const;

const toView = ({ startAtLogin, notifications, stayInTray }: DesktopSettings): DesktopSettingsView => ({
  schema: 1,
  start_at_login: startAtLogin,
  notifications,
  stay_in_tray: stayInTray,
});

export const desktopHandlers = {
  'desktop.settings': ({ desktop }) => toView(desktop.settings()),
  'desktop.set': ({ desktop }, _call, { start_at_login: startAtLogin, notifications, stay_in_tray }) => {
    desktop.set({ startAtLogin, notifications, stayInTray: stay_in_tray });
    return toView(desktop.settings());
  },
  'desktop.place': ({ desktop }, _call, { is_new_page: isNewPage }) => ({
    schema: 1,
    place: desktop.takePlace(isNewPage),
  }),
  'desktop.remember': ({ desktop }, _call, { screen }) => {
    desktop.remember(screen);
    return { ...DONE };
  },
  'desktop.protectScreen': ({ desktop }, _call, { on }) => {
    desktop.protectScreen(on);
    return { ...DONE };
  },
} satisfies Partial<Handlers>;
