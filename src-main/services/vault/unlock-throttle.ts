const FREE_ATTEMPTS = 3;
const LONGEST_DELAY_MS = 30_000;
const MOST_WAITING = 4;

/**
 * Makes guessing slow: after three wrong proofs each further attempt waits twice as long as the one before,
 * and attempts are taken one at a time. The right proof starts over.
 */
export class UnlockThrottle {
  #failures = 0;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(sleep: (ms: number) => Promise<void>) {
    this.#sleep = sleep;
  }

  /** How long the next attempt will be held back. */
  get delayMs(): number {
    if (this.#failures < FREE_ATTEMPTS) return 0;
    return Math.min(2 ** (this.#failures - FREE_ATTEMPTS) * 1000, LONGEST_DELAY_MS);
  }

  /** Whether so many attempts are waiting that another one is to be refused. */
  get isFull(): boolean {
    return this.#waiting >= MOST_WAITING;
  }

  /** @param attempt resolves to whether the proof was right; a throw that is not about the proof counts as neither */
  async attempt<T>(attempt: () => Promise<T>, isWrongProof: (error: unknown) => boolean): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(async () => {
      if (this.delayMs > 0) await this.#sleep(this.delayMs);
      try {
        const result = await attempt();
        this.#failures = 0;
        return result;
      } catch (error) {
        if (isWrongProof(error)) this.#failures += 1;
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}
