import { LoadTrend } from './load-trend.ts';
import type { RateWindow } from '../platform-definition.ts';
import type { RateLimitObservation } from './rate-limit-observation.ts';

/**
 * How much of a key's limits is left, and until when at the present rate. Pure: time comes in, nothing is waited for.
 * Made for a million updates a second: an update touches a fixed handful of numbers, sums are made when somebody asks.
 */

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Counts in slots of one length, the oldest overwritten. */
class Slots {
  readonly slotMs: number;
  readonly #counts: Float64Array;
  /** Which slot of time each count is of. */
  readonly #slots: Float64Array;
  /** The slot of the last call: from when until when, and where its count stands. */
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #index = 0;

  constructor(slotMs: number, count: number) {
    this.slotMs = slotMs;
    this.#counts = new Float64Array(count);
    this.#slots = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  }

  /** Nearly every call falls into the slot of the one before: that is told by two comparisons. */
  add(at: number, amount: number): void {
    if (!(at >= this.#from && at < this.#until)) this.#turnTo(Math.floor(at / this.slotMs));
    this.#counts[this.#index] = (this.#counts[this.#index] ?? 0) + amount;
  }

  #turnTo(slot: number): void {
    const { length } = this.#counts;
    this.#from = slot * this.slotMs;
    this.#until = this.#from + this.slotMs;
    this.#index = ((slot % length) + length) % length;
    if (this.#slots[this.#index] === slot) return;
    this.#slots[this.#index] = slot;
    this.#counts[this.#index] = 0;
  }

  sum(fromExclusive: number, to: number): number {
    const first = Math.floor(fromExclusive / this.slotMs) + 1;
    const last = Math.floor(to / this.slotMs);
    let total = 0;
    for (let index = 0; index < this.#counts.length; index += 1) {
      const slot = this.#slots[index] ?? Number.NEGATIVE_INFINITY;
      if (slot >= first && slot <= last) total += this.#counts[index] ?? 0;
    }
    return total;
  }
}

/** What is known of one key's use: every answer it got goes in. */
export class KeyHeadroom {
  readonly #seconds = new Slots(SECOND_MS, 128);
  readonly #minutes = new Slots(MINUTE_MS, 128);
  readonly #hours = new Slots(HOUR_MS, 48);
  readonly #trends = new Map<string, LoadTrend>();
  #lastAt: number | null = null;

  /** An answer that said nothing of limits: one call, ours. */
  answered(at: number): void {
    this.#count(at, 1);
  }

  /** An answer that did: it may tell of calls of others too. */
  observe({ observedAt, remaining, window }: RateLimitObservation): void {
    let used = 1;
    if (remaining !== null) {
      const id = window ?? '';
      let trend = this.#trends.get(id);
      if (trend === undefined) {
        trend = new LoadTrend();
        this.#trends.set(id, trend);
      }
      used = trend.add(observedAt, remaining);
    }
    this.#count(observedAt, used);
  }

  #count(at: number, used: number): void {
    this.#lastAt = at;
    this.#seconds.add(at, used);
    this.#minutes.add(at, used);
    this.#hours.add(at, used);
  }

  /** Epoch ms of the last answer. */
  get lastAt(): number | null {
    return this.#lastAt;
  }

  /** Calls within a window's length, as far as was seen. */
  usedWithin(spanMs: number, now: number): number {
    return this.#slotsFor(spanMs).sum(now - spanMs, now);
  }

  /** The same with the begun slot at the far end counted whole: never too few. */
  usedAtMostWithin(spanMs: number, now: number): number {
    const slots = this.#slotsFor(spanMs);
    return slots.sum(now - spanMs - slots.slotMs, now);
  }

  #slotsFor(spanMs: number): Slots {
    return spanMs <= MINUTE_MS ? this.#seconds : spanMs <= HOUR_MS ? this.#minutes : this.#hours;
  }

  /** @param window undefined: the one that the platform's headers describe */
  exhaustedInMs(window: RateWindow['id'] | undefined, remaining: number, now: number): number | null {
    return remaining <= 0 ? 0 : (this.#trends.get(window ?? '')?.exhaustedInMs(remaining, now) ?? null);
  }
}
