import { useEffect, useState } from 'react';

/**
 * Gives the focus back to where it was when the component appeared. An item of a menu is gone by then: its menu's
 * button stands for it.
 */
export function useFocusReturn(): void {
  const [cameFrom] = useState(() => {
    const active = document.activeElement;
    const menu = active?.closest('[role=menu]');
    return document.getElementById(menu?.getAttribute('aria-labelledby') ?? '') ?? active;
  });
  useEffect(
    () => () => {
      // After the dialog's own clean-up, which may move the focus too.
      setTimeout(() => {
        if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus();
      });
    },
    [cameFrom],
  );
}
