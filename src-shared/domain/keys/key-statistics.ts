import type { WatchedKey } from '../attention.ts';

/** What a lead wants to know of all keys at once. Pure: the clock comes in. */
export interface KeyStatistics {
  /** Keys that are in use: neither revoked nor lost. */
  readonly inUse: number;
  readonly overdue: number;
  /** How many of those in use are not overdue, 0 to 1; null where there is none. */
  readonly inTimeShare: number | null;
  readonly medianAgeDays: number | null;
  /** Due on each of the coming days, today first. */
  readonly dueByDay: readonly number[];
  readonly byEnvironment: readonly { readonly env: string; readonly ages: readonly number[] }[];
}

const DAY_MS = 86_400_000;
/** Upper ends in days of the groups that `ages` counts; the last group has none. */
export const AGE_GROUPS: readonly number[] = [30, 60, 90];

export interface AgingKey extends Pick<WatchedKey, 'env' | 'status' | 'days_left' | 'created_at'> {
  readonly rotated_at: string | null;
}

/** @param now epoch ms @param days how far `dueByDay` looks ahead */
export function statisticsOf(keys: readonly AgingKey[], now: number, days: number): KeyStatistics {
  const used = keys.filter(({ status }) => status !== 'revoked' && status !== 'lost');
  const dueByDay = new Array<number>(days).fill(0);
  const ages: number[] = [];
  const byEnvironment = new Map<string, number[]>();
  let inTime = 0;
  for (const { env, days_left, rotated_at, created_at } of used) {
    if (days_left >= 0) inTime += 1;
    if (days_left >= 0 && days_left < days) dueByDay[days_left] = (dueByDay[days_left] ?? 0) + 1;
    const age = Math.max(0, Math.floor((now - Date.parse(rotated_at ?? created_at)) / DAY_MS));
    ages.push(age);
    const groups = byEnvironment.get(env) ?? new Array<number>(AGE_GROUPS.length + 1).fill(0);
    const group = AGE_GROUPS.findIndex((end) => age < end);
    const at = group === -1 ? AGE_GROUPS.length : group;
    groups[at] = (groups[at] ?? 0) + 1;
    byEnvironment.set(env, groups);
  }
  ages.sort((a, b) => a - b);
  return {
    inUse: used.length,
    overdue: used.length - inTime,
    inTimeShare: used.length === 0 ? null : inTime / used.length,
    medianAgeDays: ages[Math.floor(ages.length / 2)] ?? null,
    dueByDay,
    byEnvironment: [...byEnvironment].map(([env, groups]) => ({ env, ages: groups })),
  };
}
