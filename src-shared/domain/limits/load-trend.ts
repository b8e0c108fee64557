const SECOND_MS = 1000;
const MOST_SAMPLES = 64;
/** Samples stand at least so far apart: what comes between is in the next one. */
const SAMPLE_MS = 200;
const FEWEST_SAMPLES = 3;
const SILENT_READINGS = 5;
const NEWEST_READINGS = 5;
/** Of a load that was seen for less, nobody can say how it goes on. */
const SHORTEST_LOAD_MS = 1000;
/** How far calls that come by chance stand off from a line, and from a curve, for the square root of their number. */
const CHANCE = { line: 0.4, curve: 0.2 } as const;
/** Readings are whole calls: below this, a bend in the line is rounding. */
const ROUNDING = 0.8;

/** What was used of one observed window, over time: a fixed handful of samples, the old ones further apart. Pure. */
export class LoadTrend {
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
    if (this.#count === MOST_SAMPLES) this.#thinOut(time);
    times[this.#count] = time;
    this.#used[this.#count] = used;
    this.#count += 1;
  }

  /** Drops the sample that stands closest to its neighbours for its age: the old ones thin out, and none is forgotten at once. */
  #thinOut(now: number): void {
    const times = this.#times;
    let least = Number.POSITIVE_INFINITY;
    let at = 1;
    for (let index = 1; index < this.#count - 1; index += 1) {
      const gap =
        ((times[index + 1] ?? 0) - (times[index - 1] ?? 0)) / (now - (times[index] ?? 0) + SAMPLE_MS);
      if (gap < least) {
        least = gap;
        at = index;
      }
    }
    times.copyWithin(at, at + 1);
    this.#used.copyWithin(at, at + 1);
    this.#count -= 1;
  }

  /** Ms from `now` until `remaining` calls are used up, at a rate that is constant or grows evenly; null: never, or unknown. */
  exhaustedInMs(remaining: number, now: number): number | null {
    const found = this.#course();
    if (found === null) return null;
    const { rate, growth, span } = found;
    if (rate <= 0) return null;
    const t = spansUntil(remaining, rate, growth);
    const last = this.#count - 1;
    const end = this.#times[last] ?? 0;
    const sinceLastMs = Math.max(0, now - this.#startedAt - end);
    // Silent for several times as long as between the newest readings: that load is over.
    const newest = Math.min(last, NEWEST_READINGS);
    const betweenMs = (end - (this.#times[last - newest] ?? 0)) / newest;
    if (sinceLastMs > SILENT_READINGS * Math.max(betweenMs, SECOND_MS)) return null;
    const inMs = t * span - sinceLastMs;
    return inMs > 0 ? inMs : null;
  }

  /**
   * How the load goes on: the longest stretch up to now that one line or one curve describes. A load that has changed
   * since is described by what came after; growth shows in a long stretch only.
   */
  #course(): Course | null {
    let course: Course | null = null;
    let first = 0;
    for (;;) {
      const next = this.#fitFrom(first);
      if (next === null) return course;
      course = next;
      if (next.isGood) return course;
      // The later half of the time.
      const middle = ((this.#times[first] ?? 0) + (this.#times[this.#count - 1] ?? 0)) / 2;
      while ((this.#times[first] ?? 0) < middle) first += 1;
    }
  }

  /** @returns null where the samples from `first` on are too few, or of too short a time */
  #fitFrom(first: number): Course | null {
    const last = this.#count - 1;
    const length = this.#count - first;
    const end = this.#times[last] ?? 0;
    const span = end - (this.#times[first] ?? 0);
    if (length < FEWEST_SAMPLES || span < SHORTEST_LOAD_MS) return null;
    // In units of the samples' span, from the newest back: sums stay small, whatever the clock says.
    const x = Array.from(this.#times.subarray(first, this.#count), (time) => (time - end) / span);
    const y = Array.from(this.#used.subarray(first, this.#count), (used) => used - this.#total);
    const line = fitLine(x, y);
    const curve = length > FEWEST_SAMPLES + 2 ? fitCurve(x, y) : undefined;
    const isBent = curve !== undefined && line.error > ROUNDING && curve.error < line.error / 2;
    const used = -(y[0] ?? 0);
    return {
      rate: isBent ? curve.slope : line.slope,
      growth: isBent ? Math.max(curve.bend, 0) : 0,
      span,
      isGood: isBent
        ? curve.error <= Math.max(1, CHANCE.curve * Math.sqrt(used))
        : line.error <= Math.max(1, CHANCE.line * Math.sqrt(used)),
    };
  }
}

/** Growth is believed to go on for so many times as long as it was seen; then the rate stays. */
const GROWS_FOR_SPANS = 5;

/** When `rate·t + growth·t² = remaining`. */
function spansUntil(remaining: number, rate: number, growth: number): number {
  if (growth < 1e-9) return remaining / rate;
  const t = (-rate + Math.sqrt(rate * rate + 4 * growth * remaining)) / (2 * growth);
  if (t <= GROWS_FOR_SPANS) return t;
  const usedThen = rate * GROWS_FOR_SPANS + growth * GROWS_FOR_SPANS ** 2;
  return GROWS_FOR_SPANS + (remaining - usedThen) / (rate + 2 * growth * GROWS_FOR_SPANS);
}

interface Course {
  /** Calls within `span`, at its end. */
  readonly rate: number;
  readonly growth: number;
  readonly span: number;
  readonly isGood: boolean;
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
