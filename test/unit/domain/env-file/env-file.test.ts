import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDotenv } from '../../../../src-shared/domain/env-file/dotenv.ts';
import { editEnvFile, findInEnvFile } from '../../../../src-shared/domain/env-file/edit-env-file.ts';
import { readSystemdEnv } from '../../../../src-shared/domain/env-file/systemd-env.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const text = (some: Uint8Array): string => Buffer.from(some).toString('utf8');
const edit = (
  file: string,
  value: string,
  grammar: 'dotenv' | 'systemd' = 'dotenv',
  name = 'KEY',
): string => {
  const edited = editEnvFile(bytes(file), name, bytes(value), grammar);
  return edited.ok ? text(edited.file) : edited.problem;
};
const asRead = (file: Uint8Array): Record<string, string> =>
  Object.fromEntries(readDotenv(file).map(({ name, value }) => [name, text(value)]));
const byNode = (file: string): Record<string, string> => ({ ...parseEnv(file) }) as Record<string, string>;

/** Files made of what matters to the grammar, so that chance finds the corners. */
const pieces = fc.constantFrom(
  ...[
    'KEY',
    'OTHER',
    'A',
    '=',
    '=',
    '\n',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '#',
    '"',
    "'",
    '`',
    '\\',
    '\\n',
    'x',
    'y z',
  ],
  ...[
    'export ',
    '$',
    ';',
    'é',
    '\nKEY=',
    '\nOTHER=1\n',
    '\nKEY="',
    '"\n',
    "='",
    '\\\n',
    '\nexport KEY=old # why\n',
  ],
);
const files = fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join(''));
const values = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }).map((value) => value.replace(/[\0\r\n]/g, '_')),
  fc.stringMatching(/^mbd_test_[A-Za-z0-9]{32}$/),
  fc.constantFrom(
    'a b',
    ' x ',
    '#',
    "it's",
    '"',
    '`',
    `"'`,
    '$HOME',
    'a\\nb',
    '\\',
    'tail\\',
    '=',
    'é',
    ';x',
  ),
);

describe('.env files, read', () => {
  it('are read as Node reads them', () => {
    fc.assert(
      fc.property(files, (file) => {
        const mine = asRead(bytes(file));
        const nodes = byNode(file);
        delete mine[''];
        delete nodes[''];
        // Names are ASCII; of others it is enough that nobody mistakes them for one.
        const ascii = (all: Record<string, string>) =>
          Object.fromEntries(Object.entries(all).filter(([name]) => /^[\x20-\x7e\t\n]+$/.test(name)));
        expect(ascii(mine)).toEqual(ascii(nodes));
      }),
      { numRuns: 4000 },
    );
  });
});

describe('.env files, edited', () => {
  it('have the new value and nothing else changed, in the reading of Node', () => {
    fc.assert(
      fc.property(files, values, (file, value) => {
        const edited = editEnvFile(bytes(file), 'KEY', bytes(value), 'dotenv');
        if (!edited.ok) return;
        const after = text(edited.file);
        expect(byNode(after)).toEqual({ ...byNode(file), KEY: value });
        expect(text(findInEnvFile(edited.file, 'KEY', 'dotenv')!)).toBe(value);
        expectOnePlace(file, after);
      }),
      { numRuns: 4000 },
    );
  });

  it('can be edited wherever the variable is, unless its value stands on another line', () => {
    fc.assert(
      fc.property(files, (file) => {
        const result = edit(file, 'mbd_test_0123456789abcdef0123456789abcdef');
        const has = Object.hasOwn(byNode(file), 'KEY');
        if (!has) expect(result).toBe('missing');
        else if (result === 'missing' || result === 'unwritable') throw new Error(result);
      }),
      { numRuns: 4000 },
    );
  });

  it.each([
    ['KEY=old\n', 'KEY=new\n'],
    ['KEY=old', 'KEY=new'],
    ['# top\nA=1\nexport KEY="old" # why\r\nB=2\r\n', '# top\nA=1\nexport KEY="new" # why\r\nB=2\r\n'],
    ["  KEY = 'old'\n\n", "  KEY = 'new'\n\n"],
    ['KEY=`old`\n', 'KEY=`new`\n'],
    ['KEY=old # why\n', 'KEY=new # why\n'],
    ['KEY=first\nKEY=second\n', 'KEY=first\nKEY=new\n'],
    ['KEY="two\nlines"\nB=1\n', 'KEY="new"\nB=1\n'],
    ['#KEY=old\nKEY=old\n', '#KEY=old\nKEY=new\n'],
    ['KEY=\nB=1\n', 'KEY=new\nB=1\n'],
    ['KEY=', 'KEY=new'],
    ['KEY=#c\nB=1', 'KEY=new #c\nB=1'],
    ['KEY=old\r\nB=1\r\n', 'KEY=new\r\nB=1\r\n'],
    ['\uFEFFKEY=old\n', '\uFEFFKEY=new\n'],
    ['NOT_KEY=1\nKEY_TOO=2\n', 'missing'],
    ['KEY= \nB=1\n', 'ambiguous'],
    ['KEY="unclosed\nB=1\n', 'KEY=new\nB=1\n'],
  ])('%j becomes %j', (before, after) => {
    expect(edit(before, 'new')).toBe(after);
  });

  it.each([
    ['a b', "KEY='a b'"],
    ['#x', "KEY='#x'"],
    ["it's", `KEY="it's"`],
    [`it's "so"`, 'KEY=`it\'s "so"`'],
    [`'"\``, 'unwritable'],
    ["a\\n'b", "KEY=`a\\n'b`"],
  ])('%j gets the quotes it needs', (value, after) => {
    expect(edit('KEY=old', value)).toBe(after);
  });

  it('gives way to single quotes where a dollar would be a variable', () => {
    expect(edit('KEY="old"', 'a$b')).toBe("KEY='a$b'");
    expect(edit('KEY=old', 'a$b')).toBe("KEY='a$b'");
  });
});

