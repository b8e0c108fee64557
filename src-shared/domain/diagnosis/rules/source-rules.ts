import type { Cause } from '../../cause.ts';
import { type Candidate, command, shellWord } from '../candidate.ts';
import type { DiagnosisFacts, SourceFact, SourcesFact } from '../facts.ts';
import { fixFor, isEnvFile, lineOf, place, runWith, winnerOf } from './source-places.ts';
import { baseCandidates, sessionCandidates } from './surroundings-rules.ts';
import { isCleanable, rankText } from './text-rules.ts';

export function sourceCandidates(facts: DiagnosisFacts): Candidate[] {
  return facts.sources === null ? [] : shellCandidates(facts, facts.sources);
}

function shellCandidates({ subject }: DiagnosisFacts, facts: SourcesFact): Candidate[] {
  const { variable, sources, harness } = facts;
  const base = { rung: 'env.source', tellApart: '' } as const;
  const candidates: Candidate[] = [];
  const winner = winnerOf(facts);
  const unreadable = sources.filter(({ state }) => ['unreadable', 'too_large', 'not_a_file'].includes(state));
  // Another name than the key goes by: the program's own, or mistyped.
  const isOwn = subject.key === null || subject.variable === '' || variable === subject.variable;
  const run = runWith(subject.env, isOwn ? '' : ` --map ${variable}=molt://${subject.key ?? ''}`);

  if (winner === undefined) {
    const [blocked] = unreadable;
    const profile = sources.find(({ kind }) => kind === 'profile');
    const exported = profile === undefined ? '' : `, though ${place(profile)} sets it`;
    const why =
      harness !== null
        ? `${harness.name} takes it away from what it starts (${harness.why})${exported}`
        : blocked !== undefined
          ? `${blocked.where} ${UNREAD[blocked.state] ?? 'cannot be read'}`
          : `neither this shell nor a .env file sets it${exported}${isOwn ? '' : `, and ${subject.key ?? ''} goes by ${subject.variable}`}`;
    candidates.push({
      ...base,
      code: 'env.missing',
      severity: 'fail',
      confidence: 'certain',
      message: `A program started here finds no ${variable}: ${why}.`,
      fix:
        harness === null && blocked !== undefined
          ? command(
              blocked.state === 'unreadable'
                ? `chmod u+r ${shellWord(blocked.where)}`
                : `ls -l ${shellWord(blocked.where)}`,
            )
          : command(run, {
              ...(subject.key === null
                ? {}
                : { does: `starts the program with ${subject.key} in ${variable}` }),
              ...(isOwn
                ? {}
                : {
                    then: {
                      command: `keymolt doctor ${subject.key ?? ''} --var ${subject.variable}`,
                      does: `where ${variable} was only mistyped here`,
                    },
                  }),
            }),
    });
  } else if (winner.state === 'empty') {
    candidates.push({
      ...base,
      code: 'env.empty',
      severity: 'fail',
      confidence: 'certain',
      message: `${variable} is set and empty in ${place(winner)}, which hides every other source.`,
      fix: fixFor(winner, subject.key, sources),
    });
  } else {
    candidates.push(...winnerCandidates(winner, sources, subject.key));
  }

  for (const source of sources) {
    if (source.match !== 'previous' || source === winner) continue;
    candidates.push({
      ...base,
      code: 'env.stale',
      severity: 'warn',
      confidence: 'certain',
      message: `${place(source)} still has a value of ${variable} from before the last rotation.`,
      fix: fixFor(source, subject.key ?? source.key),
    });
  }
  return [
    ...candidates,
    ...(winner === undefined ? [] : readerCandidates(winner, harness, run)),
    ...baseCandidates(facts, subject),
    ...sessionCandidates(facts, subject.header),
  ];
}

