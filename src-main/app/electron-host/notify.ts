import { BrowserWindow, Notification } from 'electron';
import type { DesktopSystem } from '../desktop/desktop-life.ts';

/** What is not kept is collected, and a click on it then goes nowhere. */
const shown = new Set<Notification>();
const MOST_SHOWN = 8;

/** The system's own notifications. */
export const notify: NonNullable<DesktopSystem['notify']> = ({ title, body }, onOpen) => {
  // Whoever looks at the window sees it there.
  if (!Notification.isSupported() || BrowserWindow.getFocusedWindow() !== null) return;
  const notification = new Notification({ title, body, silent: true });
  shown.add(notification);
  const [oldest] = shown;
  if (shown.size > MOST_SHOWN && oldest !== undefined) shown.delete(oldest);
  notification.once('close', () => shown.delete(notification));
  notification.once('click', () => {
    shown.delete(notification);
    onOpen();
  });
  notification.show();
};
