/** A wall clock that ran ahead of the running time by more than this means that the machine slept. */
const SLEEP_GAP_MS = 60_000;

/** When an open vault locks by itself: after idle time, by age, and when the machine slept. */
export class LockClock {
  readonly #now: () => number;
  readonly #monotonicNow: () => number;
  #openedAt = 0;
  #usedAt = 0;
  #idleLimitMs = 0;
  #ageLimitMs = 0;
  #seen = { wall: 0, monotonic: 0 };

  /** @param clocks epoch ms, and milliseconds that stand still while the machine sleeps */
  constructor(clocks: { readonly now: () => number; readonly monotonicNow: () => number }) {
    this.#now = clocks.now;
    this.#monotonicNow = clocks.monotonicNow;
  }

  /** The vault was opened just now. */
  start(limits: { readonly idleMs: number; readonly maxAgeMs: number }): void {
    this.#openedAt = this.#usedAt = this.#now();
    this.#idleLimitMs = limits.idleMs;
    this.#ageLimitMs = limits.maxAgeMs;
    this.#seen = { wall: this.#now(), monotonic: this.#monotonicNow() };
  }

  /** The idle time starts over. */
  touch(): void {
    this.#usedAt = this.#now();
  }

  /** Epoch ms, as things stand. */
  get locksAt(): number {
    return Math.min(this.#usedAt + this.#idleLimitMs, this.#openedAt + this.#ageLimitMs);
  }

  /** To be asked every few seconds. @returns why the vault is to lock now; undefined while it may stay open */
  whyLock(): 'suspend' | 'max_age' | 'idle' | undefined {
    const wall = this.#now();
    const monotonic = this.#monotonicNow();
    const sleptMs = wall - this.#seen.wall - (monotonic - this.#seen.monotonic);
    this.#seen = { wall, monotonic };
    if (sleptMs > SLEEP_GAP_MS) return 'suspend';
    if (sleptMs < -SLEEP_GAP_MS) {
      // The clock was set back: deadlines by the old clock would come too late.
      this.#openedAt += sleptMs;
      this.#usedAt += sleptMs;
    }
    if (wall - this.#openedAt >= this.#ageLimitMs) return 'max_age';
    return wall - this.#usedAt >= this.#idleLimitMs ? 'idle' : undefined;
  }
}
