import { DAY_MS } from './rotation-policy.ts';

/** How far local time is ahead of UTC at a moment (epoch ms), in milliseconds. */
export type OffsetAt = (at: number) => number;

/**
 * The next moment after `after` at which clocks on the wall show an hour: once a day, also where daylight-saving time skips
 * the hour (then as long after midnight as it would have been) or shows it twice (then the first time).
 * @param hour `HH:MM`, local time
 * @param after epoch ms
 */
export function nextRunAt(hour: string, after: number, offsetAt: OffsetAt): number {
  const [hours = 0, minutes = 0] = hour.split(':').map(Number);
  const wall = after + offsetAt(after);
  const midnight = wall - (((wall % DAY_MS) + DAY_MS) % DAY_MS);
  for (let day = -1; ; day += 1) {
    const at = momentOf(midnight + day * DAY_MS + (hours * 60 + minutes) * 60_000, offsetAt);
    if (at > after) return at;
  }
}

function momentOf(wall: number, offsetAt: OffsetAt): number {
  // No place moves its clocks twice within two days.
  const before = offsetAt(wall - DAY_MS);
  const later = offsetAt(wall + DAY_MS);
  const fitting = [wall - before, wall - later].filter((at) => at + offsetAt(at) === wall);
  return fitting.length === 0 ? wall - before : Math.min(...fitting);
}

/** A run that was missed by no more than this (the machine slept, the agent was busy) is made up for. */
export const CATCH_UP_MS = 3_600_000;

/**
 * Whether a run is due between two looks at the clock. A clock that was set back repeats no run, one that was set ahead by
 * more than an hour makes none: nobody wants the work of the night at noon.
 * @param lastLook epoch ms of the look before
 */
export function isRunDue(hour: string, lastLook: number, now: number, offsetAt: OffsetAt): boolean {
  if (now <= lastLook) return false;
  const at = nextRunAt(hour, Math.max(lastLook, now - CATCH_UP_MS), offsetAt);
  return at <= now;
}
