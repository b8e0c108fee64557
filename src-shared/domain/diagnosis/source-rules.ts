import { checkBaseUrl } from '../addresses/base-url.ts';
import { type Candidate, command, type Fix, shellWord } from './candidate.ts';
import type { DiagnosisFacts, SourceFact, SourcesFact } from './facts.ts';
import { isCleanable, rankText } from './text-rules.ts';

/**
 * What a program started in the asking shell would read. A variable that is set already is not replaced by what
 * loads .env files; only the files of OpenClaw are read by it whatever the shell says, the first of them first
 * (openclaw/openclaw#20376).
 */
const READ_HERE: readonly SourceFact['kind'][] = ['shell', 'env_file', 'openclaw', 'moltbook', 'env_variant'];

export type Reach = 'wins' | 'shadowed' | 'elsewhere';

/** Every source with its part in it: who wins, who is hidden by the winner, who is read by others only. */
export function reachOf(
  sources: readonly SourceFact[],
): readonly { readonly source: SourceFact; readonly reach: Reach }[] {
  const here = sources
    .filter(
      ({ kind, state }) =>
        READ_HERE.includes(kind) && (state === 'set' || state === 'empty' || state === 'reference'),
    )
    .toSorted((a, b) => READ_HERE.indexOf(a.kind) - READ_HERE.indexOf(b.kind));
  const [winner] = here;
  return sources.map((source) => ({
    source,
    reach: source === winner ? 'wins' : here.includes(source) ? 'shadowed' : 'elsewhere',
  }));
}

export const winnerOf = ({ sources }: SourcesFact): SourceFact | undefined =>
  reachOf(sources).find(({ reach }) => reach === 'wins')?.source;

const place = ({ where, line }: Pick<SourceFact, 'where' | 'line'>): string =>
  line === null ? where : `${where}, line ${line}`;

/** In lines of NAME=value: a .env file, OpenClaw's own, or the file that a systemd unit names. */
const isEnvFile = ({ kind, where }: SourceFact): boolean =>
  kind === 'env_file' ||
  kind === 'env_variant' ||
  (kind === 'openclaw' && !where.includes('#') && where.endsWith('.env')) ||
  (kind === 'systemd' && !/\.(?:service|conf)$/.test(where));

/** How a person takes a value out of a source, or puts the right one in. */
function fixFor(source: SourceFact, key: string | null): Fix {
  const { kind, where, variable } = source;
  const run = `keymolt run${key === null ? '' : ` -e ${key.split('/')[0] ?? ''}`} -- COMMAND`;
  if (kind === 'shell') return command(`unset ${variable}`);
  if (kind === 'run') return command(run);
  if (isEnvFile(source) && key !== null) {
    return {
      command: `keymolt doctor ${key} --var ${variable} --env-file ${shellWord(where)} --fix`,
      repair: { kind: 'replace_in_file', file: where, variable, key },
    };
  }
  if (kind === 'systemd' && where.endsWith('.service'))
    return command(`systemctl --user edit --full ${shellWord(where.split('/').at(-1) ?? where)}`);
  const reload = kind === 'systemd' ? ' && systemctl --user daemon-reload' : '';
  return command(editing(source) + reload);
}

const editing = ({ where, line }: Pick<SourceFact, 'where' | 'line'>): string => {
  // Behind the # stands the place inside of a JSON file.
  const [file = where] = where.split('#');
  return `\${EDITOR:-vi} ${line === null ? '' : `+${line} `}${shellWord(file)}`;
};

export function sourceCandidates(facts: DiagnosisFacts): Candidate[] {
  return [...modeCandidates(facts), ...(facts.sources === null ? [] : shellCandidates(facts, facts.sources))];
}

/** A key of one kind in an environment of the other: `run` refuses to hand it out. */
function modeCandidates({ subject, answer }: DiagnosisFacts): Candidate[] {
  const { key, mode, kind, env } = subject;
  if (key === null || mode === 'unknown' || mode === kind) return [];
  const base = { rung: 'env.source', severity: 'fail', tellApart: '' } as const;
  const create = command(
    subject.canCreate
      ? `keymolt key create ${key}-${kind} --platform ${subject.platform}`
      : `keymolt key edit ${key} --value-file -`,
  );
  return mode === 'test'
    ? [
        {
          ...base,
          code: 'env.test_key_on_live',
          confidence: answer?.outcome === 'KEY_REJECTED' || answer === null ? 'certain' : 'likely',
          message: `This is a test key in ${env}, an environment of kind live: live endpoints answer it with 401.`,
          fix: create,
        },
      ]
    : [
        {
          ...base,
          code: 'env.live_key_in_test',
          confidence: 'certain',
          message: `This is a live key in ${env}, an environment of kind test: what is tried there would touch live resources.`,
          fix: create,
        },
      ];
}

