import { command, type Fix, shellWord, type Step } from '../candidate.ts';
import type { DiagnosisFacts, SourceFact, SourcesFact } from '../facts.ts';

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

export const winnerOf = ({ sources }: Pick<SourcesFact, 'sources'>): SourceFact | undefined =>
  reachOf(sources).find(({ reach }) => reach === 'wins')?.source;

export const place = ({ where, line }: Pick<SourceFact, 'where' | 'line'>): string =>
  line === null ? where : `${where}, line ${line}`;

/** In lines of NAME=value: a .env file, OpenClaw's own, or the file that a systemd unit names. */
export const isEnvFile = ({ kind, where }: SourceFact): boolean =>
  kind === 'env_file' ||
  kind === 'env_variant' ||
  (kind === 'openclaw' && !where.includes('#') && where.endsWith('.env')) ||
  (kind === 'systemd' && !/\.(?:service|conf)$/.test(where));

export const lineOf = ({ where, line }: Pick<SourceFact, 'where' | 'line'>): string =>
  line === null ? where : `line ${line} of ${where}`;

/** A command with the key in its environment, whatever the shell and its files have. */
export const runWith = (env: string, more = ''): string => `keymolt run -e ${env}${more} -- COMMAND`;

const envOf = (key: string): string => key.split('/')[0] ?? '';

/**
 * How a person takes a value out of a source, or puts the right one in.
 * @param sources all that there are: what is left where this one is gone
 */
export function fixFor(source: SourceFact, key: string | null, sources: readonly SourceFact[] = []): Fix {
  const { kind, where, variable } = source;
  const run = key === null ? 'keymolt run -- COMMAND' : runWith(envOf(key));
  if (kind === 'shell') {
    const left = sources.filter((other) => other !== source);
    return command(`unset ${variable}`, {
      does: 'takes it out of this shell',
      ...(key === null || winnerOf({ sources: left }) !== undefined
        ? {}
        : {
            then: {
              command: run,
              does: `starts the program with the value of ${key}: nothing else here has it`,
            },
          }),
    });
  }
  if (kind === 'run') return command(run, { does: 'starts it again, with the value of today' });
  if (isEnvFile(source) && key !== null) {
    return {
      command: `keymolt doctor ${key} --var ${variable} --env-file ${shellWord(where)} --fix`,
      repair: { kind: 'replace_in_file', file: where, variable, key },
      does: `puts the value of ${key} into ${lineOf(source)}`,
    };
  }
  if (kind === 'systemd' && where.endsWith('.service'))
    return command(`systemctl --user edit --full ${shellWord(where.split('/').at(-1) ?? where)}`);
  const reload = kind === 'systemd' ? ' && systemctl --user daemon-reload' : '';
  return command(editing(source) + reload);
}

export const editing = ({ where, line }: Pick<SourceFact, 'where' | 'line'>): string => {
  // Behind the # stands the place inside of a JSON file.
  const [file = where] = where.split('#');
  return `\${EDITOR:-vi} ${line === null ? '' : `+${line} `}${shellWord(file)}`;
};

/**
 * A key has got another value: how the program that was asked about gets it too.
 * @returns undefined where it gets it by itself
 */
export function handOver({ sources, subject }: DiagnosisFacts, key: string): Step | undefined {
  if (sources === null)
    return {
      command: `keymolt doctor ${key} --var ${subject.variable}`,
      does: 'typed where the program starts: finds where the old value is left',
    };
  const winner = winnerOf(sources);
  if (winner === undefined || winner.state === 'reference') return undefined;
  if (!isEnvFile(winner))
    return { command: runWith(envOf(key)), does: 'starts the program with the new value' };
  const { command: fix, does = '' } = fixFor(winner, key);
  return { command: fix, does };
}
