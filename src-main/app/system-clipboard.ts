import { clearClipboard, type ClipboardTool, readClipboard, writeClipboard } from '../run/clipboard-tool.ts';
import type { Clipboard } from '../services/ports.ts';

/**
 * The clipboard through a program of the system.
 * SECURITY: preferred to the browser's own: this way a value does not enter a browser process at all.
 */
export const systemClipboard = (tool: ClipboardTool): Clipboard => ({
  write: (value) => writeClipboard(tool, value.expose()),
  clearIfUnchanged: async (value) => {
    const held = await readClipboard(tool);
    const isSame = held.equals(value.expose());
    held.fill(0);
    if (isSame) await clearClipboard(tool);
    return isSame;
  },
});
