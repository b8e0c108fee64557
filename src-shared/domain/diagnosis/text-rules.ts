import type { Cause } from '../cause.ts';
import { type Candidate, command, type Fix } from './candidate.ts';
import type { DiagnosisFacts } from './facts.ts';

/** What asks for another value comes before what can be cleaned: whoever enters the value again has mended both. */
const ORDER: readonly Cause[] = [
  'auth.bearer_instead_of_key',
  'key.jwt_in_key_slot',
  'key.other_platform',
  'key.wrong_prefix',
  'key.bad_length',
  'key.bad_alphabet',
  'key.lookalike',
  'key.wrong_case',
  'key.quoted',
  'key.whitespace',
];

export const rankText = <F extends { readonly code: Cause }>(findings: readonly F[]): F[] =>
  findings.toSorted((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));

const CLEANABLE: ReadonlySet<Cause> = new Set([
  'key.whitespace',
  'key.quoted',
  'key.lookalike',
  'key.wrong_case',
]);

export const isCleanable = (code: Cause): boolean => CLEANABLE.has(code);

/** The key's own text. Where the platform takes the key all the same, our idea of its format is the one in doubt. */
export function textCandidates({ subject, text, answer }: DiagnosisFacts): Candidate[] {
  if (text === null || subject.key === null) return [];
  const isTaken = answer?.outcome === 'ok';
  const again = command(`keymolt key edit ${subject.key} --value-file -`);
  const fixOf = (code: Cause): Fix =>
    text.isCleanable && isCleanable(code)
      ? { command: `keymolt doctor ${subject.key} --fix`, repair: { kind: 'clean_value' } }
      : again;
  const bearer: Candidate[] = text.startsWithScheme
    ? [
        {
          code: 'auth.bearer_instead_of_key',
          rung: 'key.text',
          severity: isTaken ? 'warn' : 'fail',
          confidence: 'certain',
          message: `The stored value begins with “Bearer ”: the key alone belongs in ${subject.header}.`,
          fix: again,
          tellApart: '',
        },
      ]
    : [];
  return [
    ...bearer,
    ...rankText(text.findings)
      .filter(({ code }) => !(text.startsWithScheme && code === 'key.whitespace'))
      .map(({ code, message }): Candidate => ({
        code,
        rung: 'key.text',
        severity: isTaken ? 'warn' : 'fail',
        confidence: isTaken ? 'possible' : 'certain',
        message: isTaken ? `${message} The platform takes it all the same.` : message,
        fix: fixOf(code),
        tellApart: '',
      })),
  ];
}
