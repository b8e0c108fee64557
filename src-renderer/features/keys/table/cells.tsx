import { memo } from 'react';
import type { KeyColumn } from '../../../../src-shared/domain/keys/key-table.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { exactDate, inDays, since } from '../../../ui/text/format.ts';
import { Meter } from '../../../ui/labels/meter.tsx';
import { dueOf, isOver } from '../due.ts';
import { headroomOf, tightestOf } from '../headroom.ts';
import classes from './key-table.module.css';
import { messages } from '../messages.ts';
import type { KeyRow } from './rows.ts';
import { StatusWord } from '../status-word.tsx';

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
  const isOnItsWay = useInventory(({ loading }) => loading === 'first');
  if (isOver(row.key)) return <span className={classes['dim']}>{messages.headroom.over}</span>;
  if (isOnItsWay && row.limits === undefined) return null;
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

function Ago({ at, now }: { readonly at: string | null; readonly now: number }) {
  if (at === null) return <span className={classes['dim']}>{messages.never}</span>;
  return <span title={exactDate(at)}>{since(at, now)}</span>;
}

function OrNone({ text }: { readonly text: string | null }) {
  if (text === null) return <span className={classes['dim']}>{messages.none}</span>;
  return <span title={text}>{text}</span>;
}

const Code = ({ text }: { readonly text: string }) => <span className="mono">{text}</span>;

const DAY_MS = 86_400_000;

const contents: Record<KeyColumn, (props: CellProps) => React.ReactNode> = {
  name: ({ row }) => (
    <span className={classes['name']} title={row.key.name}>
      {row.key.name}
    </span>
  ),
  env: ({ row }) => <EnvTag name={row.key.env} kind={row.kind} />,
  status: ({ row, now }) => <StatusWord keyView={row.key} now={now} />,
  due: ({ row, now }) => <DueGauge row={row} now={now} />,
  last_used: ({ row, now }) => <Ago at={row.key.last_used_at} now={now} />,
  headroom: ({ row }) => <HeadroomGauge row={row} />,
  owner: ({ row }) => <OrNone text={row.key.owner} />,
  project: ({ row }) => <OrNone text={row.key.project} />,
  platform: ({ row }) => row.key.platform,
  prefix: ({ row }) => <Code text={row.key.prefix} />,
  fingerprint: ({ row }) => <Code text={row.key.fingerprint} />,
  variable: ({ row }) => <Code text={row.key.var} />,
  created: ({ row, now }) => <Ago at={row.key.created_at} now={now} />,
  rotated: ({ row, now }) => <Ago at={row.key.rotated_at} now={now} />,
  expires: ({ row, now }) =>
    row.key.expires_at === null ? (
      <OrNone text={null} />
    ) : (
      <span title={exactDate(row.key.expires_at)}>
        {inDays(Math.floor((Date.parse(row.key.expires_at) - now) / DAY_MS))}
      </span>
    ),
};

interface RowProps {
  readonly row: KeyRow;
  readonly columns: readonly KeyColumn[];
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  /** Within a group. */
  readonly isNested: boolean;
  readonly now: number;
  readonly onOpen: (row: KeyRow) => void;
}

/** One row; drawn again only when what it shows changes, so that scrolling and typing stay light. */
export const Row = memo(function Row({ row, columns, index, top, active, isNested, now, onOpen }: RowProps) {
  return (
    <div
      id={rowId(row)}
      role="row"
      aria-rowindex={index + 2}
      aria-level={isNested ? 2 : undefined}
      aria-selected={active}
      data-active={active ? '' : undefined}
      className={classes['row']}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(row)}
    >
      {columns.map((id) => (
        <div key={id} role="gridcell" data-column={id} className={classes['cell']}>
          {contents[id]({ row, now })}
        </div>
      ))}
    </div>
  );
});

export const rowId = (row: KeyRow): string => `key:${row.ref}`;
