import { type CommandSpec, type Flag, type FlagName, FLAGS, GLOBAL_FLAGS } from '../command-spec.ts';
import { COMMANDS } from '../command-table.ts';

export interface Candidate {
  readonly word: string;
  readonly help: string;
}

/** Names from the vault, asked for only where they are wanted. Each is empty where there is nobody to ask. */
export interface NameSources {
  /** Of a command that names none: the project file's, or dev. */
  readonly defaultEnvironment: () => Promise<string>;
  readonly environments: () => Promise<readonly string[]>;
  /** Of every environment, or of one. */
  readonly keys: (
    env: string | undefined,
  ) => Promise<readonly { readonly name: string; readonly env: string }[]>;
  readonly platforms: () => Promise<readonly string[]>;
}

/**
 * What may stand in the place of the last word.
 * @param words what follows `keymolt`; the last one is begun, or empty
 * @returns nothing where a file may stand, or where anything may
 */
export const candidatesFor = async (
  words: readonly string[],
  sources: NameSources,
): Promise<readonly Candidate[]> => {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (before.includes('--')) return [];
  const line = readLine(before);
  if (line.openFlag !== undefined)
    return matching(await valuesOf(line.openFlag, current, line, sources), current);
  const inline = /^--([a-z-]+)=(.*)$/s.exec(current);
  if (inline !== null && isFlag(inline[1])) {
    const flag = inline[1];
    const values = await valuesOf(flag, inline[2] ?? '', line, sources);
    return matching(values, inline[2] ?? '').map(({ word, help }) => ({ word: `--${flag}=${word}`, help }));
  }
  const { command } = line;
  if (current.startsWith('-')) return matching(flagsOf(command), current);
  if (command === undefined) return matching(nextWords(line.words), current);
  return matching(await argumentsOf(command, line, current, sources), current);
};

interface Line {
  readonly words: readonly string[];
  readonly command: CommandSpec | undefined;
  /** How many arguments are complete. */
  readonly given: number;
  readonly env: string | undefined;
  /** Still without its value. */
  readonly openFlag: FlagName | undefined;
}

const readLine = (before: readonly string[]): Line => {
  const words: string[] = [];
  let env: string | undefined;
  let openFlag: FlagName | undefined;
  for (const word of before) {
    if (openFlag !== undefined) {
      if (openFlag === 'env') env = word;
      openFlag = undefined;
    } else if (word.startsWith('-') && word !== '-') {
      const [name = '', value] = word.replace(/^--?/, '').split('=', 2);
      const flag = word.startsWith('--') ? (isFlag(name) ? name : undefined) : byShort(name);
      if (flag === undefined) continue;
      const { value: takes, isValueOptional }: Flag = FLAGS[flag];
      if (flag === 'env' && value !== undefined) env = value;
      if (takes !== undefined && value === undefined && isValueOptional !== true) openFlag = flag;
    } else words.push(word);
  }
  const command =
    COMMANDS.find(({ words: own }) => own === words[0]) ??
    COMMANDS.find(({ words: own }) => own === words.slice(0, 2).join(' '));
  const given = command === undefined ? 0 : words.length - command.words.split(' ').length;
  return { words, command, given, env, openFlag };
};

const isFlag = (name: string | undefined): name is FlagName =>
  name !== undefined && Object.hasOwn(FLAGS, name);

const byShort = (name: string): FlagName | undefined =>
  (Object.keys(FLAGS) as FlagName[]).find((flag) => (FLAGS[flag] as Flag).short === name);

/** The first word of a command, or the second of a family. */
const nextWords = (words: readonly string[]): readonly Candidate[] => {
  const found = new Map<string, string>();
  for (const { words: own, summary } of COMMANDS) {
    const [first = '', second] = own.split(' ');
    if (words.length === 0 && !found.has(first))
      found.set(first, second === undefined ? summary : `${first} …`);
    else if (words.length === 1 && first === words[0] && second !== undefined) found.set(second, summary);
  }
  return [...found].map(([word, help]) => ({ word, help }));
};

