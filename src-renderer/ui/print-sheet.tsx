import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';

/**
 * What goes on paper while it is there, and nothing else of the window. Never seen on screen.
 * @see media.css for what hides the rest
 */
export function PrintSheet({ children }: { readonly children: ReactNode }) {
  return createPortal(
    <div className="print-sheet" aria-hidden>
      {children}
    </div>,
    document.body,
  );
}
