import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeLog, readWholeLog, toCefLine, toJsonLine } from '../../../src-shared/domain/audit-export.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('|', '\\', '=', '\n', '\r', ' ', 'a=', '\\n', '\u2028', '\0', 'é'))
    .map((parts) => parts.join('')),
);
const entries = fc.record({
  seq: fc.integer({ min: 1 }),
  at: fc.constantFrom('2026-11-21T10:00:00.000Z', ''),
  actor: text,
  action: text,
  subject: text,
  detail: text,
});

/** Reads a line as the format says: seven header fields, then `name=value` pairs. */
function readCef(line: string): { header: string[]; extension: Record<string, string> } {
  const header: string[] = [];
  let field = '';
  let at = 0;
  for (; header.length < 7; at += 1) {
    const mark = line[at];
    if (mark === undefined) throw new Error('cut off');
    if (mark === '\\') field += line[(at += 1)] ?? '';
    else if (mark === '|') {
      header.push(field);
      field = '';
    } else field += mark;
  }
  const extension: Record<string, string> = {};
  const rest = line.slice(at);
  const names = [...rest.matchAll(/(?:^| )(rt|externalId|suser|act|cs1Label|cs1|msg)=/g)];
  names.forEach((name, index) => {
    const raw = rest.slice(name.index + name[0].length, names[index + 1]?.index ?? rest.length);
    extension[name[1]!] = raw.replace(/\\([\\=nr])/g, (_, mark: string) =>
      mark === 'n' ? '\n' : mark === 'r' ? '\r' : mark,
    );
  });
  return { header, extension };
}

const shown = (value: string): string => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
const shownInExtension = (value: string): string =>
  value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (mark) => (mark === '\n' || mark === '\r' ? mark : ' '));

describe('an entry for a SIEM', () => {
  it('is one line of CEF that reads back as what it was', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const line = toCefLine(entry, '1.0|2');
        expect(line.match(/[\n\r\u2028\u2029\0]/g)).toEqual(['\n']);
        const { header, extension } = readCef(line.slice(0, -1));
        expect(header.slice(0, 5)).toEqual(['CEF:0', 'Keymolt', 'keymolt', '1.0|2', shown(entry.action)]);
        expect(Number(header[6])).toBeGreaterThan(0);
        expect(extension).toMatchObject({
          externalId: String(entry.seq),
          ...(entry.actor === '' ? {} : { suser: shownInExtension(entry.actor) }),
          ...(entry.subject === '' ? {} : { cs1: shownInExtension(entry.subject) }),
          ...(entry.detail === '' ? {} : { msg: shownInExtension(entry.detail) }),
        });
        expect(extension['rt']).toBe(entry.at === '' ? undefined : String(Date.parse(entry.at)));
      }),
      { numRuns: 5000 },
    );
  });

  it('is one line of JSON that reads back as what it was', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const line = toJsonLine(entry);
        expect(line.match(/[\n\r]/g)).toEqual(['\n']);
        expect(JSON.parse(line)).toEqual({ schema: 1, ...entry });
      }),
    );
  });

  it('looks like this', () => {
    const entry = {
      seq: 7,
      at: '2026-11-21T10:00:00.000Z',
      actor: 'cli pid 1',
      action: 'key.revoke',
      subject: 'dev/a',
      detail: 'a=b|c',
    };
    expect(toCefLine(entry, '1.0')).toBe(
      'CEF:0|Keymolt|keymolt|1.0|key.revoke|key.revoke dev/a|5|rt=1795255200000 externalId=7 suser=cli pid 1 act=key.revoke cs1Label=subject cs1=dev/a msg=a\\=b|c\n',
    );
  });
});

describe('the whole log', () => {
  const entry = (seq: number) => ({ seq, at: '', actor: '', action: '', subject: '', detail: '' });

  it('is read from its beginning to where it ended at first', async () => {
    let last = 2300;
    const asked: (readonly [number, number])[] = [];
    const seen: number[] = [];
    const pages = readWholeLog((afterSeq, limit) => {
      asked.push([afterSeq, limit]);
      const count = Math.min(limit, last - afterSeq);
      const entries = Array.from({ length: count }, (_, index) => entry(afterSeq + index + 1));
      const page = { entries, last_seq: last, findings: [] };
      // Somebody goes on writing meanwhile.
      last += 100;
      return page;
    });
    for await (const page of pages) {
      expect(page.last_seq).toBe(2300);
      seen.push(...page.entries.map(({ seq }) => seq));
    }
    expect(asked).toEqual([
      [0, 1000],
      [1000, 1000],
      [2000, 1000],
    ]);
    expect(seen).toEqual(Array.from({ length: 2300 }, (_, index) => index + 1));
  });

  it('is judged by what was found, and by what somebody accepted', async () => {
    const verdict = (found: string[], intact: boolean, findings: string[]) =>
      judgeLog(found, () => ({ intact, findings }));
    expect(await verdict([], false, ['not asked'])).toEqual({ intact: true, findings: [] });
    expect(await verdict(['a break'], true, ['a break that was accepted'])).toEqual({
      intact: true,
      findings: ['a break that was accepted'],
    });
    expect(await verdict(['a break'], false, ['the chain says more'])).toEqual({
      intact: false,
      findings: ['the chain says more'],
    });
    // The chain is whole at a second look: what was read is not what is there.
    expect(await verdict(['a break'], true, [])).toEqual({ intact: false, findings: ['a break'] });
  });
});
