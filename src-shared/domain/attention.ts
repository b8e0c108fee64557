import { silentPlatforms, wasNotReached } from './addresses/reachability.ts';

/** What needs a person, in the order in which they should look at it. Pure: the clock comes in. */

export interface WatchedKey {
  readonly name: string;
  readonly env: string;
  readonly platform: string;
  readonly status: 'active' | 'pending' | 'retiring' | 'disabled' | 'revoked' | 'lost';
  /** Whole days until the rotation is due, negative when overdue. */
  readonly days_left: number;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
  readonly last_check: { readonly at: string; readonly outcome: string } | null;
  readonly damaged: boolean;
}

export interface WatchedLimits {
  readonly name: string;
  readonly env: string;
  readonly windows: readonly {
    readonly id: string;
    readonly limit: number | null;
    readonly remaining: number | null;
    readonly exhausted_in_s: number | null;
  }[];
}

export interface WatchedRun {
  readonly run_id: string;
  readonly command: string;
  readonly pid: number;
  readonly env: string;
  readonly keys: readonly string[];
  readonly laggard: boolean;
}

interface OfKey {
  /** `env/name` */
  readonly key: string;
}

export interface WatchedRotation {
  readonly key: string;
  readonly env: string;
  readonly state: string;
  /** When the overlap should be over; null where two keys are not active. */
  readonly deadline_at: string | null;
  readonly ended_at: string | null;
  readonly cause: { readonly code: string } | null;
}

export type Matter =
  | (OfKey & { readonly kind: 'overlap_open'; readonly at: string; readonly leftMs: number })
  | (OfKey & { readonly kind: 'rotation_stuck'; readonly code: string })
  | (OfKey & { readonly kind: 'damaged' })
  | (OfKey & { readonly kind: 'overdue'; readonly days: number })
  | (OfKey & { readonly kind: 'failing'; readonly code: string; readonly at: string })
  /** Two keys or more of one platform that does not answer: one line, for it says nothing of the keys. */
  | {
      readonly kind: 'platform_silent';
      readonly platform: string;
      readonly keys: readonly string[];
      readonly code: string;
      readonly at: string;
    }
  | (OfKey & { readonly kind: 'expired'; readonly at: string })
  | { readonly kind: 'laggard'; readonly run: WatchedRun }
  | (OfKey & { readonly kind: 'expiring'; readonly days: number; readonly at: string })
  | (OfKey & { readonly kind: 'low_headroom'; readonly remaining: number; readonly limit: number })
  | (OfKey & { readonly kind: 'due'; readonly days: number })
  | (OfKey & { readonly kind: 'unused'; readonly days: number });

export type Urgency = 'now' | 'soon' | 'look';

const DAY_MS = 86_400_000;
/** The platforms' own rule: a key unused for 30 days is a candidate for revocation. */
const UNUSED_DAYS = 30;
/** Reminders begin two weeks before a date. */
const REMINDER_DAYS = 14;
const LOW_SHARE = 0.2;

const ORDER: readonly Matter['kind'][] = [
  'overlap_open',
  'rotation_stuck',
  'damaged',
  'expired',
  'overdue',
  'platform_silent',
  'failing',
  'laggard',
  'expiring',
  'low_headroom',
  'due',
  'unused',
];

export const urgencyOf = ({ kind }: Matter): Urgency => {
  if (ORDER.indexOf(kind) <= ORDER.indexOf('failing')) return 'now';
  return kind === 'unused' ? 'look' : 'soon';
};

/** The most pressing thing about one key; one line a key is what a person can act on. */
function matterOf(key: WatchedKey, now: number): Matter | undefined {
  const at: OfKey = { key: `${key.env}/${key.name}` };
  if (key.damaged) return { ...at, kind: 'damaged' };
  if (key.status === 'revoked' || key.status === 'lost') return undefined;
  if (key.expires_at !== null) {
    const daysLeft = Math.floor((Date.parse(key.expires_at) - now) / DAY_MS);
    if (daysLeft < 0) return { ...at, kind: 'expired', at: key.expires_at };
    if (daysLeft <= REMINDER_DAYS && key.days_left >= 0)
      return { ...at, kind: 'expiring', days: daysLeft, at: key.expires_at };
  }
  if (key.days_left < 0) return { ...at, kind: 'overdue', days: -key.days_left };
  if (key.last_check !== null && key.last_check.outcome !== 'ok')
    return { ...at, kind: 'failing', code: key.last_check.outcome, at: key.last_check.at };
  if (key.days_left <= REMINDER_DAYS) return { ...at, kind: 'due', days: key.days_left };
  const idleDays = Math.floor((now - Date.parse(key.last_used_at ?? key.created_at)) / DAY_MS);
  return idleDays >= UNUSED_DAYS ? { ...at, kind: 'unused', days: idleDays } : undefined;
}

