import { type RefObject, useEffect, useLayoutEffect } from 'react';
import { ask } from '../../bridge.ts';
import { useApprovals } from '../../state/core/approvals.ts';
import { lockVault, refreshStatus } from '../../state/core/status.ts';
import { openDialog, SCREENS, showScreen, useView } from '../../state/view.ts';
import { openPalette } from './palette/palette.tsx';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The keys that work anywhere in the window, as long as nobody is typing and no dialog is open. */
export function useShortcuts(searchField: RefObject<HTMLInputElement | null>): void {
  // With the first paint, not after it: whoever sees the window may already be pressing.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'l') {
        event.preventDefault();
        void lockVault();
        return;
      }
      // SECURITY: what a program asks is read and answered first; nothing opens under or over it.
      if (useApprovals.getState().approvals.length > 0) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        if (useView.getState().dialog === null) openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (useView.getState().dialog !== null) return;
      const actions: Record<string, () => void> = {
        '/': () => {
          showScreen('keys');
          searchField.current?.select();
        },
        '?': () => openDialog({ kind: 'shortcuts' }),
        n: () => openDialog({ kind: 'add' }),
      };
      const place = SCREENS[Number.parseInt(event.key, 10) - 1];
      const action = actions[event.key] ?? (place === undefined ? undefined : () => showScreen(place));
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [searchField]);
}

const TOUCH_EVERY_MS = 20_000;

/** Tells the core that a person is there, so that the idle lock starts over; sparingly. */
export function usePresence(): void {
  useEffect(() => {
    let toldAt = 0;
    const onActivity = () => {
      const now = Date.now();
      if (now - toldAt < TOUCH_EVERY_MS) return;
      toldAt = now;
      // The answer's own words say when the vault locks by itself now.
      void ask((core) => core.vault.touch({})).then(refreshStatus);
    };
    const kinds = ['pointerdown', 'keydown', 'wheel', 'pointermove'] as const;
    for (const kind of kinds) window.addEventListener(kind, onActivity, { passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, onActivity);
    };
  }, []);
}
