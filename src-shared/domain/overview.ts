import { keysOf, type Matter, mattersOfEach, type Watched, type WatchedKey } from './attention.ts';
import { type AgingKey, statisticsOf } from './keys/key-statistics.ts';

/** What a window shows first: what needs a person, and the figures that a lead wants. Pure: the clock comes in. */

export interface OverviewKey extends WatchedKey, AgingKey {
  readonly owner: string | null;
}

export interface OverviewOf extends Watched {
  readonly keys: readonly OverviewKey[];
}

/** A matter, and who has the key that it is about; null where nobody is named. */
export type OwnedMatter = Matter & { readonly owner: string | null };

export interface Overview {
  /** null: of all environments together. */
  readonly env: string | null;
  readonly keys: number;
  /** The most urgent ones. */
  readonly matters: OwnedMatter[];
  readonly matter_count: number;
  /** As in `KeyStatistics`. */
  readonly in_use: number;
  readonly overdue: number;
  readonly in_time_share: number | null;
  readonly median_age_days: number | null;
  readonly due_by_day: number[];
  readonly by_environment: { readonly env: string; readonly ages: number[] }[];
}

/** How far `due_by_day` looks. */
export const DAYS_AHEAD = 30;

/**
 * @param most how many matters each overview lists
 * @param now epoch ms
 * @returns of all environments together, then of each that has keys
 */
export function overviewsOf(of: OverviewOf, most: number, now: number): Overview[] {
  const byEnvironment = new Map<string | null, OverviewKey[]>([[null, [...of.keys]]]);
  for (const key of of.keys) {
    const here = byEnvironment.get(key.env);
    if (here === undefined) byEnvironment.set(key.env, [key]);
    else here.push(key);
  }
  const matters = mattersOfEach(of, [...byEnvironment.keys()], now);
  return [...byEnvironment].map(([env, keys]) => overviewOf(env, keys, matters.get(env) ?? [], most, now));
}

function overviewOf(
  env: string | null,
  keys: readonly OverviewKey[],
  matters: readonly Matter[],
  most: number,
  now: number,
): Overview {
  const statistics = statisticsOf(keys, now, DAYS_AHEAD);
  return {
    env,
    keys: keys.length,
    matters: withOwners(matters.slice(0, most), keys),
    matter_count: matters.length,
    in_use: statistics.inUse,
    overdue: statistics.overdue,
    in_time_share: statistics.inTimeShare,
    median_age_days: statistics.medianAgeDays,
    due_by_day: [...statistics.dueByDay],
    by_environment: statistics.byEnvironment.map(({ env: name, ages }) => ({ env: name, ages: [...ages] })),
  };
}

function withOwners(matters: readonly Matter[], keys: readonly OverviewKey[]): OwnedMatter[] {
  const names = new Set(matters.flatMap(keysOf).map((key) => key.slice(key.indexOf('/') + 1)));
  const owners = new Map<string, string | null>();
  for (const { env, name, owner } of keys) if (names.has(name)) owners.set(`${env}/${name}`, owner);
  return matters.map((matter) => ({
    ...matter,
    owner: 'key' in matter ? (owners.get(matter.key) ?? null) : null,
  }));
}
