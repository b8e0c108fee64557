import { describe, expect, it } from 'vitest';
import { shortcutOn } from '../../../src-renderer/ui/text/shortcut.ts';

const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';

describe('keys that are pressed together', () => {
  it.each([
    ['Ctrl K', '⌘ K'],
    ['Enter', 'Enter'],
    ['1 … 8', '1 … 8'],
  ])('%s', (keys, onMac) => {
    expect(shortcutOn(MAC, keys)).toBe(onMac);
    expect(shortcutOn(LINUX, keys)).toBe(keys);
  });
});