const flagsOf = (command: CommandSpec | undefined): readonly Candidate[] =>
  [...(command?.flags ?? []), ...GLOBAL_FLAGS].map((name) => ({ word: `--${name}`, help: FLAGS[name].help }));

const CHOICES = /^[a-z]+(\|[a-z]+)+$/;
const choices = (text: string): readonly Candidate[] => plain(text.split('|'));
const plain = (words: readonly string[]): readonly Candidate[] => words.map((word) => ({ word, help: '' }));

const valuesOf = async (
  flag: FlagName,
  current: string,
  { env }: Line,
  sources: NameSources,
): Promise<readonly Candidate[]> => {
  const { value = '' }: Flag = FLAGS[flag];
  if (CHOICES.test(value)) return choices(value);
  switch (flag) {
    case 'env':
      return plain(await sources.environments());
    case 'platform':
      return plain(await sources.platforms());
    case 'using':
      return keyNames(env, sources);
    case 'only': {
      const already = current.slice(0, current.lastIndexOf(',') + 1);
      const names = (await sources.keys(env ?? (await sources.defaultEnvironment()))).map(
        ({ name }) => already + name,
      );
      return plain(names);
    }
    case 'map': {
      const variable = /^[A-Za-z_][A-Za-z0-9_]*=/.exec(current)?.[0];
      if (variable === undefined) return [];
      return (await references(sources)).map(({ word, help }) => ({ word: variable + word, help }));
    }
    default:
      return [];
  }
};

const argumentsOf = async (
  command: CommandSpec,
  { given, env, words }: Line,
  current: string,
  sources: NameSources,
): Promise<readonly Candidate[]> => {
  const argument = (command.arguments ?? [])[given];
  if (argument === undefined) return [];
  if (CHOICES.test(argument.name)) return choices(argument.name);
  if (argument.name === 'REF')
    return [...(await keyNames(env, sources)), ...(current.startsWith('m') ? await references(sources) : [])];
  if (argument.name === 'ID') return plain(await sources.platforms());
  if (command.words === 'help') return nextWords(words.slice(1));
  if (argument.name !== 'NAME' || /(add|create)$/.test(command.words)) return [];
  return command.words.startsWith('env ') ? plain(await sources.environments()) : keyNames(env, sources);
};

/** As a person writes them: bare in the environment of the command, `env/name` in the others. */
const keyNames = async (env: string | undefined, sources: NameSources): Promise<readonly Candidate[]> => {
  const own = env ?? (await sources.defaultEnvironment());
  return (await sources.keys(env)).map((key) => ({
    word: key.env === own ? key.name : `${key.env}/${key.name}`,
    help: key.env,
  }));
};

const references = async (sources: NameSources): Promise<readonly Candidate[]> =>
  plain((await sources.keys(undefined)).map(({ name, env }) => `molt://${env}/${name}`));

const matching = (candidates: readonly Candidate[], beginning: string): readonly Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(beginning));

/**
 * Puts together what bash takes apart: it breaks words at `=` and `:`, and completes what stands behind the last one.
 * @returns the words, and how much of each candidate for the last one stands there already as a word of its own
 */
export const joinBashWords = (
  pieces: readonly string[],
): { readonly words: readonly string[]; readonly isDone: number } => {
  const words: string[] = [];
  let isGlued = false;
  for (const piece of pieces) {
    const isBreak = /^[=:]+$/.test(piece);
    const last = words.at(-1);
    if ((isBreak || isGlued) && last !== undefined) words[words.length - 1] = last + piece;
    else words.push(piece);
    isGlued = isBreak;
  }
  const current = words.at(-1) ?? '';
  return { words, isDone: Math.max(current.lastIndexOf('='), current.lastIndexOf(':')) + 1 };
};
