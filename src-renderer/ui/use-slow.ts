import { useEffect, useState } from 'react';

/** So long a changed word says enough; what moves on the screen would take time from what is waited for. */
const SLOW_MS = 1000;

/** @returns whether something has been going on for over a second */
export function useSlow(isBusy: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isBusy]);
  return isSlow;
}
