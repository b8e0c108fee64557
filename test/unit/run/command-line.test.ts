import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCommandLine } from '../../../src-main/run/command-line.ts';
import { windowsInvocation } from '../../../src-main/run/windows-command.ts';

describe('a typed command line', () => {
  it.each([
    ['node agent.js', ['node', 'agent.js']],
    ['  a   b\tc ', ['a', 'b', 'c']],
    ['', []],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    ['a\\ b \\"', ['a b', '"']],
    [`"a\\"b\\\\c\\n"`, ['a"b\\c\\n']],
    [`'$HOME | "x" \\'`, ['$HOME | "x" \\']],
    ['--flag=a=b x#y', ['--flag=a=b', 'x#y']],
    ['é 漢', ['é', '漢']],
  ])('%j is %j', (line, args) => {
    expect(splitCommandLine(line)).toEqual(args);
  });

  it.each([
    'a | b',
    'a && b',
    'a; b',
    'a > f',
    'a $HOME',
    'a `b`',
    'a "$B"',
    'a *.js',
    '~/a',
    '# a',
    'a "b',
    "a 'b",
    'a\\',
  ])('refuses %j, which a shell would read in another way', (line) => {
    expect(() => splitCommandLine(line)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('gives back any arguments that were quoted', () => {
    const quoted = (argument: string) => `'${argument.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
        expect(splitCommandLine(args.map(quoted).join(' '))).toEqual(args);
      }),
    );
  });
});

describe('a program on Windows', () => {
  it('is started as it is', () => {
    expect(windowsInvocation('C:\\a.exe', ['x y', '"'], {})).toEqual({
      file: 'C:\\a.exe',
      args: ['x y', '"'],
      isVerbatim: false,
    });
  });

  it('goes through the interpreter where it is a batch file, with nothing left for it to act on', () => {
    const { file, args, isVerbatim } = windowsInvocation('C:\\npm.cmd', ['a b', '&calc', '%PATH%', '"^'], {
      ComSpec: 'C:\\cmd.exe',
    });
    expect([file, isVerbatim, ...args.slice(0, 3)]).toEqual(['C:\\cmd.exe', true, '/d', '/s', '/c']);
    const inner = args[3]!.slice(1, -1);
    // Every character that means something to cmd.exe has its caret.
    expect(inner.replace(/\^[\s\S]/g, '')).not.toMatch(/[()%!"<>&|;,]/);
  });

  it('refuses an argument of several lines, for cmd.exe would end its line there', () => {
    for (const argument of ['a\nb', 'a\r&calc'])
      expect(() => windowsInvocation('C:\\npm.cmd', [argument], {})).toThrow(/npm\.cmd/);
    expect(windowsInvocation('C:\\a.exe', ['a\nb'], {}).args).toEqual(['a\nb']);
  });

  it('takes the interpreter from its own folder, and never from the one we are in', () => {
    expect(windowsInvocation('C:\\npm.cmd', [], { SYSTEMROOT: 'D:\\Win' }).file).toBe(
      'D:\\Win\\System32\\cmd.exe',
    );
    expect(windowsInvocation('C:\\npm.cmd', [], {}).file).toBe('C:\\Windows\\System32\\cmd.exe');
  });
});
