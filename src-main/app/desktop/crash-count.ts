const WITHIN_MS = 60_000;
const MOST = 3;

/** Whether a window that crashed is opened anew: not when it does nothing else. */
export class CrashCount {
  #crashes: number[] = [];

  /** @param now epoch ms @returns false where this was one too many within a minute */
  mayReopen(now: number): boolean {
    this.#crashes = [...this.#crashes.filter((at) => at > now - WITHIN_MS), now];
    return this.#crashes.length <= MOST;
  }
}
