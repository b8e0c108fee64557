import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCommand } from '../../../src-renderer/features/launch/split-command.ts';

describe('a typed command line', () => {
  test.each<[string, readonly string[]]>([
    ['node agent.js --once', ['node', 'agent.js', '--once']],
    ['  node\t agent.js  ', ['node', 'agent.js']],
    ['', []],
    [`sh -c 'echo "$HOME"; exit 4'`, ['sh', '-c', 'echo "$HOME"; exit 4']],
    ['say "two words" ""', ['say', 'two words', '']],
    ['say "a \\"quoted\\" word" \\\\', ['say', 'a "quoted" word', '\\']],
    [String.raw`C:\tools\run.exe`, ['C:toolsrun.exe']],
    [String.raw`"C:\tools\run.exe"`, [String.raw`C:\tools\run.exe`]],
    [`a'b c'd`, ['ab cd']],
    ['two\\ words', ['two words']],
    ['ends-with\\', ['ends-with\\']],
  ])('%s', (text, argv) => {
    expect(splitCommand(text)).toEqual({ argv });
  });

  test.each<[string, string]>([
    ['node "agent.js', '"'],
    [`it's`, "'"],
    [`"a" 'b`, "'"],
  ])('%s: the quote that is open is named', (text, unclosed) => {
    expect(splitCommand(text)).toEqual({ unclosed });
  });

  test('whatever is single-quoted arrives as it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((word) => word.replaceAll("'", ''))),
        (words) => {
          expect(splitCommand(words.map((word) => `'${word}'`).join(' '))).toEqual({ argv: words });
        },
      ),
    );
  });
});
