export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What was done last, by name. */
  readonly what: string;
}

export type ReportProgress = (progress: Progress) => void;

/** Long calls that can be cancelled, and asked how far they are, by an id that the caller chose. */
export class Operations {
  readonly #onProgress: (id: string, progress: Progress) => void;
  readonly #running = new Map<string, { readonly controller: AbortController; progress: Progress | null }>();

  constructor(onProgress: (id: string, progress: Progress) => void) {
    this.#onProgress = onProgress;
  }

  /**
   * Runs `work` with a signal that aborts when the caller goes away or somebody cancels `id`.
   * @param id undefined: only the caller's own signal counts
   */
  async run<T>(
    id: string | undefined,
    callerSignal: AbortSignal,
    work: (signal: AbortSignal, report: ReportProgress) => Promise<T>,
  ): Promise<T> {
    if (id === undefined) return work(callerSignal, () => undefined);
    const operation = { controller: new AbortController(), progress: null as Progress | null };
    this.#running.set(id, operation);
    try {
      return await work(AbortSignal.any([callerSignal, operation.controller.signal]), (progress) => {
        operation.progress = progress;
        this.#onProgress(id, progress);
      });
    } finally {
      if (this.#running.get(id) === operation) this.#running.delete(id);
    }
  }

  /** How far it is; null where it has not said yet, or is no longer running. */
  progressOf(id: string): Progress | null {
    return this.#running.get(id)?.progress ?? null;
  }

  /** @returns whether there was such an operation */
  cancel(id: string): boolean {
    const operation = this.#running.get(id);
    operation?.controller.abort();
    return operation !== undefined;
  }
}
