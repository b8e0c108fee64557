import { type CommandSpec, type Flag, type FlagName, FLAGS, GLOBAL_FLAGS } from '../command-spec.ts';
import { COMMANDS } from '../command-table.ts';

/** The help for a command, for a family of commands (`key`), or for all. */
export const helpFor = (words: readonly string[]): string => {
  const topic = words[0] === 'help' ? words.slice(1) : words;
  const exact = COMMANDS.find(({ words: own }) => own === topic[0] || own === topic.slice(0, 2).join(' '));
  if (exact !== undefined) return commandHelp(exact);
  const family = COMMANDS.filter(({ words: own }) => own.split(' ')[0] === topic[0]);
  return overview(family.length > 0 ? family : COMMANDS);
};

const overview = (commands: readonly CommandSpec[]): string =>
  [
    'keymolt keeps the API keys of agent platforms in an encrypted vault, and hands them to the programs that need them.',
    '',
    'usage: keymolt COMMAND [flags]',
    '',
    ...aligned(commands.map((command) => [signature(command), command.summary])),
    '',
    'flags of every command:',
    ...aligned(GLOBAL_FLAGS.map(flagLine)),
    '',
    'exit status: 0 ok, 1 findings or failure, 2 usage, 3 locked or not allowed, 5 key rejected, 6 forbidden, 7 rate limited,',
    '  8 network or platform, 9 not finished, 10 not found, 11 exists, 12 vault damaged; `run`: the command’s own, 125 to 127',
    '',
    '`keymolt COMMAND --help` says more.',
    '',
  ].join('\n');

const commandHelp = (command: CommandSpec): string => {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', `${title}:`, ...lines];
  return [
    `keymolt ${command.words}: ${command.summary}`,
    '',
    `usage: keymolt ${signature(command)}${(command.flags ?? []).length > 0 ? ' [flags]' : ''}${command.childCommand === true ? ' -- CMD ARGS…' : ''}`,
    ...section('arguments', aligned((command.arguments ?? []).map(({ name, help }) => [name, help]))),
    ...section('flags', aligned((command.flags ?? []).map(flagLine))),
    ...section('flags of every command', aligned(GLOBAL_FLAGS.map(flagLine))),
    ...(command.notes === undefined ? [] : ['', ...command.notes]),
    ...section(
      'examples',
      (command.examples ?? []).map((example) => `  ${example}`),
    ),
    '',
  ].join('\n');
};

const signature = (command: CommandSpec): string =>
  [
    command.words,
    ...(command.arguments ?? []).map(({ name, isOptional, isRepeatable }) => {
      const word = isRepeatable === true ? `${name}…` : name;
      return isOptional === true ? `[${word}]` : word;
    }),
  ].join(' ');

const flagLine = (name: FlagName): [string, string] => {
  const flag: Flag = FLAGS[name];
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  const value =
    flag.value === undefined ? '' : flag.isValueOptional === true ? `[=${flag.value}]` : ` ${flag.value}`;
  return [`${short}--${name}${value}${flag.isRepeatable === true ? ' …' : ''}`, flag.help];
};

const aligned = (lines: readonly (readonly [string, string])[]): string[] => {
  const width = lines.reduce((widest, [left]) => Math.max(widest, left.length), 0);
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};
