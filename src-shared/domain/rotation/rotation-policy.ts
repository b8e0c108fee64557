import type { KeyMeta } from '../vault-records.ts';

/** Ninety days is what all four platforms ask for. */
export const DEFAULT_ROTATION_DAYS = 90;
/** Where nobody has to carry the new value by hand (PLATFORMS.md, section 5). */
export const AUTOMATIC_ROTATION_DAYS = 30;
/** A key that nobody used for so long is a candidate for revocation. */
export const UNUSED_AFTER_DAYS = 30;

export const DAY_MS = 86_400_000;

export interface Due {
  readonly rotateEveryDays: number;
  /** Epoch ms. */
  readonly dueAt: number;
  /** Days until then, a begun day counted whole: 90 right after a rotation, 1 on the last day, -1 once overdue. */
  readonly daysLeft: number;
}

/** The deadline alone, which stands still while `now` goes on. */
export type Deadline = Pick<Due, 'rotateEveryDays' | 'dueAt'>;

type Dated = Pick<KeyMeta, 'createdAt' | 'rotatedAt' | 'rotateEveryDays' | 'expiresAt'>;

/**
 * When a key is to be rotated. Days are 86,400 s of UTC, so that a daylight-saving switch moves nothing.
 * @param environmentDays the environment's own period, null for the default
 * @param isAutomatic whether the key has deployment targets: then the default is 30 days
 */
export const deadlineOf = (key: Dated, environmentDays: number | null, isAutomatic = false): Deadline => {
  const byDefault = isAutomatic ? AUTOMATIC_ROTATION_DAYS : DEFAULT_ROTATION_DAYS;
  const rotateEveryDays = key.rotateEveryDays ?? environmentDays ?? byDefault;
  const by = Date.parse(key.rotatedAt ?? key.createdAt) + rotateEveryDays * DAY_MS;
  return {
    rotateEveryDays,
    dueAt: key.expiresAt === null ? by : Math.min(by, Date.parse(key.expiresAt)),
  };
};

/** @param now epoch ms */
export const daysLeftOf = (dueAt: number, now: number): number => wholeDays((dueAt - now) / DAY_MS);

/** As `deadlineOf`, with the days left at `now` (epoch ms). */
export const dueOf = (key: Dated, environmentDays: number | null, now: number, isAutomatic = false): Due => {
  const deadline = deadlineOf(key, environmentDays, isAutomatic);
  return { ...deadline, daysLeft: daysLeftOf(deadline.dueAt, now) };
};

const wholeDays = (days: number): number => (days >= 0 ? Math.ceil(days) : Math.floor(days));

/** Whole days since the key was last used, or since it was made where it never was. */
export const idleDays = (key: Pick<KeyMeta, 'createdAt' | 'lastUsedAt'>, now: number): number =>
  Math.max(0, Math.floor((now - Date.parse(key.lastUsedAt ?? key.createdAt)) / DAY_MS));
