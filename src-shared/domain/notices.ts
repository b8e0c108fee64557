import type { WatchedKey, WatchedLimits, WatchedRotation } from './attention.ts';
import type { Place } from './place.ts';

/** Which changes a person is told of outside of the window. Pure: what was told before comes in and goes out. */

export type NoticeKind = 'due_soon' | 'overdue' | 'overlap' | 'surge' | 'rotated' | 'put_back';

/** One notice stands for all changes of its kind at a time. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly count: number;
  readonly place: Place;
}

export interface Outlook {
  readonly keys: readonly Pick<WatchedKey, 'name' | 'env' | 'status' | 'days_left'>[];
  readonly limits: readonly WatchedLimits[];
  readonly rotations: readonly (WatchedRotation & { readonly id: string })[];
}

/** How far each key, rotation and limit had come when it was last looked at. */
export interface NoticeMemory {
  readonly dueStages: ReadonlyMap<string, DueStage>;
  readonly surging: ReadonlySet<string>;
  /** By id; also of rotations that are over. */
  readonly rotations: ReadonlyMap<string, RotationStage>;
}

type DueStage = 'later' | 'due_soon' | 'overdue';
type RotationStage = 'going' | 'overlap' | 'over';

const DUE_STAGES: readonly DueStage[] = ['later', 'due_soon', 'overdue'];
/** A week is what a person can plan with. */
const SOON_DAYS = 7;

const dueStage = ({ status, days_left: daysLeft }: Outlook['keys'][number]): DueStage => {
  if (status === 'revoked' || status === 'lost') return 'later';
  if (daysLeft < 0) return 'overdue';
  return daysLeft <= SOON_DAYS ? 'due_soon' : 'later';
};

/** Two keys are active, and that does not end by itself: it stands still, or its time is over. */
const rotationStage = (rotation: Outlook['rotations'][number], now: number): RotationStage => {
  const { ended_at: endedAt, deadline_at: deadlineAt, cause } = rotation;
  if (endedAt !== null) return 'over';
  if (deadlineAt === null) return 'going';
  return cause !== null || Date.parse(deadlineAt) < now ? 'overlap' : 'going';
};

const isSurging = ({ windows }: WatchedLimits): boolean =>
  windows.some(({ exhausted_in_s: seconds }) => seconds !== null);

const refOf = ({ env, name }: { readonly env: string; readonly name: string }): string => `${env}/${name}`;

const keyPlace = (refs: readonly string[], otherwise: Place): Place => {
  const [only, ...others] = refs;
  return only === undefined || others.length > 0 ? otherwise : { at: 'key', key: only };
};

/**
 * @param before null: the first look, which is quiet: the person is at the window, or has not asked yet
 * @param now epoch ms
 * @returns what to tell, grouped; a key, rotation or limit is told of when it gets worse or is over, and not again
 */
export const noticesOf = (
  before: NoticeMemory | null,
  { keys, limits, rotations }: Outlook,
  now: number,
): { readonly notices: readonly Notice[]; readonly memory: NoticeMemory } => {
  const memory: NoticeMemory = {
    dueStages: new Map(keys.map((key) => [refOf(key), dueStage(key)])),
    surging: new Set(limits.filter(isSurging).map(refOf)),
    rotations: new Map(rotations.map((rotation) => [rotation.id, rotationStage(rotation, now)])),
  };
  if (before === null) return { notices: [], memory };

  const notices: Notice[] = [];
  const note = (kind: NoticeKind, refs: readonly string[], place: Place): void => {
    if (refs.length > 0) notices.push({ kind, count: refs.length, place });
  };
  // Somebody who has just made or imported a key knows when it is due.
  const worse = (stage: DueStage) =>
    [...memory.dueStages].flatMap(([ref, is]) => {
      const was = before.dueStages.get(ref);
      const hasRisen = was !== undefined && DUE_STAGES.indexOf(was) < DUE_STAGES.indexOf(is);
      return is === stage && hasRisen ? [ref] : [];
    });
  const rotation: Place = { at: 'screen', screen: 'rotation' };
  const reached = (stage: RotationStage) =>
    rotations.filter(({ id }) => {
      const was = before.rotations.get(id);
      // One that began and was over between two looks is told of too: it was no earlier one, for those are remembered.
      return memory.rotations.get(id) === stage && was !== stage && (was !== undefined || stage !== 'going');
    });
  const overlaps = reached('overlap');
  note(
    'overlap',
    overlaps.map(({ id }) => id),
    rotation,
  );
  const overdue = worse('overdue');
  note('overdue', overdue, keyPlace(overdue, rotation));
  const surging = [...memory.surging].filter((ref) => !before.surging.has(ref));
  note('surge', surging, { at: 'screen', screen: 'headroom' });
  const ended = reached('over').map(({ env, key, state }) => ({ ref: `${env}/${key}`, state }));
  const rotated = ended.filter(({ state }) => state === 'done').map(({ ref }) => ref);
  note('rotated', rotated, keyPlace(rotated, rotation));
  const putBack = ended.filter(({ state }) => state !== 'done').map(({ ref }) => ref);
  note('put_back', putBack, rotation);
  const soon = worse('due_soon');
  note('due_soon', soon, keyPlace(soon, rotation));
  return { notices, memory };
};
