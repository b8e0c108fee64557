import {
  type CountedWindow,
  othersPerMs,
  waitBeforeCallMs,
} from '../../../src-shared/domain/limits/pacing.ts';
import { documentedWindows } from '../../../src-shared/domain/limits/rate-limit.ts';
import type { RateLimitObservation } from '../../../src-shared/domain/limits/rate-limit-observation.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CallOptions } from '../../platforms/ports.ts';
import type { Core } from '../context.ts';
import type { KeyRecord } from '../keys/key-directory.ts';
import { callOptions } from './key-call.ts';
import { definitionsOf, settingsOf } from './platform-settings.ts';

/** Minute windows are waited out; who has to wait for an hour or a day had better be told. */
export const LONGEST_WAIT_MS = 90_000;
const MOST_RETRIES = 3;

export interface PacedCallsOptions {
  /** The key whose limits the calls count against; undefined for a human session. */
  readonly key: KeyRecord | undefined;
  readonly signal: AbortSignal;
  /** A wait that the limits ask for and that is longer ends the call instead. */
  readonly longestWaitMs?: number;
}

/**
 * Calls in the name of one key or session, as fast as its rate limits allow and no faster: they are spread when little is
 * left, wait when nothing is, and are made again after a 429, at most three times, when its Retry-After is over.
 */
export class PacedCalls {
  readonly #core: Core;
  readonly #options: PacedCallsOptions;
  /** What was observed in the name of a session, which has no record to remember it by. */
  readonly #ownObservations = new Map<string, RateLimitObservation>();
  #started: number[] = [];
  #inFlight = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(core: Core, options: PacedCallsOptions) {
    this.#core = core;
    this.#options = options;
  }

  /** What the limits ask to wait before another call, in milliseconds. */
  get waitMs(): number {
    return waitBeforeCallMs(
      {
        observations: this.#observations(),
        startedAt: this.#started,
        inFlight: this.#inFlight,
        othersPerMs: this.#othersPerMs(),
        counted: this.#counted(),
      },
      this.#core.now(),
    );
  }

  /**
   * Makes a call when it is its turn.
   * @param mostRetries after a 429; 0 where `work` itself makes the call again
   * @throws {AppError} RATE_LIMITED where the wait would be too long, CANCELLED, and what `work` throws
   */
  async call<T>(work: (options: CallOptions) => Promise<T>, mostRetries = MOST_RETRIES): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      await this.#takeTurn();
      try {
        return await work(this.#callOptions());
      } catch (error) {
        const isLimited = error instanceof AppError && error.code === 'RATE_LIMITED';
        if (!isLimited || attempt >= mostRetries) throw error;
      } finally {
        this.#inFlight -= 1;
      }
    }
  }

  /** One after the other: each looks at the limits after the one before has been counted. */
  async #takeTurn(): Promise<void> {
    const before = this.#turn;
    let done: () => void = () => undefined;
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      for (let waitMs = this.waitMs; waitMs > 0; waitMs = this.waitMs) await this.#wait(waitMs);
      requireRunning(this.#options.signal);
      this.#inFlight += 1;
      this.#started = [...this.#started.slice(-1000), this.#core.now()];
    } finally {
      done();
    }
  }

  async #wait(waitMs: number): Promise<void> {
    const { signal, longestWaitMs = LONGEST_WAIT_MS } = this.#options;
    if (waitMs > longestWaitMs) {
      throw new AppError(
        'RATE_LIMITED',
        `The platform’s rate limit lets the next call through in ${Math.ceil(waitMs / 1000)} s only.`,
        'Run the same command again then: what was done stays done.',
        { details: { retry_after_ms: waitMs } },
      );
    }
    await pause(waitMs, signal);
  }

  #observations(): readonly RateLimitObservation[] {
    const { key } = this.#options;
    return key === undefined ? [...this.#ownObservations.values()] : this.#core.rateLimits.lastOf(key.id);
  }

  #othersPerMs(): number {
    const { key } = this.#options;
    const headroom = key === undefined ? undefined : this.#core.rateLimits.headroomOf(key.id);
    const now = this.#core.now();
    return headroom === undefined ? 0 : othersPerMs(headroom.usedWithin(60_000, now), this.#started, now);
  }

  /** The documented windows that no answer told of: what was used of them is known by counting alone. */
  #counted(): readonly CountedWindow[] {
    const { key } = this.#options;
    const vault = this.#core.vault.file.opened;
    const headroom = key === undefined ? undefined : this.#core.rateLimits.headroomOf(key.id);
    if (key === undefined || vault === undefined || headroom === undefined) return [];
    const definition = definitionsOf(this.#core, vault).find(({ id }) => id === key.meta.platform);
    if (definition === undefined) return [];
    const tier = settingsOf(vault, definition.id)?.meta.tier ?? key.meta.tier;
    const seen = this.#observations().map(({ window }) => window ?? definition.rateHeaders.describes);
    return documentedWindows(definition, tier).flatMap(({ id, limit, spanMs }) =>
      limit === null || seen.includes(id)
        ? []
        : [{ limit, spanMs, remaining: limit - headroom.usedAtMostWithin(spanMs, this.#core.now()) }],
    );
  }

  #callOptions(): CallOptions {
    const { key, signal } = this.#options;
    if (key !== undefined) return { ...callOptions(this.#core, key, signal), retries: 0 };
    return {
      signal,
      retries: 0,
      onRateLimit: (observation) => this.#ownObservations.set(observation.window ?? '', observation),
    };
  }
}

/** The paced calls of each key: one queue a key, whoever of a use case calls in its name; `undefined` is the session. */
export function pacedByKey(core: Core, signal: AbortSignal): (key: KeyRecord | undefined) => PacedCalls {
  const known = new Map<string, PacedCalls>();
  return (key) => {
    const id = key?.id ?? '';
    const paced = known.get(id) ?? new PacedCalls(core, { key, signal });
    known.set(id, paced);
    return paced;
  };
}

function requireRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled.', 'What was done before stays done.');
}

/** @throws {AppError} CANCELLED as soon as `signal` says so */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  requireRunning(signal);
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
  requireRunning(signal);
}