/** The window of these limits that is nearest its end, where that is near. */
function lowHeadroomOf({ name, env, windows }: WatchedLimits): Matter | undefined {
  let lowest: Matter | undefined;
  let least = LOW_SHARE;
  for (const { limit, remaining } of windows) {
    if (limit === null || remaining === null || limit <= 0 || remaining / limit >= least) continue;
    least = remaining / limit;
    lowest = { kind: 'low_headroom', key: `${env}/${name}`, remaining, limit };
  }
  return lowest;
}

/** An open rotation is one line, whatever else there is to say of its key. */
function matterOfRotation(rotation: WatchedRotation, now: number): Matter | undefined {
  const { env, key, deadline_at: deadlineAt, ended_at: endedAt, cause } = rotation;
  const at: OfKey = { key: `${env}/${key}` };
  if (endedAt !== null) return undefined;
  if (deadlineAt !== null)
    return { ...at, kind: 'overlap_open', at: deadlineAt, leftMs: Date.parse(deadlineAt) - now };
  return cause === null ? undefined : { ...at, kind: 'rotation_stuck', code: cause.code };
}

/** One line for all keys that fail because their platform does not answer. */
function withSilentPlatforms(matters: readonly Matter[], keys: readonly WatchedKey[]): Matter[] {
  const silent = new Set(silentPlatforms(keys));
  if (silent.size === 0) return [...matters];
  const platforms = new Map(keys.map(({ env, name, platform }) => [`${env}/${name}`, platform]));
  const groups = new Map<string, Extract<Matter, { kind: 'failing' }>[]>();
  for (const matter of matters) {
    if (matter.kind !== 'failing' || !wasNotReached(matter.code)) continue;
    const platform = platforms.get(matter.key);
    if (platform !== undefined && silent.has(platform))
      groups.set(platform, [...(groups.get(platform) ?? []), matter]);
  }
  const down: Matter[] = [];
  for (const [platform, group] of groups) {
    const latest = group.reduce((a, b) => (Date.parse(b.at) > Date.parse(a.at) ? b : a));
    if (group.length > 1)
      down.push({
        kind: 'platform_silent',
        platform,
        keys: group.map(({ key }) => key),
        code: latest.code,
        at: latest.at,
      });
  }
  const grouped = new Set(down.flatMap(keysOf));
  return [...down, ...matters.filter((matter) => !('key' in matter && grouped.has(matter.key)))];
}

/** The keys that a matter is about, as `env/name`. */
export const keysOf = (matter: Matter): readonly string[] => {
  if (matter.kind === 'laggard') return [];
  return matter.kind === 'platform_silent' ? matter.keys : [matter.key];
};

const isThere = (matter: Matter | undefined): matter is Matter => matter !== undefined;

const weightOf = (matter: Matter): number => {
  if (matter.kind === 'overdue' || matter.kind === 'unused') return -matter.days;
  if (matter.kind === 'due' || matter.kind === 'expiring') return matter.days;
  return 0;
};

export interface Watched {
  readonly keys: readonly WatchedKey[];
  readonly limits: readonly WatchedLimits[];
  readonly runs: readonly WatchedRun[];
  readonly rotations: readonly WatchedRotation[];
}

/** @param now epoch ms @returns the matters, most urgent first */
export function mattersOf({ keys, limits, runs, rotations }: Watched, now: number): Matter[] {
  const open = rotations.map((rotation) => matterOfRotation(rotation, now)).filter(isThere);
  const rotating = new Set(open.map((matter) => ('key' in matter ? matter.key : '')));
  const ofKeys = keys
    .map((key) => matterOf(key, now))
    .filter(isThere)
    .filter((matter) => !('key' in matter && rotating.has(matter.key)));
  const matters = [...open, ...withSilentPlatforms(ofKeys, keys)];
  const named = new Set(matters.flatMap(keysOf));
  for (const entry of limits) {
    const low = lowHeadroomOf(entry);
    if (low?.kind === 'low_headroom' && !named.has(low.key)) matters.push(low);
  }
  for (const run of runs) if (run.laggard) matters.push({ kind: 'laggard', run });
  return matters.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || weightOf(a) - weightOf(b));
}
