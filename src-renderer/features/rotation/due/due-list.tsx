import { Button, Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useMemo } from 'react';
import type { KeyView } from '../../../../src-shared/contract/views.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { useKept } from '../../../state/kept.ts';
import { type KeyRef, refOf } from '../../../state/key-ref.ts';
import { openDialog, showKey } from '../../../state/view.ts';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { exactDate } from '../../../ui/text/format.ts';
import { messages } from '../messages.ts';
import text from '../quiet.module.css';
import classes from './due.module.css';

const NONE: ReadonlySet<KeyRef> = new Set();
const ROW_PX = 40;
/** What stands above the first row: the screen's padding, the line of the box, and the bar of what is done to many. */
const HEAD_PX = 16 + 1 + 44;

interface DueListProps {
  readonly keys: readonly KeyView[];
  /** What scrolls: the whole place. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** How high is what stands above the list there. */
  readonly abovePx: number;
}

/** Every key by its due date, to choose from and rotate in one go. */
export function DueList({ keys, scroller, abovePx }: DueListProps) {
  const [chosen, setChosen] = useKept<ReadonlySet<KeyRef>>('due chosen', NONE);
  const environments = useInventory((state) => state.environments);
  const sorted = useMemo(
    () => keys.toSorted((a, b) => (a.due_at < b.due_at ? -1 : a.due_at > b.due_at ? 1 : 0)),
    [keys],
  );
  const selected = sorted.map(refOf).filter((ref) => chosen.has(ref));
  // eslint-disable-next-line react-hooks/incompatible-library -- no React compiler here
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    scrollMargin: abovePx + HEAD_PX,
    overscan: 8,
  });
  if (sorted.length === 0) return <p className={text['quiet']}>{messages.nothingDue}</p>;
  const toggle = (ref: KeyRef): void => {
    const next = new Set(chosen);
    if (!next.delete(ref)) next.add(ref);
    setChosen(next);
  };
  return (
    <div className={classes['box']}>
      <div className={classes['bulk']}>
        <Checkbox
          size="xs"
          aria-label={messages.selectAll}
          checked={selected.length === sorted.length}
          indeterminate={selected.length > 0 && selected.length < sorted.length}
          onChange={() => setChosen(selected.length === sorted.length ? NONE : new Set(sorted.map(refOf)))}
        />
        <span className={text['quiet']} role="status">
          {selected.length === 0 ? messages.selectHint : messages.selected(selected.length, sorted.length)}
        </span>
        {selected.length > 0 && (
          <>
            <Button
              size="xs"
              variant="default"
              onClick={() => openDialog({ kind: 'revoke-many', keys: selected })}
            >
              {messages.revokeMany(selected.length)}
            </Button>
            <Button size="xs" onClick={() => openDialog({ kind: 'rotate', keys: selected })}>
              {messages.rotateMany(selected.length)}
            </Button>
          </>
        )}
      </div>
      <div
        className={classes['rows']}
        style={{ height: virtualizer.getTotalSize() }}
        role="list"
        aria-label={messages.due}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const key = sorted[item.index];
          if (key === undefined) return null;
          const ref = refOf(key);
          const kind = environments.find(({ name }) => name === key.env)?.kind ?? 'test';
          return (
            <div
              key={ref}
              role="listitem"
              aria-setsize={sorted.length}
              aria-posinset={item.index + 1}
              className={classes['row']}
              style={{
                height: ROW_PX,
                transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)`,
              }}
            >
              <Checkbox
                size="xs"
                aria-label={messages.select(key.name)}
                checked={chosen.has(ref)}
                onChange={() => toggle(ref)}
              />
              <span
                className={classes['when']}
                data-late={key.days_left < 0 ? '' : undefined}
                title={exactDate(key.due_at)}
              >
                {key.days_left < 0 ? messages.overdueFor(-key.days_left) : messages.inDays(key.days_left)}
              </span>
              <button
                type="button"
                className={classes['dueKey']}
                title={key.name}
                onClick={() => showKey(ref)}
              >
                {key.name}
              </button>
              <div>
                <EnvTag name={key.env} kind={kind} />
              </div>
              <span
                className={`${text['quiet'] ?? ''} ${classes['project'] ?? ''}`}
                title={key.project ?? ''}
              >
                {key.project}
              </span>
              <span className={`${text['quiet'] ?? ''} ${classes['owner'] ?? ''}`} title={key.owner ?? ''}>
                {key.owner}
              </span>
              <Button
                size="xs"
                variant="default"
                aria-label={`${messages.rotate} ${key.name}`}
                onClick={() => openDialog({ kind: 'rotate', keys: [ref] })}
              >
                {messages.rotate}
              </Button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
