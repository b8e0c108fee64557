/** Long calls that can be cancelled by an id that the caller chose. */
export class Operations {
  readonly #running = new Map<string, AbortController>();

  /**
   * Runs `work` with a signal that aborts when the caller goes away or somebody cancels `id`.
   * @param id undefined: only the caller's own signal counts
   */
  async run<T>(
    id: string | undefined,
    callerSignal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (id === undefined) return work(callerSignal);
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      return await work(AbortSignal.any([callerSignal, controller.signal]));
    } finally {
      if (this.#running.get(id) === controller) this.#running.delete(id);
    }
  }

  /** @returns whether there was such an operation */
  cancel(id: string): boolean {
    const controller = this.#running.get(id);
    controller?.abort();
    return controller !== undefined;
  }
}
