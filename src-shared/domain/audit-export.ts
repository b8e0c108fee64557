import type { AuditEntryView } from '../contract/views.ts';

const PAGE = 1000;

export interface AuditPage {
  /** Oldest first. */
  readonly entries: readonly AuditEntryView[];
  readonly last_seq: number;
  readonly findings: readonly string[];
}

/**
 * The whole log as it is at the first page, oldest first, checked while it is read. What is written meanwhile belongs to
 * the next time.
 * @param read `limit` numbers after `afterSeq`, as `audit.export` answers
 */
export async function* readWholeLog(
  read: (afterSeq: number, limit: number) => AuditPage | Promise<AuditPage>,
): AsyncGenerator<AuditPage> {
  let lastSeq = Number.POSITIVE_INFINITY;
  for (let after = 0; after < lastSeq; after += PAGE) {
    const page = await read(after, PAGE);
    if (lastSeq === Number.POSITIVE_INFINITY) lastSeq = page.last_seq;
    const wanted = lastSeq;
    yield { ...page, last_seq: wanted, entries: page.entries.filter(({ seq }) => seq <= wanted) };
  }
}

export interface LogVerdict {
  readonly intact: boolean;
  readonly findings: readonly string[];
}

/**
 * Whether a log is as it was written. Breaks that somebody has accepted are told of, and are no news.
 * @param found what did not fit while the log was read
 * @param verify looks at the whole chain, and knows what was accepted
 */
export async function judgeLog(
  found: readonly string[],
  verify: () => LogVerdict | Promise<LogVerdict>,
): Promise<LogVerdict> {
  if (found.length === 0) return { intact: true, findings: [] };
  const { intact, findings } = await verify();
  return findings.length > 0 ? { intact, findings } : { intact: false, findings: found };
}

/** One entry as a line of JSON (JSON Lines). */
export const toJsonLine = ({ seq, at, actor, action, subject, detail }: AuditEntryView): string =>
  `${JSON.stringify({ schema: 1, seq, at, actor, action, subject, detail })}\n`;

/** A line must stay one line, and no program that shows it may be steered by it. */
const withoutControls = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');

/** ArcSight Common Event Format, "Character Encoding": in the header \ and | are escaped, and no line may end there. */
const inHeader = (text: string): string => withoutControls(text).replace(/[\\|]/g, (mark) => `\\${mark}`);

/** In the extension \ and = are escaped, and line ends are written out. */
const inExtension = (text: string): string =>
  withoutControls(
    text
      .replace(/[\\=]/g, (mark) => `\\${mark}`)
      .replace(/\r/g, '\\r')
      .replace(/\n/g, '\\n'),
  );

/** 0 to 10. What ends or hands out a key weighs more than what looks at one. */
const severityOf = (action: string): number => {
  if (action === 'damaged' || action.startsWith('audit.')) return 8;
  if (/^(?:key\.(?:revoke|forget)|secret\.|platform\.set|env\.set|vault\.|deploy\.|session\.)/.test(action))
    return 5;
  return 3;
};

/** One entry as a line of CEF version 0, for a SIEM. */
export function toCefLine(
  { seq, at, actor, action, subject, detail }: AuditEntryView,
  version: string,
): string {
  const header = [
    'Keymolt',
    'keymolt',
    version,
    action,
    `${action} ${subject}`.trim(),
    String(severityOf(action)),
  ];
  const atMs = Date.parse(at);
  const extension: readonly (readonly [string, string])[] = [
    ...(Number.isNaN(atMs) ? [] : [['rt', String(atMs)] as const]),
    ['externalId', String(seq)],
    ['suser', actor],
    ['act', action],
    ['cs1Label', 'subject'],
    ['cs1', subject],
    ['msg', detail],
  ];
  const fields = extension
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}=${inExtension(text)}`);
  return `CEF:0|${header.map(inHeader).join('|')}|${fields.join(' ')}\n`;
}
