import { memo } from 'react';
import { EnvTag } from '../../ui/env-tag.tsx';
import { exactDate, since } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { dueOf } from './due.ts';
import { headroomOf, tightestOf } from './headroom.ts';
import classes from './key-table.module.css';
import { type ColumnId, messages } from './messages.ts';
import type { KeyRow } from './rows.ts';
import { StatusWord } from './status-word.tsx';

interface CellProps {
  readonly row: KeyRow;
  readonly now: number;
}

export function DueGauge({ row, now }: CellProps) {
  const due = dueOf(row.key, now);
  if (due === null) return <span className={classes['dim']}>{messages.due.over}</span>;
  return (
    <div className={classes['gauge']} title={due.exact}>
      <span className={classes['gaugeWords']} data-tone={due.tone}>
        {due.words}
      </span>
      <Meter share={due.share} tone={due.tone} />
    </div>
  );
}

function HeadroomGauge({ row }: { readonly row: KeyRow }) {
  const window = tightestOf(row.limits);
  if (window === null) {
    return (
      <span className={classes['dim']} title={messages.headroom.unseenWhy}>
        {messages.headroom.unseen}
      </span>
    );
  }
  const headroom = headroomOf(window);
  return (
    <div className={classes['gauge']} title={headroom.detail}>
      <span className={classes['gaugeWords']} data-tone={headroom.tone}>
        {headroom.words}
      </span>
      {headroom.share !== null && <Meter share={headroom.share} tone={headroom.tone} />}
    </div>
  );
}

const contents: Record<ColumnId, (props: CellProps) => React.ReactNode> = {
  name: ({ row }) => <span className={classes['name']}>{row.key.name}</span>,
  env: ({ row }) => <EnvTag name={row.key.env} kind={row.kind} />,
  status: ({ row, now }) => <StatusWord keyView={row.key} now={now} />,
  due: ({ row, now }) => <DueGauge row={row} now={now} />,
  last_used: ({ row, now }) =>
    row.key.last_used_at === null ? (
      <span className={classes['dim']}>{messages.never}</span>
    ) : (
      <span title={exactDate(row.key.last_used_at)}>{since(row.key.last_used_at, now)}</span>
    ),
  headroom: ({ row }) => <HeadroomGauge row={row} />,
  owner: ({ row }) => row.key.owner ?? <span className={classes['dim']}>{messages.none}</span>,
};

export const COLUMN_IDS = Object.keys(messages.columns) as ColumnId[];

interface RowProps {
  readonly row: KeyRow;
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly now: number;
  readonly onOpen: (row: KeyRow) => void;
}

/** One row; drawn again only when what it shows changes, so that scrolling and typing stay light. */
export const Row = memo(function Row({ row, index, top, active, now, onOpen }: RowProps) {
  return (
    <div
      id={rowId(row)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={active}
      data-active={active ? '' : undefined}
      className={classes['row']}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(row)}
    >
      {COLUMN_IDS.map((id) => (
        <div key={id} role="gridcell" data-column={id} className={classes['cell']}>
          {contents[id]({ row, now })}
        </div>
      ))}
    </div>
  );
});

export const rowId = (row: KeyRow): string => `key:${row.ref}`;
