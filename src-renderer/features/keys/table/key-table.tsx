import { type SortingState, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import {
  type KeyboardEvent,
  memo,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useInventory } from '../../../state/core/inventory.ts';
import { type KeyRef } from '../../../state/key-ref.ts';
import { changeKeyTable, usePreferences } from '../../../state/preferences.ts';
import { useNow } from '../../../ui/use-now.ts';
import { Row, rowId } from './cells.tsx';
import { columnsThatFit, ROW_PX, templateOf } from './columns.ts';
import { GroupHead, headId } from './group-head.tsx';
import { type Line, linesOf } from './grouping.ts';
import { HeadRow, nextDescending } from './head-row.tsx';
import classes from './key-table.module.css';
import { messages } from '../messages.ts';
import { columns as sortableColumns, features, type KeyRow } from './rows.ts';

const GROUP_PX = 34;
const HEAD_PX = 34;
const PAGE_ROWS = 10;
const NOW_MS = 30_000;

interface KeyTableProps {
  readonly rows: readonly KeyRow[];
  /** Those of the rows to show; the sorted order is kept, so that a keystroke sorts nothing. */
  readonly matching: ReadonlySet<KeyRow>;
  /** What chose them: with another choice the list begins at its first row, and not where the one before was left. */
  readonly narrowedBy: string;
  readonly selected: KeyRef | null;
  readonly gridRef: RefObject<HTMLDivElement | null>;
  readonly onSelect: (ref: KeyRef) => void;
  readonly onOpen: (ref: KeyRef) => void;
  readonly onKey: (event: KeyboardEvent, row: KeyRow) => void;
}

/**
 * The keys, overdue first, in groups where the person wants some. Ten thousand are as light as ten: only the rows in sight
 * exist, and while somebody types, the field is drawn without it.
 */
export const KeyTable = memo(function KeyTable({
  rows,
  matching,
  narrowedBy,
  selected,
  gridRef,
  onSelect,
  onOpen,
  onKey,
}: KeyTableProps) {
  const now = useNow(NOW_MS);
  const { columns: chosen, group, sort } = usePreferences((state) => state.keyTable);
  const environments = useInventory((state) => state.environments);
  const { ref: sizeRef, width } = useElementSize();
  const mergedRef = useMergedRef(gridRef, sizeRef);
  const columns = useMemo(() => columnsThatFit(chosen, width === 0 ? null : width), [chosen, width]);
  const sorting = useMemo((): SortingState => [{ id: sort.column, desc: sort.descending }], [sort]);
  const table = useTable({
    features,
    columns: sortableColumns,
    data: rows,
    getRowId: (row: KeyRow) => row.ref,
    // They come from the core with the most urgent first, and are not sorted once more.
    state: { sorting: sort.column === 'due' && !sort.descending ? [] : sorting },
    enableSortingRemoval: false,
    enableMultiSort: false,
  });
  const sorted = table.getRowModel().rows;
  const inOrder = useMemo(() => sorted.map((row) => row.original), [sorted]);
  const shown = useMemo(() => inOrder.filter((row) => matching.has(row)), [inOrder, matching]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(
    () =>
      linesOf(
        shown,
        group,
        closed,
        environments.map(({ name }) => name),
      ),
    [shown, group, closed, environments],
  );
  // A head is where the keyboard is; what is selected stays a key.
  const [head, setHead] = useState<string | null>(null);
  const index = useMemo(
    () =>
      lines.findIndex((line) =>
        line.kind === 'head' ? line.id === head : head === null && line.row.ref === selected,
      ),
    [lines, selected, head],
  );

  // Every place is reckoned anew where this changes: when lines come, go or change their sizes, and not while they scroll.
  const idAt = useCallback((item: number) => idOf(lines[item]) ?? item, [lines]);
  // eslint-disable-next-line react-hooks/incompatible-library -- no React compiler here
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => gridRef.current,
    estimateSize: (item) => (lines[item]?.kind === 'head' ? GROUP_PX : ROW_PX),
    getItemKey: idAt,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    overscan: 8,
  });
  const shownFor = useRef(narrowedBy);
  useEffect(() => {
    if (shownFor.current === narrowedBy) return;
    shownFor.current = narrowedBy;
    // Asked of what is known: asking the document would have it laid out at every keystroke.
    if ((virtualizer.scrollOffset ?? 0) > 0) virtualizer.scrollToOffset(0);
  }, [narrowedBy, virtualizer]);
  useScrollToSelection(head ?? selected, index, virtualizer.scrollToIndex);

  const open = useCallback(
    (row: KeyRow) => {
      setHead(null);
      onOpen(row.ref);
    },
    [onOpen],
  );
  const toggle = useCallback((id: string) => {
    setHead(id);
    setClosed((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const move = (to: number) => {
    const line = lines[Math.min(lines.length - 1, Math.max(0, to))];
    if (line === undefined) return;
    if (line.kind === 'head') setHead(line.id);
    else {
      setHead(null);
      onSelect(line.row.ref);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index < 0 ? 0 : index - 1,
      PageDown: index + PAGE_ROWS,
      PageUp: index - PAGE_ROWS,
      Home: 0,
      End: lines.length - 1,
    };
    const to = steps[event.key];
    const current = lines[index];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (current?.kind === 'head') {
      const wanted = HEAD_KEYS[event.key];
      if (wanted === undefined) return;
      event.preventDefault();
      if (wanted === 'toggle' || (wanted === 'open') === current.isClosed) toggle(current.id);
    } else if (event.key === 'ArrowLeft' && group !== 'none') {
      event.preventDefault();
      move(lines.findLastIndex((line, at) => line.kind === 'head' && at < index));
    } else if (current !== undefined) {
      onKey(event, current.row);
    }
  };

  const active = lines[index];
  const items = virtualizer.getVirtualItems();
  const activeIsDrawn = items.some((item) => item.index === index);
  return (
    <div className={classes['wrap']}>
      <div
        ref={mergedRef}
        className={classes['grid']}
        style={templateOf(columns)}
        role={group === 'none' ? 'grid' : 'treegrid'}
        tabIndex={0}
        aria-label={messages.table}
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={
          active !== undefined && activeIsDrawn
            ? active.kind === 'head'
              ? headId(active)
              : rowId(active.row)
            : undefined
        }
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget && index < 0) move(0);
        }}
      >
        <div role="rowgroup" className={classes['headgroup']}>
          <HeadRow
            columns={columns}
            sorting={sorting}
            onSort={(column) =>
              changeKeyTable({ sort: { column, descending: nextDescending(sorting, column) } })
            }
          />
        </div>
        <div role="rowgroup" className={classes['body']} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            const place = {
              index: item.index,
              top: item.start - HEAD_PX,
              active: item.index === index,
            };
            return line.kind === 'head' ? (
              <GroupHead
                key={line.id}
                head={line}
                group={group}
                columns={columns.length}
                onToggle={toggle}
                {...place}
              />
            ) : (
              <Row
                key={line.row.ref}
                row={line.row}
                columns={columns}
                isNested={group !== 'none'}
                now={now}
                onOpen={open}
                {...place}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
});

const HEAD_KEYS: Readonly<Record<string, 'toggle' | 'open' | 'close' | undefined>> = {
  Enter: 'toggle',
  ' ': 'toggle',
  ArrowRight: 'open',
  ArrowLeft: 'close',
};

const idOf = (line: Line | undefined): string | undefined =>
  line?.kind === 'head' ? line.id : line?.row.ref;

/** Follows the selection with the scroll position, but only when the selection moved, never when the list did. */
function useScrollToSelection(
  selected: string | null,
  index: number,
  scrollToIndex: (index: number, options: { align: 'auto' }) => void,
) {
  const last = useRef(selected);
  useEffect(() => {
    if (index >= 0 && selected !== last.current) scrollToIndex(index, { align: 'auto' });
    last.current = selected;
  }, [selected, index, scrollToIndex]);
}
