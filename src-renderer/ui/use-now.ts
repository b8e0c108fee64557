import { useEffect, useState } from 'react';

/** The clock, read again every `everyMs`; null stops it. Never faster than once a second. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(Date.now()), Math.max(1000, everyMs));
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
