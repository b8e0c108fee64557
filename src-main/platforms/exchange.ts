import { setTimeout as delay } from 'node:timers/promises';
import type { PlatformDefinition } from '../../src-shared/domain/platform-definition.ts';
import { observeRateLimit } from '../../src-shared/domain/limits/rate-limit.ts';
import { backoffMs, parseHttpDate } from '../../src-shared/domain/limits/retry.ts';
import { AppError } from '../../src-shared/errors/app-error.ts';
import { findField, findJson } from './answer-body.ts';
import { answerError } from './answer-error.ts';
import { CallTimedOut, networkError } from './network-error.ts';
import type { CallOptions } from './ports.ts';
import type { HttpAnswer, Transport } from './transport.ts';

/** Where the clock, chance and waiting come from; a test has its own. */
export interface ExchangeClock {
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const SYSTEM_CLOCK: ExchangeClock = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};

export interface Exchange {
  readonly definition: PlatformDefinition;
  readonly method: string;
  readonly url: string;
  readonly origin: string;
  readonly caFile: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Making the call twice is the same as making it once. */
  readonly isSideEffectFree: boolean;
  /** Texts that must not come back in an error. */
  readonly secrets: readonly string[];
  /** Reads a refusal where the platform's general way does not fit (Firebase). */
  readonly readRefusal?: (answer: HttpAnswer) => AppError | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Worth another try. A name that does not resolve, or a port where nothing listens, is told at once. */
function isWorthRepeating({ code, details }: AppError, isSideEffectFree: boolean): boolean {
  if (code === 'RATE_LIMITED') return true;
  if (code !== 'NETWORK' && code !== 'TIMEOUT' && code !== 'PLATFORM_ERROR') return false;
  if (details?.['reason'] === 'net.refused' || details?.['reason'] === 'net.dns') return false;
  // A create that timed out may have happened: only what never left may be sent again.
  return isSideEffectFree || details?.['may_have_happened'] === false;
}

/**
 * Makes a call, with its retries, within its time.
 * @returns an answer of 2xx
 * @throws {AppError} as PlatformClient says
 */
export async function exchange(
  transport: Transport,
  clock: ExchangeClock,
  wanted: Exchange,
  options: CallOptions,
  closing: AbortSignal,
): Promise<HttpAnswer> {
  const { definition, isSideEffectFree } = wanted;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const retries = options.retries ?? (isSideEffectFree ? definition.retry.maxRetries : 0);
  const startedAt = clock.now();
  const timeUp = new AbortController();
  const timer = setTimeout(() => {
    timeUp.abort(new CallTimedOut());
  }, timeoutMs);
  const signal = AbortSignal.any([timeUp.signal, closing, ...(options.signal ? [options.signal] : [])]);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await tryOnce(transport, clock, wanted, options, signal);
      if (!(outcome instanceof AppError)) return outcome;
      if (signal.aborted || attempt >= retries || !isWorthRepeating(outcome, isSideEffectFree)) throw outcome;
      const asked = outcome.details?.['retry_after_ms'];
      const waitMs = typeof asked === 'number' ? asked : backoffMs(attempt, clock.random(), definition.retry);
      // A wait that does not fit would end as a time-out, which hides what is really wrong.
      if (clock.now() - startedAt + waitMs >= timeoutMs) throw outcome;
      await clock.sleep(waitMs, signal);
    }
  } catch (error) {
    throw networkError(error, wanted.origin, signal);
  } finally {
    clearTimeout(timer);
  }
}

async function tryOnce(
  transport: Transport,
  clock: ExchangeClock,
  wanted: Exchange,
  options: CallOptions,
  signal: AbortSignal,
): Promise<HttpAnswer | AppError> {
  const { definition, method, url, origin, caFile, headers, body, secrets } = wanted;
  if (signal.aborted) return networkError(signal.reason, origin, signal);
  const sentAt = clock.now();
  let answer: HttpAnswer;
  try {
    answer = await transport.send({
      method,
      url,
      headers: { accept: 'application/json', 'user-agent': 'keymolt', ...headers },
      ...(body === undefined ? {} : { body }),
      caFile,
      signal,
    });
  } catch (error) {
    return networkError(error, origin, signal);
  }
  const now = clock.now();
  const date = parseHttpDate(answer.header('date') ?? '');
  // Half the way there and back is the best guess of when the platform read its clock.
  if (date !== undefined) options.onClockSkew?.(date - (sentAt + now) / 2);
  const json = answer.status >= 400 ? findJson(answer.body) : undefined;
  const { header, status } = answer;
  const observation = observeRateLimit(
    definition,
    { status, header, field: (paths) => findField(json, paths) },
    now,
  );
  if (observation === undefined) options.onAnswer?.(now);
  else options.onRateLimit?.(observation);
  if (status >= 200 && status < 300) return answer;
  return (
    wanted.readRefusal?.(answer) ??
    answerError(answer, { definition, origin, secrets, retryAfterMs: observation?.retryAfterMs ?? null })
  );
}
