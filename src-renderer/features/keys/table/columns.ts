import type { CSSProperties } from 'react';
import type { KeyColumn } from '../../../../src-shared/domain/keys/key-table.ts';

interface ColumnWidth {
  /** Narrower than that its words are of no use. */
  readonly min: number;
  /** Its share of what is left over; 0: it has one width. */
  readonly share: number;
}

const WIDTHS: Record<KeyColumn, ColumnWidth> = {
  name: { min: 150, share: 2.2 },
  env: { min: 108, share: 0 },
  status: { min: 104, share: 0 },
  due: { min: 132, share: 1.1 },
  last_used: { min: 100, share: 0 },
  headroom: { min: 136, share: 1.1 },
  owner: { min: 88, share: 0.8 },
  project: { min: 96, share: 0.9 },
  platform: { min: 116, share: 0.6 },
  prefix: { min: 124, share: 0 },
  fingerprint: { min: 148, share: 0 },
  variable: { min: 150, share: 0.9 },
  created: { min: 96, share: 0 },
  rotated: { min: 96, share: 0 },
  expires: { min: 96, share: 0 },
};

/** The least needed give way first where there is no room: nothing scrolls sideways. Their facts stay in the panel. */
const NEEDED: readonly KeyColumn[] = [
  'name',
  'env',
  'due',
  'status',
  'headroom',
  'last_used',
  'owner',
  'project',
  'platform',
  'prefix',
  'expires',
  'rotated',
  'created',
  'variable',
  'fingerprint',
];

export const GAP_PX = 14;
export const PADDING_PX = 16;

/** Those of the chosen columns for which there is room, in their order. Before the width is known: all. */
export const columnsThatFit = (
  chosen: readonly KeyColumn[],
  widthPx: number | null,
): readonly KeyColumn[] => {
  const columns: readonly KeyColumn[] = ['name', ...chosen.filter((column) => column !== 'name')];
  if (widthPx === null) return columns;
  let room = widthPx - 2 * PADDING_PX + GAP_PX;
  const kept = new Set<KeyColumn>();
  for (const column of NEEDED.filter((needed) => columns.includes(needed))) {
    const width = WIDTHS[column].min + GAP_PX;
    if (kept.size > 0 && width > room) break;
    kept.add(column);
    room -= width;
  }
  return columns.filter((column) => kept.has(column));
};

export const gridTemplateOf = (columns: readonly KeyColumn[]): string =>
  columns
    .map((column) => {
      const { min, share } = WIDTHS[column];
      return share === 0 ? `${min}px` : `minmax(${min}px, ${share}fr)`;
    })
    .join(' ');

/** The height of a row. */
export const ROW_PX = 40;

/** One template for the head and for every row. */
export const templateOf = (columns: readonly KeyColumn[]): CSSProperties =>
  ({ '--km-columns': gridTemplateOf(columns) }) as CSSProperties;
