import type { AuditEntryView } from '../contract/views.ts';

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
