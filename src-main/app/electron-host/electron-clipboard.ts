import { clipboard } from 'electron';
import type { Clipboard } from '../../services/ports.ts';

/**
 * The system's clipboard through Electron. It takes text only, so a copy of the value as a string cannot be avoided
 * here: it lies on the clipboard anyway, for anyone in the session to read, until it is cleared.
 */
export const electronClipboard: Clipboard = {
  write: async (value) => {
    await clipboard.writeText(value.expose().toString('utf8'));
    return false;
  },
  clearIfUnchanged: async (value) => {
    const isUnchanged = Buffer.from(await clipboard.readText(), 'utf8').equals(value.expose());
    if (isUnchanged) clipboard.clear();
    return isUnchanged;
  },
};