describe('environment files of systemd', () => {
  const parse = (file: string): Record<string, string> =>
    Object.fromEntries(readSystemdEnv(bytes(file)).map(({ name, value }) => [name, text(value)]));

  // systemd.exec(5), EnvironmentFile=; and the states of its reader.
  it.each([
    ['A=1\n# c\n; d\nB = two words \n', { A: '1', B: 'two words' }],
    ['A="x y"\'z\' w', { A: 'x yzw' }],
    ['A=x # no comment', { A: 'x # no comment' }],
    ['A=one \\\n two\nB=1', { A: 'one  two', B: '1' }],
    ['A="one \\\n two"', { A: 'one  two' }],
    ['A="q\\"\\$\\`\\\\\\n"', { A: 'q"$`\\\\n' }],
    ["A='q\\n'", { A: 'q\\n' }],
    ['A=a\\"b', { A: 'a"b' }],
    ['export A=1', { 'export A': '1' }],
    ['A=\r\nB=1\r\n', { A: '', B: '1' }],
    ['A="two\nlines"\nB=1', { A: 'two\nlines', B: '1' }],
    ['# a comment \\\nA=1', { A: '1' }],
    ['nothing\nA=1', { A: '1' }],
    ['A=  ', { A: '' }],
  ])('%j is read', (file, expected) => {
    expect(parse(file)).toEqual(expected);
  });

  it.each([
    ['KEY=old\n', 'new', 'KEY=new\n'],
    ['KEY="old"\r\nB=1\r\n', 'new', 'KEY="new"\r\nB=1\r\n'],
    ["KEY='old'", "it's", `KEY="it's"`],
    ['KEY="old"', 'a"$`\\b', 'KEY="a\\"\\$\\`\\\\b"'],
    ['KEY=a"b"c \n', 'new', 'KEY=new \n'],
    ['KEY=one \\\n two\nB=1', 'new', 'KEY=new\nB=1'],
    ['KEY=old', 'a b', "KEY='a b'"],
    ['KEY=old # is part of it', 'new', 'KEY=new'],
    ['export KEY=old', 'new', 'missing'],
  ])('%j with %j becomes %j', (before, value, after) => {
    expect(edit(before, value, 'systemd')).toBe(after);
  });

  it('have the new value and nothing else changed', () => {
    fc.assert(
      fc.property(files, values, (file, value) => {
        const edited = editEnvFile(bytes(file), 'KEY', bytes(value), 'systemd');
        if (!edited.ok) {
          expect(edited.problem).not.toBe('unwritable');
          return;
        }
        expect(parse(text(edited.file))).toEqual({ ...parse(file), KEY: value });
        expectOnePlace(file, text(edited.file));
      }),
      { numRuns: 4000 },
    );
  });
});

/** What differs is one stretch, which holds no line of another name. */
function expectOnePlace(before: string, after: string): void {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  )
    tail += 1;
  expect(after.slice(0, head) + after.slice(after.length - tail)).toBe(
    before.slice(0, head) + before.slice(before.length - tail),
  );
}
