import { AppError } from '../../../src-shared/errors/app-error.ts';

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Whether a person wants the work to turn back, and was not heard yet. */
export interface AbortWish {
  isOpen: boolean;
}

/** What a piece of work has from whoever runs it. */
export interface WorkHandle {
  /** Aborted when a person wants the work to turn back (then there is a new one), or the core ends. */
  readonly signal: AbortSignal;
  readonly wish: AbortWish;
  /** @throws {AppError} CANCELLED by the signal */
  readonly sleep: Sleep;
  /** Lets those go who wait for the work, while it goes on by itself. */
  readonly stall: () => void;
}

export interface Running {
  /** Ends when the work is over or stands still; fails where even that could not be written down. */
  readonly finished: Promise<void>;
  readonly stalled: Promise<void>;
}

interface Entry extends Running {
  controller: AbortController;
  readonly wish: AbortWish;
}

/** Long work on records of the vault, at most one piece a record. Its state is in the vault; here is who works on it. */
export class RunningWork {
  readonly #sleep: Sleep;
  readonly #entries = new Map<string, Entry>();
  #isClosing = false;

  constructor(sleep: Sleep) {
    this.#sleep = (ms, signal) =>
      sleep(ms, signal).catch((cause: unknown) => {
        throw new AppError('CANCELLED', 'The wait was ended.', '', { cause });
      });
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Ends when nobody is at work on a record; at once where nobody is. */
  async whenIdle(id: string): Promise<void> {
    await this.#entries.get(id)?.finished.catch(() => undefined);
  }

  /** Starts the work on a record; where somebody is at it already, that is joined. */
  start(id: string, work: (handle: WorkHandle) => Promise<void>): Running {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    let stall: () => void = () => undefined;
    const stalled = new Promise<void>((resolve) => {
      stall = resolve;
    });
    const entry: Entry = {
      finished: Promise.resolve()
        .then(() => {
          if (this.#isClosing) throw closing();
          return work({
            get signal() {
              return entry.controller.signal;
            },
            wish: entry.wish,
            sleep: this.#sleep,
            stall,
          });
        })
        .finally(() => this.#entries.delete(id)),
      stalled,
      controller: new AbortController(),
      wish: { isOpen: false },
    };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Has running work turn back at its next step, and ends what it is waiting for. */
  turnBack(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.wish.isOpen = true;
    entry.controller.abort();
    entry.controller = new AbortController();
  }

  /** Ends all work; the vault has where each piece stands. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const all = [...this.#entries.values()];
    for (const { controller } of all) controller.abort(closing());
    await Promise.allSettled(all.map(({ finished }) => finished));
  }
}

const closing = (): AppError =>
  new AppError('CANCELLED', 'Keymolt is closing; this goes on when the vault is unlocked again.');
