import { findEndBreak } from './audit/audit-codec.ts';
import type { RecordSet } from './records/record-set.ts';
import type { AuditHead, SealedState } from './sealed-state.ts';

/** What was found in the file. */
interface FoundFile {
  readonly set: RecordSet;
  readonly headerHash: string;
  readonly lastEntry: AuditHead;
  /** Generation remembered outside the file; 0 where none is. */
  readonly anchorGeneration: number;
}

/**
 * Holds what the vault last looked like against what was found.
 * @param state undefined where it is missing or does not open
 * @returns a sentence for each difference; none: nobody else wrote to the file
 */
export function findTampering(
  state: SealedState | undefined,
  { set, headerHash, lastEntry, anchorGeneration }: FoundFile,
): string[] {
  if (state === undefined)
    return ['The sealed state of the vault is missing or damaged, so nothing can be held against it.'];
  const findings: string[] = [];
  if (anchorGeneration > state.generation) {
    findings.push(
      `This file is older than the vault that was last open here (generation ${state.generation}, remembered ${anchorGeneration}).`,
    );
  }
  if (state.recordSetMac !== set.mac.toString('hex')) {
    const difference = set.count - state.recordCount;
    const counted =
      difference === 0
        ? 'as many as before'
        : difference > 0
          ? `${difference} more than before`
          : `${-difference} fewer than before`;
    findings.push(
      `The records are not those that were last saved (${counted}): one was removed, added, swapped or put back.`,
    );
  }
  if (state.headerHash !== headerHash) {
    findings.push(
      'The ways to unlock are not those that were last saved: an older passphrase or slot may have been put back.',
    );
  }
  const end = findEndBreak(lastEntry, state.auditHead);
  if (end !== undefined) findings.push(`The audit log does not fit: ${end.why}.`);
  return findings;
}
