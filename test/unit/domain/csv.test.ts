import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../src-shared/domain/csv.ts';
import { type ReportedKey, toKeyReportCsv } from '../../../src-shared/domain/keys/key-report.ts';

/** A reader of RFC 4180, written from the RFC. */
const read = (csv: string): string[][] => {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = csv.startsWith('\ufeff') ? 1 : 0; at < csv.length; at += 1) {
    const mark = csv[at];
    if (quoted && mark === '"' && csv[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (mark === '"') quoted = !quoted;
    else if (!quoted && mark === ',') {
      rows.at(-1)!.push(cell);
      cell = '';
    } else if (!quoted && mark === '\r') {
      rows.at(-1)!.push(cell);
      cell = '';
      rows.push([]);
      at += 1;
    } else cell += mark ?? '';
  }
  return rows.slice(0, -1);
};

describe('toCsv', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', "=cmd|' /C calc'!A0"])(
    'never begins a cell as a formula: %j',
    (evil) => {
      const cell = read(toCsv(['a'], [[evil]]))[1]![0]!;
      expect(cell).toBe(`'${evil}`);
    },
  );

  it('gives back every text, with at most a quote before it, and as many columns', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 }), (cells) => {
        const [, row] = read(toCsv(cells.map(String), [cells]));
        expect(row!.map((cell, at) => (cell === cells[at] ? cell : cell.slice(1)))).toEqual(cells);
        for (const cell of row!) expect(cell).not.toMatch(/^\s*[=+\-@]/);
      }),
    );
  });

  it('keeps numbers as numbers, also below zero', () => {
    expect(toCsv(['days'], [[-4], [null]])).toBe('\ufeffdays\r\n-4\r\n\r\n');
  });
});

describe('toKeyReportCsv', () => {
  const key = (change: Partial<ReportedKey>): ReportedKey => ({
    name: 'a',
    env: 'dev',
    platform: 'den-hosting',
    status: 'active',
    days_left: 5,
    created_at: '2026-01-01T00:00:00Z',
    last_used_at: null,
    expires_at: null,
    last_check: null,
    damaged: false,
    owner: null,
    project: null,
    purpose: null,
    rotated_at: null,
    rotate_every_days: 90,
    due_at: '2026-04-01T00:00:00Z',
    ...change,
  });

  it('puts the overdue first and what is revoked last, and says of the latter no date', () => {
    const rows = read(
      toKeyReportCsv([
        key({ name: 'later', days_left: 9 }),
        key({ name: 'over', status: 'revoked', days_left: -90 }),
        key({ name: 'late', days_left: -3, owner: '=HYPERLINK("x")' }),
      ]),
    );
    expect(rows.map(([, name]) => name)).toEqual(['Key', 'late', 'later', 'over']);
    expect(rows[1]!.slice(10, 13)).toEqual(['2026-04-01T00:00:00Z', '-3', 'no']);
    expect(rows[1]![4]).toBe('\'=HYPERLINK("x")');
    expect(rows[3]!.slice(10, 13)).toEqual(['', '', '']);
  });
});
