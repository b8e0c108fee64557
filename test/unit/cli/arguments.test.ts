import { describe, expect, it } from 'vitest';
import { checkInvocation, readArguments } from '../../../src-main/cli/arguments/arguments.ts';
import { FLAGS, type Flag, GLOBAL_FLAGS } from '../../../src-main/cli/command-spec.ts';
import { COMMANDS } from '../../../src-main/cli/command-table.ts';
import { helpFor } from '../../../src-main/cli/output/help.ts';
import { commands } from '../../../src-main/cli/commands/index.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';

const read = (line: string) => {
  const invocation = readArguments(line.split(' ').filter((word) => word !== ''));
  checkInvocation(invocation);
  return invocation;
};
const refusal = (line: string): string => {
  try {
    read(line);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'taken';
};

describe('a command line', () => {
  it.each([
    'key list -e prod --json',
    '-e prod --json key list',
    'key -e prod list --json',
    'key --json list --env=prod',
  ])('takes flags anywhere: %s', (line) => {
    const { command, flags, positionals } = read(line);
    expect(command?.words).toBe('key list');
    expect(flags.text('env')).toBe('prod');
    expect(flags.has('json')).toBe(true);
    expect(positionals).toEqual([]);
  });

  it('takes short flags together and with their value', () => {
    const { flags } = read('key list -qeprod');
    expect([flags.has('quiet'), flags.text('env')]).toEqual([true, 'prod']);
  });

  it('collects what may be repeated, and takes the last of what may not', () => {
    const { flags } = read('key add a --scope x --scope=y --owner me --owner you');
    expect(flags.all('scope')).toEqual(['x', 'y']);
    expect(flags.text('owner')).toBe('you');
  });

  it('takes - for stdin and the empty text for nothing', () => {
    const { flags } = readArguments(['key', 'edit', 'a', '--value-file', '-', '--owner', '', '--purpose=']);
    expect([flags.text('value-file'), flags.text('owner'), flags.text('purpose')]).toEqual(['-', '', '']);
  });

  it('leaves everything behind -- to the child, flags and all', () => {
    const { childCommand, flags } = read('run -e prod -- node --json -e x -- y');
    expect(childCommand).toEqual(['node', '--json', '-e', 'x', '--', 'y']);
    expect(flags.text('env')).toBe('prod');
    expect(flags.has('json')).toBe(false);
  });

  it('takes what follows -- for plain arguments elsewhere', () => {
    expect(read('key show -- --odd').positionals).toEqual(['--odd']);
  });

  it('knows a flag whose value may be left out', () => {
    expect(read('run --preserve-env -- a').flags.has('preserve-env')).toBe(true);
    expect(read('run --preserve-env -- a').flags.text('preserve-env')).toBeUndefined();
    expect(read('run --preserve-env=A,B -- a').flags.text('preserve-env')).toBe('A,B');
  });

  it.each([
    ['stauts', "there is no command 'stauts'; did you mean status?"],
    ['xyzzy', "there is no command 'xyzzy'"],
    ['key lst', 'did you mean list?'],
    ['key', '`key` needs one of: add create list'],
    ['status --jsno', 'there is no flag --jsno in `keymolt status`; did you mean --json?'],
    ['status --platfrom x', 'there is no flag --platfrom'],
    ['status --platform x', 'there is no flag --platform in `keymolt status`'],
    ['status -z', 'there is no flag -z'],
    ['status --json=yes', '--json takes no value'],
    ['key list --env', '--env needs a value'],
    ['key list --env --json', '--env needs a value; write --env=--json'],
    ['key show', 'NAME is missing'],
    ['key show a b', "'b' is one argument too many"],
    ['status extra', "'extra' is one argument too many"],
    ['run', 'no command to run behind --'],
    ['run ls', 'put -- before the command to run'],
    ['run --', 'no command to run behind --'],
  ])('refuses `%s` with a way out', (line, message) => {
    expect(refusal(line)).toMatch(/^USAGE: /);
    expect(refusal(line)).toContain(message);
  });
});

describe('the table of commands', () => {
  it('has every command that the contract names, once', () => {
    const words = COMMANDS.map((command) => command.words);
    expect(new Set(words).size).toBe(words.length);
    expect(words).toEqual(
      expect.arrayContaining(
        (
          'init,unlock,lock,status,agent start,agent stop,passwd,keychain,env list,env add,env set,platform list,platform show,' +
          'platform set,platform import,platform check,key add,key create,key list,key show,key edit,key copy,key test,' +
          'key forget,key revoke,read,sync,rotate start,rotate status,rotate resume,rotate abort,deploy add,deploy list,' +
          'deploy remove,deploy test,doctor,limits,run,inject,resolve,session list,session sign-in,session sign-out,' +
          'audit list,audit verify,audit accept,audit export,import,backup,restore,sandbox start,sandbox stop,completion,version,help'
        ).split(','),
      ),
    );
  });

  it('has somebody who does each of them', () => {
    const loadedElsewhere = ['status', 'key list', 'run'];
    const expected = COMMANDS.map(({ words }) => words);
    expect(new Set([...Object.keys(commands), ...loadedElsewhere])).toEqual(new Set(expected));
  });

  it('gives a short flag to one flag only', () => {
    const shorts = Object.values<Flag>(FLAGS).flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(new Set(shorts).size).toBe(shorts.length);
  });

  it('has help for every command, with each of its flags', () => {
    // `help help` is the overview itself.
    for (const command of COMMANDS.filter(({ words }) => words !== 'help')) {
      const help = helpFor(command.words.split(' '));
      expect(help).toContain(`keymolt ${command.words}`);
      for (const flag of [...(command.flags ?? []), ...GLOBAL_FLAGS]) expect(help).toContain(`--${flag}`);
    }
  });

  it('lists all of them where none is named, and the family where one is', () => {
    for (const { words } of COMMANDS) expect(helpFor([])).toContain(words);
    expect(helpFor(['key'])).toContain('key create NAME');
    expect(helpFor(['key'])).not.toContain('sandbox start');
  });

  it.each(['--help', 'key --help', '-h key', 'help key add'])('finds the help of `%s`', (line) => {
    expect(() => readArguments(line.split(' '))).not.toThrow();
  });
});
