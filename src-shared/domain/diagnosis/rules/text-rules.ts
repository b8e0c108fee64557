import type { Cause } from '../../cause.ts';
import { type Candidate, command, type Fix } from '../candidate.ts';
import type { DiagnosisFacts } from '../facts.ts';

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

/** A test key where only live keys are taken: what the platform says of it says nothing more. */
export const isTestKeyOnLive = ({ mode, kind }: DiagnosisFacts['subject']): boolean =>
  mode === 'test' && kind === 'live';

/** A key of one kind in an environment of the other: `run` refuses to hand it out. */
export function modeCandidates({ subject, answer, sources }: DiagnosisFacts): Candidate[] {
  const { key, mode, kind, env, canCreate, maker, platform } = subject;
  if (key === null || mode === 'unknown' || mode === kind) return [];
  // A key is of the kind of the one that it was made with: this one cannot make the right one.
  const fix =
    canCreate && maker !== null
      ? command(`keymolt key create ${key}-${kind} --platform ${platform} --using ${maker}`, {
          does: `makes a ${kind} key with ${maker}, which the platform takes`,
          renews: `${key}-${kind}`,
          ...(sources === null
            ? {
                then: {
                  command: `keymolt key forget ${key}`,
                  does: `takes the ${mode} key out of ${env}: \`keymolt run\` would find two for one variable`,
                },
              }
            : {}),
        })
      : command(`keymolt key edit ${key} --value-file -`, {
          does: `asks for the ${kind} key: the platform’s page makes it, and shows it once`,
          renews: key,
        });
  const base = { rung: 'key.text', severity: 'fail', tellApart: '', fix } as const;
  return [
    isTestKeyOnLive(subject)
      ? {
          ...base,
          code: 'env.test_key_on_live',
          confidence: answer?.outcome === 'KEY_REJECTED' || answer === null ? 'certain' : 'likely',
          message: `This is a test key in ${env}, an environment of kind live: live endpoints answer it with 401.`,
        }
      : {
          ...base,
          code: 'env.live_key_in_test',
          confidence: 'certain',
          message: `This is a live key in ${env}, an environment of kind test: what is tried there would touch live resources.`,
        },
  ];
}

/** The key's own text. Where the platform takes the key all the same, our idea of its format is the one in doubt. */
export function textCandidates({ subject, text, answer }: DiagnosisFacts): Candidate[] {
  if (text === null || subject.key === null) return [];
  const isTaken = answer?.outcome === 'ok';
  const { key } = subject;
  const again = command(`keymolt key edit ${key} --value-file -`, {
    does: 'asks for the right value, and shows nothing of it',
    renews: key,
  });
  const fixOf = (code: Cause): Fix =>
    text.isCleanable && isCleanable(code)
      ? {
          command: `keymolt doctor ${key} --fix`,
          repair: { kind: 'clean_value' },
          does: `cleans the stored value of ${key}`,
          renews: key,
        }
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
