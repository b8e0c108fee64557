import { SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo, useRef } from 'react';
import { useInventory } from '../../state/core/inventory.ts';
import { useKept } from '../../state/kept.ts';
import { isOpen, useRotations } from '../../state/core/rotations.ts';
import { useView } from '../../state/view.ts';
import { Disclosure } from '../../ui/states/disclosure.tsx';
import { Skeleton } from '../../ui/states/skeleton.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import { isOver } from '../keys/due.ts';
import { DueFilters, useDueFilters } from './due/due-filters.tsx';
import { DueList } from './due/due-list.tsx';
import { DueMonth } from './due/due-month.tsx';
import { messages } from './messages.ts';
import text from './quiet.module.css';
import { RotationCard } from './rotation-card.tsx';
import classes from './rotation.module.css';

/** Rotations that go on, and when each key is due. */
export default function RotationScreen() {
  const { rotations, problem } = useRotations();
  const env = useView((state) => state.env);
  const { keys, loading } = useInventory();
  const [view, setView] = useKept('rotation view', 'month');
  const filters = useDueFilters();
  const here = useMemo(
    () => rotations.filter((rotation) => env === null || rotation.env === env),
    [rotations, env],
  );
  const due = useMemo(
    () => keys.filter((key) => (env === null || key.env === env) && !isOver(key) && filters.matches(key)),
    [keys, env, filters],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: aboveRef, height: abovePx } = useElementSize();
  const open = here.filter(isOpen);
  const over = here.filter((rotation) => !isOpen(rotation));
  return (
    <div ref={scroller} className={classes['screen']}>
      <div ref={aboveRef} className={classes['above']}>
        <h2>{messages.open}</h2>
        {problem !== null && (
          <div className={classes['trouble']}>
            <Problem message={problem.message} hint={problem.hint} />
          </div>
        )}
        {open.length === 0 && problem === null && <p className={text['quiet']}>{messages.none}</p>}
        {open.map((rotation) => (
          <RotationCard key={rotation.id} rotation={rotation} />
        ))}
        {over.length > 0 && (
          <div className={classes['over']}>
            <Disclosure summary={messages.showOver(over.length)}>
              {over.slice(0, MOST_OVER).map((rotation) => (
                <RotationCard key={rotation.id} rotation={rotation} />
              ))}
            </Disclosure>
          </div>
        )}
        <div className={classes['dueHead']}>
          <h2>{messages.due}</h2>
          <SegmentedControl
            size="xs"
            aria-label={messages.viewLabel}
            data={messages.views}
            value={view}
            onChange={setView}
          />
          <DueFilters keys={keys} filters={filters} />
        </div>
      </div>
      {keys.length === 0 && loading !== 'done' ? (
        <Skeleton label={messages.loadingDue} />
      ) : view === 'month' ? (
        <DueMonth keys={due} />
      ) : (
        <DueList keys={due} scroller={scroller} abovePx={abovePx} />
      )}
    </div>
  );
}

const MOST_OVER = 20;