/** The value is there, and some programs do not get it so. */
function readerCandidates(winner: SourceFact, harness: SourcesFact['harness'], run: string): Candidate[] {
  const { variable, where } = winner;
  const base = { rung: 'env.source', severity: 'warn', confidence: 'possible' } as const;
  return [
    ...(winner.endsInCarriageReturn
      ? [
          {
            ...base,
            code: 'key.whitespace' as const,
            message: `${place(winner)} ends in CR LF: a shell that reads the file with \`source\` takes the carriage return for a part of ${variable}.`,
            fix: command(`perl -pi -e 's/\\r$//' ${shellWord(where)}`, {
              does: 'takes the carriage returns out of the file',
            }),
            tellApart: 'A program that reads the file with dotenv drops it, and is not touched by this.',
          },
        ]
      : []),
    ...(harness === null || harness.isInside || winner.kind !== 'shell'
      ? []
      : [
          {
            ...base,
            code: 'env.missing' as const,
            message: `${variable} is set here, and ${harness.name} takes variables of such a name away from what it starts (${harness.why}).`,
            fix: command(run),
            tellApart: `Only what ${harness.name} starts is touched by this: let it start the program with \`keymolt run\`.`,
          },
        ]),
  ];
}

/** Which of two files counts is up to what loads them; of a shell and a file it is not. */
function loaderOrder(winner: SourceFact, right: SourceFact): string {
  if (!isEnvFile(winner) || !isEnvFile(right)) return '';
  const folderOf = ({ where }: SourceFact): string => where.slice(0, where.lastIndexOf('/'));
  const nameOf = ({ where }: SourceFact): string => where.slice(where.lastIndexOf('/') + 1);
  return folderOf(winner) === folderOf(right)
    ? ` (as most loaders have it: ${nameOf(winner)} before ${nameOf(right)})`
    : ' (as most loaders have it: the nearer file first)';
}

const WITHOUT: Partial<Readonly<Record<Cause, string>>> = {
  'key.whitespace': 'without the blank or invisible character',
  'key.quoted': 'without the quotes',
  'key.lookalike': 'with the letter that belongs there',
  'key.wrong_case': 'in the case that belongs there',
};

const UNREAD: Readonly<Record<string, string>> = {
  unreadable: 'may not be read',
  too_large: 'is too large for a .env file',
  not_a_file: 'is no regular file',
};

function winnerCandidates(
  winner: SourceFact,
  sources: readonly SourceFact[],
  key: string | null,
): Candidate[] {
  const base = { rung: 'env.source', severity: 'fail', tellApart: '' } as const;
  const { variable } = winner;
  if (winner.match === 'previous') {
    const right = sources.find(({ match }) => match === 'current');
    const hides =
      right === undefined
        ? ''
        : ` and wins over ${right.where}, which has the right one${loaderOrder(winner, right)}`;
    return [
      {
        ...base,
        code: 'env.stale',
        confidence: 'certain',
        message: `${place(winner)} has a value of ${variable} from before the last rotation${hides}.`,
        fix: fixFor(winner, key ?? winner.key, sources),
      },
    ];
  }
  const [finding] = rankText(winner.findings);
  if (finding !== undefined && winner.match !== 'current') {
    const canClean = isEnvFile(winner) && isCleanable(finding.code);
    return [
      {
        ...base,
        code: finding.code,
        rung: 'key.text',
        confidence: 'certain',
        message: `In ${place(winner)}: ${finding.message}`,
        fix: canClean
          ? {
              command: `keymolt doctor${key === null ? '' : ` ${key}`} --var ${variable} --env-file ${shellWord(winner.where)} --fix`,
              repair: { kind: 'clean_file', file: winner.where, variable },
              does: `puts the value of ${key ?? 'the key'} into ${lineOf(winner)}${winner.cleanKey === null || winner.cleanKey !== key ? '' : `: the same one, ${WITHOUT[finding.code] ?? 'without that'}`}`,
            }
          : fixFor(winner, key, sources),
      },
    ];
  }
  const right = sources.find((source) => source !== winner && source.match === 'current');
  if (winner.match !== 'current' && winner.state === 'set' && key !== null) {
    const hidden =
      right === undefined ? `the vault’s ${key}` : `${place(right)}, which has the value of ${key}`;
    return [
      {
        ...base,
        code: 'env.shadowed',
        confidence: right === undefined && winner.match === 'unknown' ? 'likely' : 'certain',
        message: `${place(winner)} sets ${variable} to ${winner.key === null ? 'a value that the vault does not know' : `the value of ${winner.key}`} and hides ${hidden}.`,
        fix: fixFor(winner, key, sources),
      },
    ];
  }
  return [];
}
