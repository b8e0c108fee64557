import { type Candidate, command, type Fix } from '../candidate.ts';
import type { DiagnosisFacts } from '../facts.ts';
import { keyOf } from './refusal-words.ts';

const LOW_SHARE = 0.1;
const LOW_COUNT = 10;

/** Little left: below 10, as the platform advises, or below a tenth of a larger limit. */
export function limitCandidates({ limits, subject, answer }: DiagnosisFacts): Candidate[] {
  if (answer?.outcome === 'RATE_LIMITED') return [];
  const low = limits.filter(
    ({ limit, remaining, source }) =>
      source !== 'documented' &&
      remaining !== null &&
      remaining <
        Math.max(limit === null || limit >= 4 * LOW_COUNT ? LOW_COUNT : limit / 4, (limit ?? 0) * LOW_SHARE),
  );
  const [first] = low.toSorted((a, b) => (a.remaining ?? 0) - (b.remaining ?? 0));
  if (first === undefined) return [];
  return [
    {
      code: first.remaining === 0 ? 'rate.exceeded' : 'rate.low',
      rung: 'rate.limits',
      severity: 'warn',
      confidence: 'certain',
      message: `${first.remaining ?? 0}${first.limit === null ? '' : ` of ${first.limit}`} calls are left in this ${first.id}${first.resets_in_s === null ? '' : `, for ${first.resets_in_s} s`}${first.exhausted_in_s === null || first.exhausted_in_s === 0 ? '' : `; at this rate they are used up in ${first.exhausted_in_s} s`}.`,
      fix: command(`keymolt limits ${keyOf(subject)} --watch`),
      tellApart: '',
    },
  ];
}

const UNUSED_DAYS = 30;
const OVERLAP_MINUTES = 15;

/** What works today and should be looked at. */
export function hygieneCandidates({ subject, hygiene, answer }: DiagnosisFacts): Candidate[] {
  if (subject.key === null) return [];
  const base = { rung: 'hygiene.key', severity: 'warn', confidence: 'certain', tellApart: '' } as const;
  const candidates: Candidate[] = [];
  if (hygiene.overlapOpenMinutes !== null && hygiene.overlapOpenMinutes > OVERLAP_MINUTES) {
    candidates.push({
      ...base,
      code: 'hygiene.overlap_open',
      message: `A rotation left two keys active for ${Math.round(hygiene.overlapOpenMinutes)} minutes; it should be ${OVERLAP_MINUTES} at most.${
        hygiene.overlapHasNoUser
          ? ' Nobody is known to use the key: bring the new value to where it is used (`keymolt key copy`), then let the old one end.'
          : ''
      }`,
      fix: command(
        `keymolt rotate resume ${subject.key}${hygiene.overlapHasNoUser ? ' --no-deploy-check' : ''}`,
      ),
    });
  }
  if (hygiene.daysLeft < 0) {
    const { endedAt, isEndOfOldValue } = hygiene;
    const rotate: Fix =
      subject.strategy === 'overlap' && subject.canCreate
        ? {
            command: `keymolt rotate start ${subject.key}`,
            repair: { kind: 'start_rotation', key: subject.key, lost: false },
          }
        : command(`keymolt rotate start ${subject.key} --value-file -`);
    candidates.push({
      ...base,
      code: 'hygiene.overdue',
      message:
        endedAt === null
          ? `The key should have been rotated ${-hygiene.daysLeft} days ago.`
          : isEndOfOldValue
            ? `The end that is noted for the key, ${endedAt.slice(0, 10)}, is that of its value before the last rotation.`
            : `The key’s end, ${endedAt.slice(0, 10)}, has passed.`,
      fix:
        endedAt !== null && isEndOfOldValue
          ? command(`keymolt key edit ${subject.key} --expires DATE`)
          : rotate,
    });
  }
  if (hygiene.duplicates.length > 0) {
    candidates.push({
      ...base,
      code: 'hygiene.duplicate',
      message: `The same value is stored as ${hygiene.duplicates.slice(0, 3).join(', ')} too${subject.sharedKeys ? '' : '; each agent should have a key of its own'}.`,
      fix: command(
        subject.sharedKeys
          ? `keymolt key forget ${hygiene.duplicates[0] ?? ''}`
          : `keymolt key edit ${hygiene.duplicates[0] ?? ''} --value-file -`,
      ),
    });
  }
  // Our own question is a use.
  if (answer?.outcome === 'ok' && hygiene.idleDays !== null && hygiene.idleDays >= UNUSED_DAYS) {
    candidates.push({
      ...base,
      code: 'hygiene.unused',
      message: `Nobody used the key for ${hygiene.idleDays} days: it is a candidate for revocation.`,
      fix: command(`keymolt key revoke ${subject.key}`),
    });
  }
  return candidates;
}
