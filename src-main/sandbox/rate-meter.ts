import type { RateWindow } from '../../src-shared/domain/platform-definition.ts';

export interface MeterReading {
  readonly id: RateWindow['id'];
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds, at least 1. */
  readonly resetsInS: number;
}

export interface MeterVerdict {
  /** The window that is used up; null: the request may pass, and was counted. */
  readonly exceeded: MeterReading | null;
  readonly readings: readonly MeterReading[];
}

/** Counts requests in windows that begin with the first request in them. A refused request is not counted. */
export interface RateMeter {
  count(subject: string, windows: readonly RateWindow[], now: number): MeterVerdict;
  reset(): void;
}

export function createRateMeter(): RateMeter {
  const counters = new Map<string, { startedAt: number; used: number }>();
  return {
    count(subject, windows, now) {
      const limited = windows.flatMap((window) => {
        if (window.limit === null) return [];
        const id = `${subject} ${window.id}`;
        const known = counters.get(id);
        // A clock that was set back begins a new window too.
        const isOver = known === undefined || now >= known.startedAt + window.spanMs || now < known.startedAt;
        const counter = isOver ? { startedAt: now, used: 0 } : known;
        counters.set(id, counter);
        return [{ window, limit: window.limit, counter }];
      });
      const isAllowed = limited.every(({ counter, limit }) => counter.used < limit);
      if (isAllowed) for (const { counter } of limited) counter.used += 1;
      const readings = limited.map(({ window, limit, counter }) => ({
        id: window.id,
        limit,
        remaining: limit - counter.used,
        resetsInS: Math.max(1, Math.ceil((counter.startedAt + window.spanMs - now) / 1000)),
      }));
      // Of several used-up windows the one that takes longest says when a request can pass again.
      const usedUp = isAllowed ? [] : readings.filter(({ remaining }) => remaining <= 0);
      return { exceeded: usedUp.sort((a, b) => b.resetsInS - a.resetsInS)[0] ?? null, readings };
    },
    reset: () => {
      counters.clear();
    },
  };
}
