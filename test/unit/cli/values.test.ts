import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  APPROVAL_WORDS,
  GRANT_WORDS,
  KIND_WORDS,
  oneOf,
  readNumber,
} from '../../../src-main/cli/arguments/choices.ts';
import {
  readDays,
  readDurationMs,
  readInstant,
  relativeTime,
} from '../../../src-main/cli/arguments/durations.ts';
import { MOST_REFERENCES } from '../../../src-main/cli/resolve-references.ts';
import {
  checkPassphrase,
  checkValue,
  MAX_PASSPHRASE_BYTES,
  MAX_VALUE_BYTES,
} from '../../../src-main/cli/prompts/secret-input.ts';
import { renderFacts, renderTable } from '../../../src-main/cli/output/table.ts';
import { printable } from '../../../src-main/cli/prompts/terminal.ts';
import * as fields from '../../../src-shared/contract/fields.ts';
import { contract } from '../../../src-shared/contract/channels.ts';
import { APPROVALS, ENVIRONMENT_KINDS } from '../../../src-shared/contract/views.ts';
import { codeThrownBy } from '../../support/refusals.ts';

describe('what the command line knows of the contract without loading it', () => {
  it('is what the contract says', () => {
    expect(MAX_VALUE_BYTES).toBe(fields.MAX_VALUE_BYTES);
    expect(MAX_PASSPHRASE_BYTES).toBe(fields.MAX_PASSPHRASE_BYTES);
    expect(MOST_REFERENCES).toBe(fields.MOST_REFERENCES);
    expect(KIND_WORDS).toEqual(ENVIRONMENT_KINDS);
    expect(APPROVAL_WORDS).toEqual(APPROVALS);
    expect(contract.vault.unlock.request.shape.grant.unwrap().options).toEqual([...GRANT_WORDS]);
  });
});

describe('a key’s value', () => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \t  '],
    ['blanks of another kind', '\u00a0\u2003'],
    ['a NUL', 'a\0b'],
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['too much', 'x'.repeat(MAX_VALUE_BYTES + 1)],
  ])('may not be %s', (_name, text) => {
    expect(codeThrownBy(() => checkValue(Buffer.from(text)))).toBe('BAD_VALUE');
  });

  it('may not be anything but UTF-8', () => {
    expect(codeThrownBy(() => checkValue(Buffer.from([0x61, 0xff])))).toBe('BAD_VALUE');
  });

  it.each(['x', ' padded ', '"quoted"', 'emoji 🦀', 'tab\tinside', 'x'.repeat(MAX_VALUE_BYTES)])(
    'may be %j',
    (text) => {
      expect(checkValue(Buffer.from(text)).toString()).toBe(text);
    },
  );

  it('is never quoted in a refusal', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), (text) => {
        const canary = `canary-${text}\n`;
        try {
          checkValue(Buffer.from(canary));
        } catch (error) {
          expect(String(error)).not.toContain('canary');
          return;
        }
        throw new Error('was taken');
      }),
    );
  });

  it('has a passphrase beside it that is checked too', () => {
    expect(codeThrownBy(() => checkPassphrase(Buffer.alloc(0), 'passphrase'))).toBe('BAD_VALUE');
    expect(
      codeThrownBy(() => checkPassphrase(Buffer.alloc(MAX_PASSPHRASE_BYTES + 1, 'x'), 'passphrase')),
    ).toBe('BAD_VALUE');
    expect(codeThrownBy(() => checkPassphrase(Buffer.from([0xff]), 'passphrase'))).toBe('BAD_VALUE');
    expect(checkPassphrase(Buffer.from('pä ss'), 'passphrase').toString()).toBe('pä ss');
  });
});

describe('durations and dates', () => {
  it.each([
    ['10s', 10_000],
    ['90d', 7_776_000_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
  ])('reads %s', (text, ms) => {
    expect(readDurationMs(text, '--for')).toBe(ms);
  });

  it.each(['', '10', '0s', '-5s', 'soon', '1h 30m', '5y', '1e9s', 'Infinitys'])('refuses %j', (text) => {
    expect(codeThrownBy(() => readDurationMs(text, '--for'))).toBe('USAGE');
  });

  it('reads whole days', () => {
    expect([readDays('90d', '-'), readDays('14', '-'), readDays('2w', '-'), readDays('48h', '-')]).toEqual([
      90, 14, 14, 2,
    ]);
    expect(codeThrownBy(() => readDays('36h', '-'))).toBe('USAGE');
  });

  it('reads dates, and none that do not exist', () => {
    expect(readInstant('2027-01-31', '-')).toBe('2027-01-31T00:00:00.000Z');
    expect(readInstant('2027-01-31T10:00:00+02:00', '-')).toBe('2027-01-31T08:00:00.000Z');
    for (const text of ['2027-02-31', '31.1.2027', 'tomorrow', '2027-13-01', '2027']) {
      expect(codeThrownBy(() => readInstant(text, '-'))).toBe('USAGE');
    }
  });

  it('says how far away a moment is', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(relativeTime('2026-11-21T12:00:00Z', now)).toBe('now');
    expect(relativeTime('2026-11-18T12:00:00Z', now)).toBe('3 d ago');
    expect(relativeTime('2026-11-21T20:00:00Z', now)).toBe('in 8 h');
  });

  it('reads numbers and closed lists', () => {
    expect(readNumber('7', '-', { min: 1, max: 10 })).toBe(7);
    for (const text of ['0', '11', '1.5', '-1', '', '0x2']) {
      expect(codeThrownBy(() => readNumber(text, '-', { min: 1, max: 10 }))).toBe('USAGE');
    }
    expect(codeThrownBy(() => oneOf('Live', KIND_WORDS, '--kind'))).toBe('USAGE');
  });
});

describe('what goes to a terminal', () => {
  it('shows what could move the cursor or turn the text around', () => {
    expect(printable('a\u001b[2Jb\u0007\u202ec\u200bd\r\n\u009b')).toBe(
      'a\\u{1b}[2Jb\\u{7}\\u{202e}c\\u{200b}d\\u{d}\\u{a}\\u{9b}',
    );
    expect(printable('é 🦀 漢')).toBe('é 🦀 漢');
  });

  it('never has a control character from a cell, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (texts) => {
        const table = renderTable([{ title: 'A', cell: (text: string) => text }], texts, (text) => text);
        expect(table.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
        expect(table.split('\n')).toHaveLength(texts.length + 2);
        expect(renderFacts(texts.map((text) => ['a', text] as const))).not.toMatch(/[^\P{Cc}\n]/u);
      }),
    );
  });

  it('aligns columns by what a terminal shows', () => {
    const rows = [
      { name: '漢字', count: '1' },
      { name: 'plain', count: '200' },
    ];
    const table = renderTable(
      [
        { title: 'NAME', cell: ({ name }: (typeof rows)[number]) => name },
        { title: 'N', isRight: true, cell: ({ count }) => count },
      ],
      rows,
      (text) => text,
    );
    expect(table).toBe('NAME     N\n漢字     1\nplain  200\n');
  });

  it('paints the text and not the gap beside it', () => {
    const paint = (text: string) => `<${text}>`;
    const table = renderTable(
      [
        { title: 'STATUS', cell: () => ({ text: 'ok', paint }) },
        { title: 'B', cell: () => 'b' },
      ],
      [1],
      (text) => text,
    );
    expect(table).toBe('STATUS  B\n<ok>      b\n');
  });
});
