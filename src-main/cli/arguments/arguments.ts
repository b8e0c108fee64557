import { AppError } from '../../../src-shared/errors/app-error.ts';
import { type CommandSpec, type FlagName, FLAGS, type Flag, GLOBAL_FLAGS } from '../command-spec.ts';
import { COMMANDS } from '../command-table.ts';
import { type FlagShape, splitFlags } from './split-flags.ts';
import { suggest } from './suggest.ts';

export interface Invocation {
  /** Undefined: no command was named, as in `keymolt --help` or `keymolt key --help`. */
  readonly command: CommandSpec | undefined;
  /** All words that are no flags, for the help. */
  readonly words: readonly string[];
  readonly positionals: readonly string[];
  /** What stood behind `--`, for commands that take another one. */
  readonly childCommand: readonly string[];
  readonly flags: Flags;
}

/** The flags as they were given. */
export class Flags {
  readonly #given: ReadonlyMap<string, readonly string[]>;

  constructor(given: ReadonlyMap<string, readonly string[]>) {
    this.#given = given;
  }

  has(name: FlagName): boolean {
    return this.#given.has(name);
  }

  /** The value; of several, the last. Undefined where it was not given, or a switch. */
  text(name: FlagName): string | undefined {
    return this.#given.get(name)?.at(-1);
  }

  all(name: FlagName): readonly string[] {
    return this.#given.get(name) ?? [];
  }
}

/** A flag whose value may be left out takes none from the next word, and reports `--flag=value` all the same. */
const shapes = (): Readonly<Record<string, FlagShape>> =>
  Object.fromEntries(
    Object.entries<Flag>(FLAGS).map(([name, { short, value, isValueOptional }]) => [
      name,
      {
        ...(short === undefined ? {} : { short }),
        takesValue: value !== undefined && isValueOptional !== true,
      },
    ]),
  );

/**
 * Reads a command line. Flags may stand before, between and behind the words of the command; `--` ends them.
 * @throws {AppError} USAGE
 */
export const readArguments = (argv: readonly string[]): Invocation => {
  const cut = argv.indexOf('--');
  const own = cut === -1 ? argv : argv.slice(0, cut);
  const rest = cut === -1 ? [] : argv.slice(cut + 1);
  const words: string[] = [];
  const given = new Map<string, string[]>();
  const unknown: string[] = [];
  for (const token of splitFlags(own, shapes())) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (!isFlagName(token.name)) unknown.push(token.rawName);
    else given.set(token.name, [...(given.get(token.name) ?? []), ...valueOf(token.name, token)]);
  }

  const { command, used } = findCommand(words, given.has('help') || given.has('version'));
  const flags = new Flags(given);
  checkFlags(command, [...given.keys()] as FlagName[], unknown);
  const positionals = words.slice(used);
  if (command?.childCommand === true) {
    return { command, words, positionals, childCommand: rest, flags };
  }
  return { command, words, positionals: [...positionals, ...rest], childCommand: [], flags };
};

/** @throws {AppError} USAGE where arguments are missing or too many */
export const checkInvocation = ({ command, positionals, childCommand }: Invocation): void => {
  if (command === undefined) return;
  const expected = command.arguments ?? [];
  if (command.childCommand === true && positionals.length > 0) {
    throw usage(
      `put -- before the command to run: keymolt ${command.words} … -- ${positionals.join(' ')}`,
      command,
    );
  }
  if (command.childCommand === true && childCommand.length === 0)
    throw usage('no command to run behind --', command);
  const missing = expected[positionals.length];
  if (missing !== undefined && missing.isOptional !== true)
    throw usage(`${missing.name} is missing`, command);
  const extra = positionals[expected.length];
  if (extra !== undefined && expected.at(-1)?.isRepeatable !== true)
    throw usage(`'${extra}' is one argument too many`, command);
};

const valueOf = (
  name: FlagName,
  token: {
    readonly rawName: string;
    readonly value: string | undefined;
    readonly inlineValue: boolean | undefined;
  },
): string[] => {
  const flag: Flag = FLAGS[name];
  if (flag.value === undefined) {
    if (token.inlineValue === true) throw usage(`${token.rawName} takes no value`);
    return [];
  }
  if (token.value === undefined) {
    if (flag.isValueOptional === true) return [];
    throw usage(`${token.rawName} needs a value: ${token.rawName} ${flag.value}`);
  }
  // `--env --json` is a forgotten value, not an environment; `-` alone is stdin.
  if (token.inlineValue !== true && token.value.startsWith('-') && token.value !== '-') {
    throw usage(`${token.rawName} needs a value; write ${token.rawName}=${token.value} if that is the value`);
  }
  return [token.value];
};

const findCommand = (
  words: readonly string[],
  mayBeMissing: boolean,
): { command: CommandSpec | undefined; used: number } => {
  const [first, second] = words;
  if (first === undefined) return { command: undefined, used: 0 };
  const single = COMMANDS.find((command) => command.words === first);
  if (single !== undefined) return { command: single, used: 1 };
  const family = COMMANDS.filter((command) => command.words.startsWith(`${first} `));
  const found = family.find((command) => command.words === `${first} ${second ?? ''}`);
  if (found !== undefined) return { command: found, used: 2 };
  if (family.length > 0) {
    if (second === undefined && mayBeMissing) return { command: undefined, used: 0 };
    const names = family.map((command) => command.words.slice(first.length + 1));
    if (second === undefined) throw usage(`\`${first}\` needs one of: ${names.join(' ')}`);
    throw usage(`\`${first}\` has no '${second}'${suggest(second, names)}; it has: ${names.join(' ')}`);
  }
  const names = [...new Set(COMMANDS.map((command) => command.words.split(' ')[0] ?? ''))];
  throw usage(`there is no command '${first}'${suggest(first, names)}`);
};

const checkFlags = (
  command: CommandSpec | undefined,
  given: readonly FlagName[],
  unknown: readonly string[],
): void => {
  const allowed: readonly FlagName[] =
    command === undefined ? [...GLOBAL_FLAGS, 'version'] : [...GLOBAL_FLAGS, ...(command.flags ?? [])];
  const wrong = unknown[0] ?? given.filter((name) => !allowed.includes(name)).map((name) => `--${name}`)[0];
  if (wrong === undefined) return;
  const known = allowed.map((name) => `--${name}`);
  const place = command === undefined ? '' : ` in \`keymolt ${command.words}\``;
  throw usage(`there is no flag ${wrong}${place}${suggest(wrong, known)}`, command);
};

const isFlagName = (name: string): name is FlagName => Object.hasOwn(FLAGS, name);

export const usage = (message: string, command?: Pick<CommandSpec, 'words'>): AppError =>
  new AppError(
    'USAGE',
    message,
    `see \`keymolt ${command === undefined ? 'help' : `${command.words} --help`}\``,
  );
