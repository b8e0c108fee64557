/**
 * Text that a spreadsheet would take for a formula, also behind blanks or in full-width spelling.
 * Source: OWASP, "CSV Injection".
 */
const FORMULA = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/** SECURITY: a key's owner or purpose is anybody's text, and a lead opens this in a spreadsheet (test/unit/domain/csv.test.ts). */
const cellOf = (value: string | number | null): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

/** A table as CSV (RFC 4180), with a mark by which spreadsheets see that it is UTF-8. Numbers stay numbers. */
export const toCsv = (
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string => `\ufeff${[head, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;
