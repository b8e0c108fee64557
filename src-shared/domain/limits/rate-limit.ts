import type { z } from 'zod';
import type { limitWindowView } from '../../contract/views.ts';
import type { PlatformDefinition, RateWindow } from '../platform-definition.ts';
import type { KeyHeadroom } from './headroom.ts';
import type { RateLimitObservation } from './rate-limit-observation.ts';
import { parseRetryAfter, waitOfSeconds } from './retry.ts';

export type LimitWindow = z.infer<typeof limitWindowView>;

const MAX_RESET_S = 86_400;

/** A header that must be a whole number from 0; anything else is unknown, never a guess. */
function countOf(text: string | undefined, max: number): number | null {
  const trimmed = text?.trim() ?? '';
  if (!/^\d{1,15}$/.test(trimmed)) return null;
  const count = Number(trimmed);
  return count <= max ? count : null;
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value)
      ? Number(value)
      : undefined;

/** The parts of an answer that may speak of a rate limit. */
export interface RateLimitAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Looks up one of the definition's field paths in the answer's JSON body. */
  readonly field: (paths: readonly string[]) => unknown;
}

/** @returns what the answer says, or undefined where it says nothing of limits */
export function observeRateLimit(
  definition: PlatformDefinition,
  answer: RateLimitAnswer,
  now: number,
): RateLimitObservation | undefined {
  const { rateHeaders } = definition;
  const limit = countOf(answer.header(rateHeaders.limit), 1e9);
  const remaining = countOf(answer.header(rateHeaders.remaining), 1e9);
  const resetS = countOf(answer.header(rateHeaders.reset), MAX_RESET_S);
  const seen = { observedAt: now, limit, remaining, resetsInMs: resetS === null ? null : resetS * 1000 };
  const saysNothing = limit === null && remaining === null && resetS === null;
  if (answer.status !== 429) return saysNothing ? undefined : { ...seen, retryAfterMs: null };

  const said = parseRetryAfter(answer.header('Retry-After'), now);
  const inBody = numberOf(answer.field(definition.retryAfterFields));
  const retryAfterMs =
    said ?? (inBody === undefined ? undefined : waitOfSeconds(inBody)) ?? definition.retry.unsaidWaitMs;
  const bodyLimit = numberOf(answer.field(['limit']));
  const window =
    bodyLimit === undefined ? undefined : windowWithLimit(definition, answer.field(['tier']), bodyLimit);
  if (window !== undefined && bodyLimit !== undefined && window !== rateHeaders.describes) {
    return {
      observedAt: now,
      limit: bodyLimit,
      remaining: 0,
      resetsInMs: retryAfterMs,
      retryAfterMs,
      window,
    };
  }
  return {
    observedAt: now,
    limit: limit ?? (window === undefined ? null : (bodyLimit ?? null)),
    remaining: remaining ?? 0,
    resetsInMs: seen.resetsInMs ?? retryAfterMs,
    retryAfterMs,
  };
}

/** A 429 names the limit it is about, not the window: the tier's window with that limit is meant. */
const windowWithLimit = (
  definition: PlatformDefinition,
  tier: unknown,
  limit: number,
): RateWindow['id'] | undefined =>
  [...definition.windows, ...(definition.tiers.find(({ id }) => id === tier)?.windows ?? [])].find(
    (window) => window.limit === limit,
  )?.id;

/** @param tier the account's; null where unknown */
export const documentedWindows = (
  definition: Pick<PlatformDefinition, 'windows' | 'tiers'>,
  tier: string | null,
): readonly RateWindow[] => [
  ...definition.windows,
  ...(definition.tiers.find(({ id }) => id === tier)?.windows ?? []),
];

/**
 * The rate-limit windows of a key as a person sees them: observed where an answer said, documented otherwise.
 * @param tier the account's; null where unknown
 * @param observations the key's last ones; the newest of each window counts
 * @param headroom what was seen of the key's use: fills in windows that no header tells of, and says how long they last
 */
export function windowsOf(
  definition: PlatformDefinition,
  tier: string | null,
  observations: RateLimitObservation | readonly RateLimitObservation[] | null,
  now: number,
  headroom?: KeyHeadroom,
): LimitWindow[] {
  const documented = documentedWindows(definition, tier);
  const newest = new Map<RateWindow['id'], RateLimitObservation>();
  for (const observation of [observations ?? []].flat()) {
    const id = observation.window ?? definition.rateHeaders.describes;
    const known = newest.get(id);
    if (known === undefined || known.observedAt <= observation.observedAt) newest.set(id, observation);
  }
  const described = definition.rateHeaders.describes;
  const views = documented.map((window) =>
    foreseen(
      estimated(window, viewOf(window, newest.get(window.id), now), now, headroom),
      window.id === described ? undefined : window.id,
      now,
      headroom,
    ),
  );
  for (const [id, observation] of newest) {
    if (documented.some((window) => window.id === id)) continue;
    views.push(viewOf({ id, limit: null, spanMs: Number.POSITIVE_INFINITY }, observation, now));
  }
  return views;
}

/** No header tells of this window: what we saw of its calls is the best that is known. */
function estimated(
  window: RateWindow,
  view: LimitWindow,
  now: number,
  headroom: KeyHeadroom | undefined,
): LimitWindow {
  if (view.source !== 'documented' || window.limit === null || (headroom?.lastAt ?? null) === null)
    return view;
  const used = headroom?.usedWithin(window.spanMs, now) ?? 0;
  return { ...view, remaining: Math.max(0, window.limit - used), source: 'estimated' };
}

/** Until when it lasts at the present rate; null where the window begins anew before. */
function foreseen(
  view: LimitWindow,
  trend: RateWindow['id'] | undefined,
  now: number,
  headroom: KeyHeadroom | undefined,
): LimitWindow {
  if (view.source !== 'observed' || view.remaining === null || view.exhausted_in_s !== null) return view;
  const inMs = headroom?.exhaustedInMs(trend, view.remaining, now) ?? null;
  if (inMs === null || (view.resets_in_s !== null && inMs >= view.resets_in_s * 1000)) return view;
  return { ...view, exhausted_in_s: Math.max(1, Math.round(inMs / 1000)) };
}

function viewOf(window: RateWindow, observation: RateLimitObservation | undefined, now: number): LimitWindow {
  const unknown = {
    id: window.id,
    limit: window.limit,
    remaining: null,
    resets_in_s: null,
    exhausted_in_s: null,
  };
  if (observation === undefined) return { ...unknown, source: 'documented' };
  const elapsedMs = Math.max(0, now - observation.observedAt);
  const limit = observation.limit ?? window.limit;
  // The window that was observed is over: a fresh one is full, unless others used the key since.
  if (elapsedMs >= (observation.resetsInMs ?? window.spanMs))
    return { ...unknown, limit, remaining: limit, source: 'estimated' };
  return {
    id: window.id,
    limit,
    remaining: observation.remaining,
    resets_in_s:
      observation.resetsInMs === null ? null : Math.ceil((observation.resetsInMs - elapsedMs) / 1000),
    source: 'observed',
    exhausted_in_s: observation.remaining === 0 ? 0 : null,
  };
}
