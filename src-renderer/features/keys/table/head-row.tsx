import type { SortingState } from '@tanstack/react-table';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { KeyColumn } from '../../../../src-shared/domain/keys/key-table.ts';
import { messages } from '../messages.ts';
import classes from './key-table.module.css';

const NEWEST_FIRST: ReadonlySet<string> = new Set<KeyColumn>(['last_used', 'created', 'rotated']);

/** How a click on a column's head sorts. */
export const nextDescending = (sorting: SortingState, id: string): boolean => {
  const current = sorting.find((entry) => entry.id === id);
  // What has passed starts with the newest; everything else with the smallest, which for due dates is the most urgent.
  return current === undefined ? NEWEST_FIRST.has(id) : !current.desc;
};

interface HeadRowProps {
  readonly columns: readonly KeyColumn[];
  readonly sorting: SortingState;
  readonly onSort: (column: KeyColumn) => void;
}

export function HeadRow({ columns, sorting, onSort }: HeadRowProps) {
  return (
    <div role="row" aria-rowindex={1} className={classes['head']}>
      {columns.map((id) => {
        const entry = sorting.find((candidate) => candidate.id === id);
        const Arrow = entry?.desc === true ? IconArrowDown : IconArrowUp;
        return (
          <div
            key={id}
            role="columnheader"
            data-column={id}
            className={`${classes['cell'] ?? ''} ${classes['columnhead'] ?? ''}`}
            aria-sort={entry === undefined ? undefined : entry.desc ? 'descending' : 'ascending'}
          >
            <button
              type="button"
              className={classes['sort']}
              onClick={() => onSort(id)}
              title={messages.sortBy(messages.columns[id])}
            >
              {messages.columns[id]}
              {entry !== undefined && <Arrow size={14} stroke={1.5} aria-hidden />}
            </button>
          </div>
        );
      })}
    </div>
  );
}
