import { create } from 'zustand';
import { listen } from '../bridge.ts';
import type { KeyRef } from './key-ref.ts';

interface ClipboardState {
  /** The key whose value is on the clipboard now. */
  readonly holds: { readonly key: KeyRef; readonly clearsAt: number; readonly forMs: number } | null;
}

/** What the core put on the clipboard, and when it takes it off again. The value itself never comes here. */
export const useClipboard = create<ClipboardState>(() => ({ holds: null }));

export const clipboardHolds = (key: KeyRef, clearsInMs: number): void =>
  useClipboard.setState({ holds: { key, clearsAt: Date.now() + clearsInMs, forMs: clearsInMs } });

export const followClipboard = (): void => {
  listen('clipboardCleared', () => useClipboard.setState({ holds: null }));
};
