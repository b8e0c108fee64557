import type { ChannelName, RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { oneOf } from '../arguments/choices.ts';
import { type Candidate, candidatesFor, joinBashWords, type NameSources } from '../completion/candidates.ts';
import { COMPLETION_SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts';
import type { Command, CommandContext } from '../context.ts';

/** Whoever presses a key does not wait longer. */
const TIME_LIMIT_MS = 1000;

/** Prints the script for a shell, or, asked by that script, what may come next on a line. */
export const completion: Command = async (context) => {
  const [name = '', ...words] = context.positionals;
  const shell = oneOf(name, SHELLS, 'the shell');
  if (words.length === 0) {
    context.print(COMPLETION_SCRIPTS[shell]);
    return 0;
  }
  const { words: joined, isDone } = shell === 'bash' ? joinBashWords(words) : { words, isDone: 0 };
  const candidates = await candidatesFor(joined, namesFrom(context));
  context.print(candidates.map((candidate) => lineFor(shell, candidate, isDone)).join(''));
  return 0;
};

const lineFor = (shell: Shell, { word, help }: Candidate, isDone: number): string => {
  if (shell === 'bash') return `${word.slice(isDone)}\n`;
  if (shell === 'fish') return `${word}\t${help}\n`;
  const name = word.replaceAll(':', '\\:');
  return help === '' ? `${name}\n` : `${name}:${help}\n`;
};

/** SECURITY: asks an agent that runs and is unlocked, and nobody else; names only, and nothing where it is locked. */
const namesFrom = (context: CommandContext): NameSources => {
  const ask = async <C extends ChannelName>(
    method: C,
    request: RequestOf<C>,
  ): Promise<ResponseOf<C> | undefined> => {
    try {
      if ((await context.findAgent()) === undefined) return undefined;
      const signal = AbortSignal.timeout(TIME_LIMIT_MS);
      return (await context.call(method, request, { mayUnlock: false, signal })).result();
    } catch {
      return undefined;
    }
  };
  return {
    // SECURITY: pressing a key confirms no project file, and asks nothing.
    defaultEnvironment: async () =>
      (await context.project({ mayAsk: false }).catch(() => undefined))?.env ?? 'dev',
    environments: async () =>
      (await ask('environments.list', {}))?.environments.map((environment) => environment.name) ?? [],
    keys: async (env) => (await ask('keys.list', env === undefined ? {} : { env }))?.keys ?? [],
    platforms: async () => (await ask('platforms.list', {}))?.platforms.map(({ id }) => id) ?? [],
  };
};
