const isMac = (userAgent: string): boolean => userAgent.includes('Mac');

/** Keys that are pressed together (`Ctrl K`), as they are written on the keyboards of this system: `⌘ K` on a Mac. */
export const shortcutOn = (userAgent: string, keys: string): string =>
  isMac(userAgent) ? keys.replace(/^Ctrl\b/, '⌘') : keys;

/** As `shortcutOn`, on this computer. */
export const shortcut = (keys: string): string => shortcutOn(navigator.userAgent, keys);
