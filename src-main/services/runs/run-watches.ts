import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { RecordId } from '../../vault/ports.ts';
import type { Holder, HolderRolling } from './holder-rolling.ts';
import { changedKeys, type FingerprintNow, type RunRegister } from './run-register.ts';

/** What a waiting `run --watch` is told. */
export type WatchNews =
  /** Ask again for values and start anew: these keys changed, or a rotation wants it. */
  | { readonly what: 'restart'; readonly keys: readonly string[] }
  /** This process gives up its socket. */
  | { readonly what: 'closing' };

interface Rolling {
  /** The run that is to be replaced, then the one that replaces it. */
  runId: string;
  /** The replacing run has its values; it is in place once it waits for news itself. */
  isReplaced: boolean;
  readonly done: () => void;
}

const LOOK_EVERY_MS = 500;

/**
 * Tells `run --watch` commands that a key of theirs has another value. They wait on the socket, hear that there is
 * something new, and ask for it as any run does: news never carry a value.
 */
export class RunWatches implements HolderRolling {
  readonly #runs: RunRegister;
  readonly #fingerprintNow: FingerprintNow;
  readonly #waiting = new Map<string, Set<(news: WatchNews) => void>>();
  readonly #byHand = new Map<RecordId, number>();
  readonly #rolling = new Set<Rolling>();

  constructor(runs: RunRegister, fingerprintNow: FingerprintNow) {
    this.#runs = runs;
    this.#fingerprintNow = fingerprintNow;
  }

  /**
   * Waits for news of a run.
   * @throws {AppError} NOT_FOUND where there is no such run; CANCELLED when the caller is gone
   */
  wait(runId: string, signal: AbortSignal): Promise<WatchNews> {
    const entry = this.#runs.find(runId);
    if (entry?.watches !== true) return Promise.reject(notWatching());
    for (const rolling of this.#rolling) {
      if (rolling.runId !== runId) continue;
      if (rolling.isReplaced) rolling.done();
      else return Promise.resolve({ what: 'restart', keys: [] });
    }
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(runId) ?? new Set();
      const leave = (): void => {
        waiters.delete(tell);
        if (waiters.size === 0) this.#waiting.delete(runId);
        signal.removeEventListener('abort', cancel);
      };
      const tell = (news: WatchNews): void => {
        leave();
        resolve(news);
      };
      const cancel = (): void => {
        leave();
        reject(new AppError('CANCELLED', 'Nobody waits any longer.', ''));
      };
      waiters.add(tell);
      this.#waiting.set(runId, waiters);
      signal.addEventListener('abort', cancel);
      if (signal.aborted) cancel();
      else this.#look(runId);
    });
  }

  /** Keys have changed, or the vault was opened: whoever holds an older value is told. */
  look(): void {
    for (const runId of [...this.#waiting.keys()]) this.#look(runId);
  }

  /** A run asked for values anew, in the place of an earlier one. */
  replaced(earlierRunId: string, runId: string): void {
    for (const rolling of this.#rolling) {
      if (rolling.runId !== earlierRunId) continue;
      rolling.runId = runId;
      rolling.isReplaced = true;
    }
  }

  /** Everybody who waits is sent away, so that the socket can close. */
  close(): void {
    for (const waiters of [...this.#waiting.values()])
      for (const tell of [...waiters]) tell({ what: 'closing' });
  }

  holdersOf(keyId: RecordId): readonly Holder[] {
    return this.#runs
      .running()
      .filter(({ keys }) => keys.some(({ id }) => id === keyId))
      .map((entry) => ({
        runId: entry.runId,
        pid: entry.pid,
        command: entry.command,
        watches: entry.watches === true,
        isCurrent: !changedKeys(entry, this.#fingerprintNow).some(({ id }) => id === keyId),
      }));
  }

  rollByHand(keyId: RecordId): () => void {
    this.#byHand.set(keyId, (this.#byHand.get(keyId) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const others = (this.#byHand.get(keyId) ?? 1) - 1;
      if (others > 0) this.#byHand.set(keyId, others);
      else this.#byHand.delete(keyId);
      this.look();
    };
  }

  roll(runId: string, signal: AbortSignal): Promise<void> {
    const entry = this.#runs.find(runId);
    if (entry === undefined) return Promise.resolve();
    if (entry.watches !== true) return Promise.reject(notWatching());
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearInterval(timer);
        this.#rolling.delete(rolling);
        signal.removeEventListener('abort', cancel);
      };
      const rolling: Rolling = {
        runId,
        isReplaced: false,
        done: () => {
          end();
          resolve();
        },
      };
      const cancel = (): void => {
        end();
        reject(new AppError('CANCELLED', 'The command was not waited for any longer.', ''));
      };
      // A command that ends instead of starting anew does not say so in every case.
      const timer = setInterval(() => {
        if (this.#runs.find(rolling.runId) === undefined) rolling.done();
      }, LOOK_EVERY_MS);
      timer.unref();
      this.#rolling.add(rolling);
      signal.addEventListener('abort', cancel);
      if (signal.aborted) cancel();
      else this.#tell(runId, { what: 'restart', keys: [] });
    });
  }

  #look(runId: string): void {
    const entry = this.#runs.find(runId);
    if (entry === undefined) return;
    const changed = changedKeys(entry, this.#fingerprintNow).filter(({ id }) => !this.#byHand.has(id));
    if (changed.length > 0)
      this.#tell(runId, { what: 'restart', keys: changed.map(({ address }) => address) });
  }

  #tell(runId: string, news: WatchNews): void {
    for (const tell of [...(this.#waiting.get(runId) ?? [])]) tell(news);
  }
}

const notWatching = (): AppError =>
  new AppError('NOT_FOUND', 'There is no such command that follows changes.', 'Start it with --watch.');
