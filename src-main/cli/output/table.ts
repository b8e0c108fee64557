import { printable } from '../prompts/terminal.ts';

export interface Cell {
  readonly text: string;
  /** Paints the padded text. */
  readonly paint?: (text: string) => string;
}

export interface Column<Row> {
  readonly title: string;
  readonly isRight?: true;
  readonly cell: (row: Row) => string | Cell;
}

/** Rows under titles, aligned by what a terminal shows. Control characters in cells are made visible. */
export const renderTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paintTitle: (text: string) => string,
): string => {
  const cells = rows.map((row) =>
    columns.map(({ cell }) => {
      const content = cell(row);
      return typeof content === 'string'
        ? { text: printable(content) }
        : { ...content, text: printable(content.text) };
    }),
  );
  const widths = columns.map(({ title }, at) =>
    cells.reduce((widest, line) => Math.max(widest, displayWidth(line[at]?.text ?? '')), title.length),
  );
  const lay = (line: readonly Cell[], paintAll?: (text: string) => string): string =>
    line
      .map(({ text, paint }, at) => {
        const isLast = at === line.length - 1;
        const isRight = columns[at]?.isRight === true;
        const gap = ' '.repeat((widths[at] ?? 0) - displayWidth(text));
        const painted = (paint ?? paintAll ?? ((same: string) => same))(text);
        if (isRight) return gap + painted;
        return isLast ? painted : painted + gap;
      })
      .join('  ')
      .trimEnd();
  const titles = lay(
    columns.map(({ title }) => ({ text: title })),
    paintTitle,
  );
  return `${[titles, ...cells.map((line) => lay(line))].join('\n')}\n`;
};

/** `name: value` lines with the values aligned; empty values are left out. */
export const renderFacts = (facts: readonly (readonly [name: string, value: string | null])[]): string => {
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null && fact[1] !== '');
  const width = known.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return known.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}\n`).join('');
};

// Unicode East Asian Width (UAX 11), the blocks people meet: CJK, Hangul, full width forms, emoji.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

const displayWidth = (text: string): number => {
  let width = 0;
  for (const character of text) {
    if (/\p{Mn}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
};
