import type { z } from 'zod';
import type { actionLimitView } from '../../contract/views.ts';
import type { PlatformDefinition } from '../platform-definition.ts';

/** Limits of single actions (den messages, new dens): no header tells of them, so what went through here is counted. */

export type ActionLimit = PlatformDefinition['actionLimits'][number];
type ActionLimitView = z.infer<typeof actionLimitView>;

const PLACE = '{place}';
const MOST_PLACES = 50;

/**
 * The action that a call is.
 * @returns undefined where the definition names none for this method and path; `place` is empty where it counts as a whole
 */
export function actionOf(
  { actionLimits }: Pick<PlatformDefinition, 'actionLimits'>,
  method: string,
  path: string,
): { readonly action: ActionLimit; readonly place: string } | undefined {
  const [bare = ''] = path.split('?');
  const parts = bare.replace(/\/+$/, '').split('/');
  for (const action of actionLimits) {
    if (action.call?.method !== method) continue;
    const wanted = action.call.path.split('/');
    if (wanted.length !== parts.length) continue;
    if (wanted.every((part, at) => part === PLACE || part === parts[at]))
      return { action, place: parts[wanted.indexOf(PLACE)]?.slice(0, 80) ?? '' };
  }
  return undefined;
}

interface Use {
  readonly place: string;
  /** Epoch ms, oldest first; no more than the limit has room for. */
  readonly at: readonly number[];
  /** A 429 named it: nothing goes through before. */
  readonly barredUntil: number | null;
}

/** What one key did of each limited action, as far as it went through here. */
export class ActionUse {
  readonly #byAction = new Map<string, ReadonlyMap<string, Use>>();

  /** @param retryAfterMs the platform refused it for so long; null: it went through */
  note(
    { id, window }: Pick<ActionLimit, 'id' | 'window'>,
    place: string,
    at: number,
    retryAfterMs: number | null,
  ): void {
    const uses = this.#byAction.get(id) ?? new Map<string, Use>();
    const before = uses.get(place);
    const others = [...uses].filter(([name]) => name !== place).slice(-MOST_PLACES);
    const use: Use =
      retryAfterMs === null
        ? { place, at: [...(before?.at ?? []), at].slice(-(window.limit ?? 1)), barredUntil: null }
        : { place, at: before?.at ?? [], barredUntil: at + retryAfterMs };
    this.#byAction.set(id, new Map([...others, [place, use]]));
  }

  usesOf(id: string): readonly Use[] {
    return [...(this.#byAction.get(id)?.values() ?? [])];
  }
}

/** Every limited action of a platform: where it was done how much is left, else what is documented. */
export function actionsOf(
  { actionLimits }: Pick<PlatformDefinition, 'actionLimits'>,
  use: ActionUse | undefined,
  now: number,
): ActionLimitView[] {
  return actionLimits.flatMap((action) => {
    const { id, label, per, window } = action;
    const base = { id, label, per, limit: window.limit };
    const rows = (use?.usesOf(id) ?? []).flatMap((one): ActionLimitView[] => {
      const place = one.place === '' ? null : one.place;
      if (one.barredUntil !== null && one.barredUntil > now)
        return [
          {
            ...base,
            place,
            remaining: 0,
            resets_in_s: Math.ceil((one.barredUntil - now) / 1000),
            source: 'observed',
            exhausted_in_s: 0,
          },
        ];
      const at = one.at.filter((time) => time > now - window.spanMs && time <= now);
      const [first] = at;
      if (first === undefined || window.limit === null) return [];
      const remaining = Math.max(0, window.limit - at.length);
      const resetsInMs = first + window.spanMs - now;
      return [
        {
          ...base,
          place,
          remaining,
          resets_in_s: Math.ceil(resetsInMs / 1000),
          source: 'estimated',
          exhausted_in_s: exhaustedInS(at, remaining, resetsInMs, now),
        },
      ];
    });
    return rows.length > 0
      ? rows
      : [
          {
            ...base,
            place: null,
            remaining: null,
            resets_in_s: null,
            source: 'documented',
            exhausted_in_s: null,
          },
        ];
  });
}

const FEWEST = 3;

/** At the rate of what was counted; null where the window begins anew before, or too little was seen. */
function exhaustedInS(
  at: readonly number[],
  remaining: number,
  resetsInMs: number,
  now: number,
): number | null {
  if (remaining === 0) return 0;
  const [first = now] = at;
  const spanMs = now - first;
  if (at.length < FEWEST || spanMs <= 0) return null;
  const inMs = (remaining * spanMs) / at.length;
  return inMs >= resetsInMs ? null : Math.round(inMs / 1000);
}
