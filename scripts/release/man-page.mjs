// The manual page and the completion files, made of the same table that the command line itself reads.
import { FLAGS, GLOBAL_FLAGS } from '../../src-main/cli/command-spec.ts';
import { COMMANDS } from '../../src-main/cli/command-table.ts';
import { COMPLETION_SCRIPTS } from '../../src-main/cli/completion/scripts.ts';

/** groff_char(7): a hyphen would become another character, and a line that begins with a dot a request. */
const escaped = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(
      /[^ -~\n]/gu,
      (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
const bold = (text) => `\\fB${escaped(text)}\\fR`;
const italic = (text) => `\\fI${escaped(text)}\\fR`;

const flagSynopsis = (name) => {
  const { short, value, isValueOptional, isRepeatable } = FLAGS[name];
  const words = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].map(bold).join(', ');
  const after = value === undefined ? '' : isValueOptional ? `[=${italic(value)}]` : ` ${italic(value)}`;
  return words + after + (isRepeatable ? ` ${escaped('…')}` : '');
};

const argumentSynopsis = ({ name, isOptional, isRepeatable }) => {
  const word = italic(name) + (isRepeatable ? escaped('…') : '');
  return isOptional ? `[${word}]` : word;
};

const commandSection = ({
  words,
  summary,
  arguments: args = [],
  flags = [],
  childCommand,
  notes = [],
  examples = [],
}) => [
  `.SS ${escaped(`keymolt ${words}`)}`,
  [
    bold(`keymolt ${words}`),
    ...args.map(argumentSynopsis),
    ...(flags.length === 0 ? [] : [`[${italic('flags')}]`]),
    ...(childCommand ? [`${bold('--')} ${italic('CMD')} ${italic('ARGS…')}`] : []),
  ].join(' '),
  '.PP',
  `${escaped(summary.charAt(0).toUpperCase() + summary.slice(1))}.`,
  ...args.flatMap(({ name, help }) => ['.TP', italic(name), escaped(help)]),
  ...flags.flatMap((name) => ['.TP', flagSynopsis(name), escaped(FLAGS[name].help)]),
  ...notes.flatMap((note) => ['.PP', escaped(note)]),
  ...(examples.length === 0 ? [] : ['.PP', '.EX', ...examples.map((example) => escaped(example)), '.EE']),
];

const EXITS = [
  ['0', 'ok'],
  ['1', 'findings (doctor, audit verify, sync with differences), or a failure'],
  ['2', 'usage, or an answer is needed and --no-input forbids asking'],
  ['3', 'the vault is locked, there is none, the passphrase is wrong, or there is no grant'],
  ['5', 'the key is rejected (401)'],
  ['6', 'forbidden (403), or a mode that does not fit'],
  ['7', 'rate limited (429)'],
  ['8', 'network, TLS, a failing platform, or an answer that is not what it documents'],
  ['9', 'a rotation is not finished: the old key is still alive'],
  ['10', 'not found'],
  ['11', 'it exists already'],
  ['12', 'the vault is damaged, tampered with, or of a newer version'],
  ['125, 126, 127', 'of run, before its command started: keymolt failed, not executable, not found'],
  ['130', 'cancelled'],
];

/**
 * keymolt(1).
 * @param about the version, and the day as YYYY-MM-DD
 */
export const manPage = ({ version, day }) =>
  `${[
    `.TH KEYMOLT 1 ${day} "keymolt ${version}" "User Commands"`,
    '.SH NAME',
    escaped('keymolt - API keys of agent platforms: kept, handed out, rotated, diagnosed'),
    '.SH SYNOPSIS',
    `${bold('keymolt')} ${italic('COMMAND')} [${italic('flags')}]`,
    '.br',
    `${bold('keymolt run')} [${italic('flags')}] ${bold('--')} ${italic('CMD')} ${italic('ARGS…')}`,
    '.SH DESCRIPTION',
    escaped(
      'Keymolt keeps API keys in an encrypted vault, and hands them to the programs that need them. One agent in the background has the vault open; this command talks to it, and starts it where none runs.',
    ),
    '.SH FLAGS OF EVERY COMMAND',
    ...GLOBAL_FLAGS.flatMap((name) => ['.TP', flagSynopsis(name), escaped(FLAGS[name].help)]),
    '.SH COMMANDS',
    ...COMMANDS.flatMap(commandSection),
    '.SH EXIT STATUS',
    escaped('run ends as its command does: with its status, or by its signal.'),
    ...EXITS.flatMap(([status, meaning]) => ['.TP', bold(status), escaped(meaning)]),
    '.SH ENVIRONMENT',
    ...['.TP', bold('KEYMOLT_HOME'), escaped('moves vault, socket, settings and logs to one folder')],
    ...['.TP', bold('NO_COLOR'), escaped('no colours')],
    '.SH FILES',
    ...[
      '.TP',
      bold('.keymolt.json'),
      escaped('chooses keys for a repository; confirmed when it is first used'),
    ],
  ].join('\n')}\n`;

/** Where each shell of a Debian system looks, below the root. */
export const COMPLETION_FILES = {
  'usr/share/bash-completion/completions/keymolt': COMPLETION_SCRIPTS.bash,
  'usr/share/zsh/vendor-completions/_keymolt': COMPLETION_SCRIPTS.zsh,
  'usr/share/fish/vendor_completions.d/keymolt.fish': COMPLETION_SCRIPTS.fish,
};