function shellCandidates({ subject }: DiagnosisFacts, facts: SourcesFact): Candidate[] {
  const { variable, sources, harness } = facts;
  const base = { rung: 'env.source', tellApart: '' } as const;
  const candidates: Candidate[] = [];
  const winner = winnerOf(facts);
  const unreadable = sources.filter(({ state }) => ['unreadable', 'too_large', 'not_a_file'].includes(state));
  const runWith = `keymolt run -e ${subject.env} -- COMMAND`;

  if (winner === undefined) {
    const [blocked] = unreadable;
    const why =
      harness !== null
        ? `${harness.name} takes it away from what it starts (${harness.why})`
        : blocked !== undefined
          ? `${blocked.where} ${UNREAD[blocked.state] ?? 'cannot be read'}`
          : 'neither this shell nor a .env file sets it';
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
          : command(runWith),
    });
  } else if (winner.state === 'empty') {
    candidates.push({
      ...base,
      code: 'env.empty',
      severity: 'fail',
      confidence: 'certain',
      message: `${variable} is set and empty in ${place(winner)}, which hides every other source.`,
      fix: fixFor(winner, subject.key),
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
    ...(winner === undefined ? [] : readerCandidates(winner, harness, runWith)),
    ...baseCandidates(facts, subject),
    ...sessionCandidates(facts, subject.header),
  ];
}

/** The value is there, and some programs do not get it so. */
function readerCandidates(winner: SourceFact, harness: SourcesFact['harness'], runWith: string): Candidate[] {
  const { variable, where } = winner;
  const base = { rung: 'env.source', severity: 'warn', confidence: 'possible' } as const;
  return [
    ...(winner.endsInCarriageReturn
      ? [
          {
            ...base,
            code: 'key.whitespace' as const,
            message: `${place(winner)} ends in CR LF: a shell that reads the file with \`source\` takes the carriage return for a part of ${variable}.`,
            fix: command(`perl -pi -e 's/\\r$//' ${shellWord(where)}`),
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
            fix: command(runWith),
            tellApart: `Only what ${harness.name} starts is touched by this: let it start the program with \`keymolt run\`.`,
          },
        ]),
  ];
}

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
    const others = sources.filter(({ match }) => match === 'current').map(({ where }) => where);
    const hides = others.length === 0 ? '' : ` and wins over ${others[0] ?? ''}, which has the right one`;
    return [
      {
        ...base,
        code: 'env.stale',
        confidence: 'certain',
        message: `${place(winner)} has a value of ${variable} from before the last rotation${hides}.`,
        fix: fixFor(winner, key ?? winner.key),
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
            }
          : fixFor(winner, key),
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
        fix: fixFor(winner, key),
      },
    ];
  }
  return [];
}

function baseCandidates(
  { base: found, variable }: SourcesFact,
  subject: DiagnosisFacts['subject'],
): Candidate[] {
  if (found === null) return [];
  const right = subject.baseUrl;
  const fix: Fix =
    found.where === 'this shell'
      ? command(`unset ${found.variable}`)
      : right === null || subject.key === null
        ? command(editing(found))
        : {
            command: `keymolt doctor ${subject.key} --var ${variable} --fix`,
            repair: { kind: 'set_base_in_file', file: found.where, variable: found.variable, url: right },
          };
  const base = { rung: 'net.http', severity: 'fail', tellApart: '', fix } as const;
  const checked = checkBaseUrl(found.url);
  if (/^http:/i.test(found.url) && !(checked.ok && checked.isLoopback)) {
    return [
      {
        ...base,
        code: 'net.plain_http',
        confidence: 'certain',
        message: `${found.variable} in ${place(found)} is plain http: the key would be readable on its way.`,
      },
    ];
  }
  if (right === null || found.url.trim().replace(/\/+$/, '') === right) return [];
  // SECURITY: what stands behind the path of somebody's address may be anything, a key too.
  const [shown = ''] = found.url.split(/[?#]/);
  return [
    {
      ...base,
      code: 'net.wrong_base_path',
      confidence: 'likely',
      message: `${found.variable} in ${place(found)} is ${shown.slice(0, 200)}, and ${subject.platformName} is at ${right}.`,
    },
  ];
}

function sessionCandidates({ session }: SourcesFact, header: string): Candidate[] {
  if (session === null) return [];
  const expired = session.expiredAt !== null;
  return [
    {
      code: expired ? 'auth.session_expired' : 'auth.bearer_precedence',
      rung: 'auth.who_am_i',
      severity: expired ? 'fail' : 'warn',
      confidence: 'likely',
      message: expired
        ? `${session.variable} in ${place(session)} holds a session token that ended ${session.expiredAt ?? ''}: sent as Bearer, it decides before the key.`
        : `${session.variable} in ${place(session)} holds a session token: where a program sends it as Bearer beside ${header}, Bearer decides and the key is not looked at.`,
      fix: command(session.where === 'this shell' ? `unset ${session.variable}` : editing(session)),
      tellApart: 'Start the program without that variable: where it then works, this was it.',
    },
  ];
}
