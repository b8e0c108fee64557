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
  | (OfKey & { readonly kind: 'overlap_open'; readonly at: string })
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

const RANKS = Object.fromEntries(ORDER.map((kind, rank) => [kind, rank])) as Record<Matter['kind'], number>;

export const urgencyOf = ({ kind }: Matter): Urgency => {
  if (RANKS[kind] <= RANKS.failing) return 'now';
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
function matterOfRotation(rotation: WatchedRotation): Matter | undefined {
  const { env, key, deadline_at: deadlineAt, ended_at: endedAt, cause } = rotation;
  const at: OfKey = { key: `${env}/${key}` };
  if (endedAt !== null) return undefined;
  if (deadlineAt !== null) return { ...at, kind: 'overlap_open', at: deadlineAt };
  return cause === null ? undefined : { ...at, kind: 'rotation_stuck', code: cause.code };
}

/** What there is to say of one key. */
interface KeyMatter {
  readonly of: WatchedKey;
  readonly matter: Matter;
}

/** One line for all keys that fail because their platform does not answer. */
function withSilentPlatforms(found: readonly KeyMatter[], keys: readonly WatchedKey[]): Matter[] {
  const groups = new Map<string, Extract<Matter, { kind: 'failing' }>[]>();
  for (const { of, matter } of found) {
    if (matter.kind !== 'failing' || !wasNotReached(matter.code)) continue;
    const group = groups.get(of.platform);
    if (group === undefined) groups.set(of.platform, [matter]);
    else group.push(matter);
  }
  const silent = new Set(groups.size === 0 ? [] : silentPlatforms(keys));
  const down: Matter[] = [];
  const grouped = new Set<Matter>();
  for (const [platform, group] of groups) {
    if (group.length === 1 || !silent.has(platform)) continue;
    for (const matter of group) grouped.add(matter);
    const { code, at } = group.reduce((a, b) => (Date.parse(b.at) > Date.parse(a.at) ? b : a));
    down.push({ kind: 'platform_silent', platform, keys: group.map(({ key }) => key), code, at });
  }
  return [...down, ...found.map(({ matter }) => matter).filter((matter) => !grouped.has(matter))];
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
export const mattersOf = (watched: Watched, now: number): Matter[] =>
  mattersIn(watched, foundIn(watched.keys, now));

const foundIn = (keys: readonly WatchedKey[], now: number): KeyMatter[] => {
  const found: KeyMatter[] = [];
  for (const of of keys) {
    const matter = matterOf(of, now);
    if (matter !== undefined) found.push({ of, matter });
  }
  return found;
};

/** @param found what there is to say of each of the keys */
function mattersIn({ keys, limits, runs, rotations }: Watched, found: readonly KeyMatter[]): Matter[] {
  const open = rotations.map(matterOfRotation).filter(isThere);
  const rotating = new Set(open.flatMap(keysOf));
  const ofKeys =
    rotating.size === 0 ? found : found.filter(({ of }) => !rotating.has(`${of.env}/${of.name}`));
  const matters = [...open, ...withSilentPlatforms(ofKeys, keys)];
  const low = limits.map(lowHeadroomOf).filter(isThere);
  if (low.length > 0) {
    const named = new Set(matters.flatMap(keysOf));
    matters.push(...low.filter((matter) => !keysOf(matter).some((key) => named.has(key))));
  }
  for (const run of runs) if (run.laggard) matters.push({ kind: 'laggard', run });
  return matters.sort((a, b) => RANKS[a.kind] - RANKS[b.kind] || weightOf(a) - weightOf(b));
}

/**
 * As `mattersOf`, of each of several environments.
 * @param envs null: of all together
 */
export function mattersOfEach(
  watched: Watched,
  envs: readonly (string | null)[],
  now: number,
): ReadonlyMap<string | null, Matter[]> {
  const found = foundIn(watched.keys, now);
  return new Map(
    envs.map((env) => {
      if (env === null) return [env, mattersIn(watched, found)];
      const isHere = (entry: { readonly env: string }): boolean => entry.env === env;
      const here = {
        keys: watched.keys.filter(isHere),
        limits: watched.limits.filter(isHere),
        runs: watched.runs.filter(isHere),
        rotations: watched.rotations.filter(isHere),
      };
      return [
        env,
        mattersIn(
          here,
          found.filter(({ of }) => isHere(of)),
        ),
      ];
    }),
  );
}
