import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  envTextProblem,
  MAX_ENV_FILE_BYTES,
  withoutMark,
} from '../../../../src-shared/domain/env-file/env-text.ts';
import {
  couldBeKey,
  judgeVariable,
  keyNameOfVariable,
} from '../../../../src-shared/domain/env-file/env-import.ts';
import {
  HOSTING_KEY_FORMATS,
  MOLTBOT_KEY_FORMATS,
} from '../../../../src-shared/domain/keys/known-key-formats.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('envTextProblem', () => {
  it.each([
    ['utf-16 with a mark', Buffer.from('\ufeffA=1\n', 'utf16le'), 'UTF-16'],
    ['utf-16 without one', Buffer.from('TOKEN=secret\nB=2\n', 'utf16le'), 'UTF-16'],
    ['a zip archive', Buffer.from('PK\x03\x04rest', 'latin1'), 'ZIP'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'a picture'],
    ['a database', Buffer.from('SQLite format 3\0rest', 'latin1'), 'a database'],
    ['a program', Buffer.from('\x7fELF', 'latin1'), 'a program'],
    ['binary', Buffer.from([1, 2, 3, 0, 0, 0, 0, 255, 9, 9]), 'binary'],
    ['latin-1', Buffer.from('A=gr\xfc\xdfe', 'latin1'), 'not UTF-8'],
    ['control characters', bytes('A=\x1b[31mred'), 'control characters'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['too much', Buffer.alloc(MAX_ENV_FILE_BYTES + 1, 0x61), 'larger than 1 MB'],
  ])('%s', (_what, file, word) => {
    expect(envTextProblem(file)).toContain(word);
  });

  it('takes text of every language, with and without a mark, and both kinds of line ends', () => {
    expect(envTextProblem(bytes('\ufeffA=1\r\n# Grüße 你好 🔑\r\nB="x"\n'))).toBeNull();
    expect(Buffer.from(withoutMark(bytes('\ufeffA=1'))).toString()).toBe('A=1');
  });

  it('agrees with a strict decoder on what is UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 0x20, minLength: 1, maxLength: 12 }), (file) => {
        fc.pre(!file.every((byte) => byte < 0x80));
        let isText = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(file);
        } catch {
          isText = false;
        }
        const problem = envTextProblem(file) ?? '';
        const isOfItsKind = problem === '' || problem === 'is not UTF-8 text';
        if (isOfItsKind) expect(problem === '').toBe(isText);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('judgeVariable', () => {
  const platforms = {
    platforms: [
      { id: 'den-hosting', formats: HOSTING_KEY_FORMATS },
      { id: 'moltbot', formats: MOLTBOT_KEY_FORMATS },
    ],
    isNamed: false,
  };
  const live = `mbd_live_${'a1'.repeat(16)}`;

  it('recognises a key by its prefix and shape, and nothing by its shape alone', () => {
    expect(judgeVariable('KEY', live, platforms)).toEqual({
      is: 'key',
      platform: 'den-hosting',
      mode: 'live',
    });
    expect(judgeVariable('HASH', 'a1'.repeat(16), platforms)).toEqual({ is: 'unknown' });
    expect(judgeVariable('HASH', 'a1'.repeat(16), { ...platforms, isNamed: true })).toMatchObject({
      platform: 'moltbot',
    });
    expect(judgeVariable('KEY', 'molt://dev/x', platforms)).toEqual({ is: 'reference' });
    expect(judgeVariable('NODE_OPTIONS', live, platforms)).toEqual({ is: 'no_variable' });
    expect(judgeVariable('bad name', live, platforms)).toEqual({ is: 'no_variable' });
  });

  it('names keys after their variables', () => {
    expect(keyNameOfVariable('__DEN_API_KEY')).toBe('den-api-key');
  });

  it('takes neither addresses nor words for keys', () => {
    expect(
      [
        'https://db.example:5432/x1',
        '/usr/lib/a1b2c3d4e5f6',
        'short1',
        'onlylettersonlyletters',
        '12345678901234567890',
        'a, b, c 1 2 3 4 5 6 7',
      ].filter(couldBeKey),
    ).toEqual([]);
    expect(couldBeKey('sk-a1b2c3d4e5f6g7h8')).toBe(true);
  });
});
