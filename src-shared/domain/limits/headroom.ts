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

const MOST_SAMPLES = 48;
/** Samples stand at least so far apart: what comes between is in the next one. */
const SAMPLE_MS = 200;
const FEWEST_SAMPLES = 3;
const SILENT_READINGS = 5;
/** Of a load that was seen for less, nobody can say how it goes on. */
const SHORTEST_LOAD_MS = 1000;
/** Readings are whole calls: below this, a bend in the line is rounding. */
const ROUNDING = 0.8;

/** What was used of one observed window, over time. */
class Trend {
  /** Ms since the first sample, and calls used since then. */
  readonly #times = new Float64Array(MOST_SAMPLES);
  readonly #used = new Float64Array(MOST_SAMPLES);
  #count = 0;
  #startedAt = 0;
  #total = 0;
  #last: number | null = null;
  #lastAt = 0;

  /** @returns how many calls the key made since the last reading, ours and others' */
  add(at: number, remaining: number): number {
    const before = this.#last;
    this.#last = remaining;
    const sinceMs = at - this.#lastAt;
    this.#lastAt = at;
    if (before === null || sinceMs < 0) {
      this.#count = 0;
      this.#startedAt = at;
      this.#total = 0;
      this.#push(0, 0);
      return 1;
    }
    // A window that began anew gives more than was left: what it took since, nobody said; our own call it did.
    const used = remaining > before ? 1 : before - remaining;
    this.#total += used;
    this.#push(at - this.#startedAt, this.#total);
    return used;
  }

  #push(time: number, used: number): void {
    const times = this.#times;
    const last = this.#count - 1;
    if (last >= 1 && time - (times[last - 1] ?? 0) < SAMPLE_MS) {
      // Many readings in a short time: the newest takes the place of the one before, so that the samples span more.
      times[last] = time;
      this.#used[last] = used;
      return;
    }
    if (this.#count === MOST_SAMPLES) {
      times.copyWithin(0, 1);
      this.#used.copyWithin(0, 1);
      this.#count -= 1;
    }
    times[this.#count] = time;
    this.#used[this.#count] = used;
    this.#count += 1;
  }

  /** Ms from `now` until `remaining` calls are used up, at a rate that is constant or grows evenly; null: never, or unknown. */
  exhaustedInMs(remaining: number, now: number): number | null {
    const length = this.#count;
    if (length < FEWEST_SAMPLES) return null;
    const end = this.#times[length - 1] ?? 0;
    const span = end - (this.#times[0] ?? 0);
    if (span < SHORTEST_LOAD_MS) return null;
    // In units of the samples' span, from the newest back: sums stay small, whatever the clock says.
    const x = Array.from(this.#times.subarray(0, length), (time) => (time - end) / span);
    const y = Array.from(this.#used.subarray(0, length), (used) => used - this.#total);
    const line = fitLine(x, y);
    const curve = length > FEWEST_SAMPLES + 2 ? fitCurve(x, y) : undefined;
    const isBent = curve !== undefined && line.error > ROUNDING && curve.error < line.error / 2;
    const rate = isBent ? curve.slope : line.slope;
    const growth = isBent ? Math.max(curve.bend, 0) : 0;
    if (rate <= 0) return null;
    // rate·t + growth·t² = remaining
    const t =
      growth < 1e-9
        ? remaining / rate
        : (-rate + Math.sqrt(rate * rate + 4 * growth * remaining)) / (2 * growth);
    const sinceLastMs = Math.max(0, now - this.#startedAt - end);
    // Silent for several times as long as between two readings: that load is over.
    if (sinceLastMs > SILENT_READINGS * Math.max(span / (length - 1), SECOND_MS)) return null;
    const inMs = t * span - sinceLastMs;
    return inMs > 0 ? inMs : null;
  }
}

interface Fit {
  readonly slope: number;
  readonly bend: number;
  /** Root of the mean square of what is left over. */
  readonly error: number;
}

const sumOf = (count: number, term: (index: number) => number): number => {
  let total = 0;
  for (let index = 0; index < count; index += 1) total += term(index);
  return total;
};

const errorOf = (x: readonly number[], y: readonly number[], at: (x: number) => number): number =>
  Math.sqrt(sumOf(x.length, (index) => ((y[index] ?? 0) - at(x[index] ?? 0)) ** 2) / x.length);

/** Least squares of a line. */
function fitLine(x: readonly number[], y: readonly number[]): Fit {
  const n = x.length;
  const meanX = sumOf(n, (index) => x[index] ?? 0) / n;
  const meanY = sumOf(n, (index) => y[index] ?? 0) / n;
  const over = sumOf(n, (index) => ((x[index] ?? 0) - meanX) ** 2);
  const slope =
    over === 0 ? 0 : sumOf(n, (index) => ((x[index] ?? 0) - meanX) * ((y[index] ?? 0) - meanY)) / over;
  return { slope, bend: 0, error: errorOf(x, y, (at) => meanY + slope * (at - meanX)) };
}

/** Least squares of `a + slope·x + bend·x²`; at x = 0, the newest sample, the slope is the present rate. */
function fitCurve(x: readonly number[], y: readonly number[]): Fit | undefined {
  const n = x.length;
  const power = (exponent: number): number => sumOf(n, (index) => (x[index] ?? 0) ** exponent);
  const moment = (exponent: number): number =>
    sumOf(n, (index) => (y[index] ?? 0) * (x[index] ?? 0) ** exponent);
  const [s1, s2, s3, s4] = [power(1), power(2), power(3), power(4)];
  const [m0, m1, m2] = [moment(0), moment(1), moment(2)];
  const determinant = n * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
  if (Math.abs(determinant) < 1e-12) return undefined;
  const a = (m0 * (s2 * s4 - s3 * s3) - s1 * (m1 * s4 - s3 * m2) + s2 * (m1 * s3 - s2 * m2)) / determinant;
  const slope = (n * (m1 * s4 - m2 * s3) - m0 * (s1 * s4 - s2 * s3) + s2 * (s1 * m2 - s2 * m1)) / determinant;
  const bend = (n * (s2 * m2 - s3 * m1) - s1 * (s1 * m2 - s2 * m1) + m0 * (s1 * s3 - s2 * s2)) / determinant;
  return { slope, bend, error: errorOf(x, y, (at) => a + slope * at + bend * at * at) };
}

/** What is known of one key's use: every answer it got goes in. */
export class KeyHeadroom {
  readonly #seconds = new Slots(SECOND_MS, 128);
  readonly #minutes = new Slots(MINUTE_MS, 128);
  readonly #hours = new Slots(HOUR_MS, 48);
  readonly #trends = new Map<string, Trend>();
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
        trend = new Trend();
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
