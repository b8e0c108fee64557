import { type SortingState, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type KeyRef } from '../../state/key-ref.ts';
import { useNow } from '../../ui/use-now.ts';
import { COLUMN_IDS, Row, rowId } from './cells.tsx';
import classes from './key-table.module.css';
import { messages } from './messages.ts';
import { columns, features, type KeyRow } from './rows.ts';

const ROW_PX = 40;
const HEAD_PX = 34;
const PAGE_ROWS = 10;
const NOW_MS = 30_000;

interface KeyTableProps {
  readonly rows: readonly KeyRow[];
  /** Which rows to show; the sorted order is kept, so that a keystroke sorts nothing. */
  readonly matches: (row: KeyRow) => boolean;
  readonly selected: KeyRef | null;
  readonly gridRef: RefObject<HTMLDivElement | null>;
  readonly onSelect: (ref: KeyRef) => void;
  readonly onOpen: (ref: KeyRef) => void;
  readonly onKey: (event: KeyboardEvent, row: KeyRow) => void;
}

/** The keys, overdue first. Ten thousand are as light as ten: only the rows in sight exist. */
export function KeyTable({ rows, matches, selected, gridRef, onSelect, onOpen, onKey }: KeyTableProps) {
  const now = useNow(NOW_MS);
  const [sorting, setSorting] = useState<SortingState>([{ id: 'due', desc: false }]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row: KeyRow) => row.ref,
    state: { sorting },
    onSortingChange: setSorting,
    enableSortingRemoval: false,
    enableMultiSort: false,
  });
  const sorted = table.getRowModel().rows;
  const shown = useMemo(() => sorted.map((row) => row.original).filter(matches), [sorted, matches]);
  const index = useMemo(() => shown.findIndex((row) => row.ref === selected), [shown, selected]);

  // eslint-disable-next-line react-hooks/incompatible-library -- no React compiler here
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => gridRef.current,
    estimateSize: () => ROW_PX,
    getItemKey: (item) => shown[item]?.ref ?? item,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    overscan: 8,
  });

  useScrollToSelection(selected, index, virtualizer.scrollToIndex);

  const open = useCallback((row: KeyRow) => onOpen(row.ref), [onOpen]);
  const move = (to: number) => {
    const row = shown[Math.min(shown.length - 1, Math.max(0, to))];
    if (row !== undefined) onSelect(row.ref);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index < 0 ? 0 : index - 1,
      PageDown: index + PAGE_ROWS,
      PageUp: index - PAGE_ROWS,
      Home: 0,
      End: shown.length - 1,
    };
    const to = steps[event.key];
    const current = shown[index];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (current !== undefined) {
      onKey(event, current);
    }
  };

  const active = shown[index];
  const items = virtualizer.getVirtualItems();
  const activeIsDrawn = items.some((item) => item.index === index);
  return (
    <div className={classes['wrap']}>
      <div
        ref={gridRef}
        className={classes['grid']}
        role="grid"
        tabIndex={0}
        aria-label={messages.table}
        aria-rowcount={shown.length + 1}
        aria-colcount={COLUMN_IDS.length}
        aria-activedescendant={active !== undefined && activeIsDrawn ? rowId(active) : undefined}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget && index < 0) move(0);
        }}
      >
        <div role="rowgroup" className={classes['headgroup']}>
          <HeadRow
            sorting={sorting}
            onSort={(id) => table.getColumn(id)?.toggleSorting(nextDescending(sorting, id))}
          />
        </div>
        <div role="rowgroup" className={classes['body']} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = shown[item.index];
            if (row === undefined) return null;
            return (
              <Row
                key={row.ref}
                row={row}
                index={item.index}
                top={item.start - HEAD_PX}
                active={item.index === index}
                now={now}
                onOpen={open}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Follows the selection with the scroll position, but only when the selection moved, never when the list did. */
function useScrollToSelection(
  selected: KeyRef | null,
  index: number,
  scrollToIndex: (index: number, options: { align: 'auto' }) => void,
) {
  const last = useRef(selected);
  useEffect(() => {
    if (index >= 0 && selected !== last.current) scrollToIndex(index, { align: 'auto' });
    last.current = selected;
  }, [selected, index, scrollToIndex]);
}

const nextDescending = (sorting: SortingState, id: string): boolean => {
  const current = sorting.find((entry) => entry.id === id);
  // Last used starts with the newest; everything else with the smallest, which for due dates is the most urgent.
  return current === undefined ? id === 'last_used' : !current.desc;
};

interface HeadRowProps {
  readonly sorting: SortingState;
  readonly onSort: (id: string) => void;
}

function HeadRow({ sorting, onSort }: HeadRowProps) {
  return (
    <div role="row" aria-rowindex={1} className={classes['head']}>
      {COLUMN_IDS.map((id) => {
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

/** Rows of the final size while the first answer is on its way. */
export function KeyTableSkeleton() {
  return (
    <div className={classes['wrap']} role="status" aria-label={messages.loading}>
      <div className={classes['grid']} aria-hidden>
        <div className={classes['headgroup']}>
          <div className={classes['head']}>
            {COLUMN_IDS.map((id) => (
              <span key={id} data-column={id} className={classes['headWord']}>
                {messages.columns[id]}
              </span>
            ))}
          </div>
        </div>
        <div className={classes['body']}>
          {Array.from({ length: 12 }, (_, row) => (
            <div key={row} className={classes['row']} style={{ transform: `translateY(${row * ROW_PX}px)` }}>
              {COLUMN_IDS.map((id, cell) => (
                <div key={id} data-column={id}>
                  <div
                    className={classes['bone']}
                    style={{ width: `${45 + ((row * 7 + cell * 13) % 45)}%` }}
                  />
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
