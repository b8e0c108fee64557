import { answerCandidates } from './rules/answer-rules.ts';
import { type Candidate, CONFIDENCES, RUNGS } from './candidate.ts';
import type { DiagnosisFacts } from './facts.ts';
import { type Check, ladderOf } from './ladder.ts';
import { hygieneCandidates, limitCandidates } from './rules/limit-and-hygiene-rules.ts';
import { networkCandidates } from './rules/network-rules.ts';
import { sourceCandidates } from './rules/source-rules.ts';
import { handOver } from './rules/source-places.ts';
import { modeCandidates, textCandidates } from './rules/text-rules.ts';

export type Verdict = 'healthy' | 'degraded' | 'broken';

export interface Diagnosis {
  readonly verdict: Verdict;
  /** What a person must mend first; null where nothing is to be mended. */
  readonly cause: Candidate | null;
  /** Everything that was found, the first to be mended first. */
  readonly candidates: readonly Candidate[];
  readonly checks: readonly Check[];
}

/**
 * From facts to causes, pure. Faults come before what merely should be done; among them the ladder's order decides,
 * because a lower rung cannot be judged before the upper one holds; on one rung the surer comes first.
 */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  const found = [
    ...textCandidates(facts),
    ...modeCandidates(facts),
    ...sourceCandidates(facts),
    ...networkCandidates(facts),
    ...answerCandidates(facts),
    ...limitCandidates(facts),
    ...hygieneCandidates(facts),
  ];
  const candidates = found
    .filter((candidate, at) => found.findIndex((other) => isSame(other, candidate)) === at)
    // toSorted keeps the order of what ranks alike: the rules' own.
    .toSorted((a, b) => rank(a) - rank(b))
    .map((candidate) => withNextStep(candidate, facts));
  const [first] = candidates;
  return {
    verdict: first === undefined ? 'healthy' : first.severity === 'fail' ? 'broken' : 'degraded',
    cause: first ?? null,
    candidates,
    checks: ladderOf(facts, candidates),
  };
}

/** A new value in the vault mends nothing yet where a program has the old one in a file. */
function withNextStep(candidate: Candidate, facts: DiagnosisFacts): Candidate {
  const { fix } = candidate;
  if (fix.renews === undefined || fix.then !== undefined) return candidate;
  const then = handOver(facts, fix.renews);
  return then === undefined ? candidate : { ...candidate, fix: { ...fix, then } };
}

const isSame = (a: Candidate, b: Candidate): boolean =>
  a.code === b.code && a.rung === b.rung && a.message === b.message;

// A mere possibility waits behind what there is evidence for, whatever its rung.
const rank = ({ severity, rung, confidence }: Candidate): number =>
  (severity === 'fail' ? 0 : 1000) +
  (confidence === 'possible' ? 500 : 0) +
  RUNGS.indexOf(rung) * 10 +
  CONFIDENCES.indexOf(confidence);
