/** What happened to a key, for its panel. Pure: made of the audit log and of what the key itself says. */

export const TIMELINE_KINDS = [
  'created',
  'deployed',
  'undeployed',
  'used',
  'handed_out',
  'edited',
  'rotation_started',
  'rotated',
  'rolled_back',
  'revoked',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export interface TimelineEvent {
  readonly at: string;
  readonly kind: TimelineKind;
  /** In the log's words; never a value. */
  readonly detail: string;
  /** Who, as the log says it; null for what the platform says of itself. */
  readonly actor: string | null;
  /** How often on that day, for what happens often. */
  readonly times: number;
}

interface LoggedEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly detail: string;
}

interface DatedKey {
  readonly created_at: string;
  readonly rotated_at: string | null;
  readonly last_used_at: string | null;
}

const KINDS: Readonly<Record<string, TimelineKind | undefined>> = {
  'key.add': 'created',
  'key.create': 'created',
  'deploy.add': 'deployed',
  'deploy.remove': 'undeployed',
  run: 'used',
  'key.edit': 'edited',
  'rotate.start': 'rotation_started',
  'rotate.done': 'rotated',
  'rotate.back': 'rolled_back',
  'key.revoke': 'revoked',
};

/** The steps of a rotation have a place of their own; here it begins and ends. */
const kindOf = (action: string): TimelineKind | undefined =>
  KINDS[action] ?? (action.startsWith('secret.') ? 'handed_out' : undefined);

const OFTEN: ReadonlySet<TimelineKind> = new Set<TimelineKind>(['used', 'handed_out']);
/** The log and the key tell the same moment a little apart. */
const SAME_MS = 60_000;

/**
 * @param entries those of this key, newest first
 * @returns newest first; what happened several times on one day as one event, with its last time
 */
export function timelineOf(key: DatedKey, entries: readonly LoggedEntry[]): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  for (const { at, actor, action, detail } of entries) {
    const kind = kindOf(action);
    if (kind === undefined) continue;
    const index = OFTEN.has(kind)
      ? events.findIndex((event) => event.kind === kind && event.at.slice(0, 10) === at.slice(0, 10))
      : -1;
    const before = events[index];
    if (before === undefined) events.push({ at, kind, detail, actor, times: 1 });
    else events[index] = { ...before, times: before.times + 1 };
  }
  const isTold = (kind: TimelineKind, at: string): boolean =>
    events.some((event) => event.kind === kind && Math.abs(Date.parse(event.at) - Date.parse(at)) < SAME_MS);
  const add = (kind: TimelineKind, at: string | null): void => {
    if (at !== null && !isTold(kind, at)) events.push({ at, kind, detail: '', actor: null, times: 1 });
  };
  if (!events.some(({ kind }) => kind === 'created')) add('created', key.created_at);
  add('rotated', key.rotated_at);
  add('used', key.last_used_at);
  return events.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
