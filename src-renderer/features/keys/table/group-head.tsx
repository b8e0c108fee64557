import { IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import type { KeyGroup } from '../../../../src-shared/domain/keys/key-table.ts';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import type { Line } from './grouping.ts';
import classes from './key-table.module.css';
import { messages } from '../messages.ts';

type Head = Extract<Line, { kind: 'head' }>;

interface GroupHeadProps {
  readonly head: Head;
  readonly group: KeyGroup;
  readonly columns: number;
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly onToggle: (id: string) => void;
}

export const headId = ({ id }: Pick<Head, 'id'>): string => `group:${id}`;

/** The head of a group: what it is, how many keys, how many of them are overdue. */
export const GroupHead = memo(function GroupHead({
  head,
  group,
  columns,
  index,
  top,
  active,
  onToggle,
}: GroupHeadProps) {
  const { id, name, count, overdue, isClosed, envKind } = head;
  return (
    <div
      id={headId(head)}
      role="row"
      aria-rowindex={index + 2}
      aria-level={1}
      aria-expanded={!isClosed}
      aria-selected={active}
      data-active={active ? '' : undefined}
      data-closed={isClosed ? '' : undefined}
      className={classes['grouphead']}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onToggle(id)}
    >
      <div role="gridcell" aria-colspan={columns} className={classes['groupcell']}>
        <IconChevronRight size={16} stroke={1.5} aria-hidden className={classes['chevron']} />
        {envKind !== null && name !== null ? (
          <EnvTag name={name} kind={envKind} />
        ) : (
          <span className={classes['groupname']} title={name ?? undefined}>
            {name ?? messages.groupHead.none[group]}
          </span>
        )}
        <span className={classes['groupcount']}>{formatNumber(count)}</span>
        {overdue > 0 && (
          <span className={classes['groupoverdue']}>{messages.groupHead.overdue(overdue)}</span>
        )}
      </div>
    </div>
  );
});
