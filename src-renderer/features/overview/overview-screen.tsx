import { useMemo } from 'react';
import { mattersOf } from '../../../src-shared/domain/attention.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/inventory.ts';
import { useRotations } from '../../state/rotations.ts';
import { useView } from '../../state/view.ts';
import { since } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { LoadFailed, NoKeys } from '../keys/keys-states.tsx';
import { Ages, DueAhead, Figures } from './lead-figures.tsx';
import { MatterList } from './matter-list.tsx';
import { messages } from './messages.ts';
import classes from './overview.module.css';

const NOW_MS = 60_000;

/** What needs doing today, most urgent first, and the figures that a lead asks for. */
export function OverviewScreen({ status }: { readonly status: StatusView }) {
  const now = useNow(NOW_MS);
  const inventory = useInventory();
  const rotations = useRotations((state) => state.rotations);
  const env = useView((state) => state.env);
  const keys = useMemo(
    () => inventory.keys.filter((key) => env === null || key.env === env),
    [inventory.keys, env],
  );
  const matters = useMemo(() => {
    const isHere = (entry: { readonly env: string }): boolean => env === null || entry.env === env;
    return mattersOf(
      {
        keys,
        limits: [...inventory.limits.values()].filter(isHere),
        runs: status.runs.filter(isHere),
        rotations: rotations.filter(isHere),
      },
      now,
    );
  }, [keys, inventory.limits, status.runs, rotations, env, now]);

  if (inventory.loading !== 'done' && inventory.keys.length === 0) return <OverviewSkeleton />;
  if (inventory.error !== null && inventory.keys.length === 0) return <LoadFailed error={inventory.error} />;
  if (keys.length === 0) return <NoKeys env={env} />;
  return (
    <div className={classes['screen']}>
      <section className={classes['today']} aria-labelledby="overview-today">
        <h2 id="overview-today">{messages.today}</h2>
        <MatterList matters={matters} now={now} />
        <p className={classes['checked']}>
          {matters.length === 0 ? messages.allWell : messages.nothingElse}{' '}
          {messages.checked(
            since(new Date(inventory.loadedAt).toISOString(), Math.max(now, inventory.loadedAt)),
          )}
        </p>
      </section>
      <section className={classes['figures']} aria-labelledby="overview-figures">
        <h2 id="overview-figures">{messages.figures}</h2>
        <Figures keys={keys} now={now} />
        <DueAhead keys={keys} now={now} />
        <Ages keys={keys} now={now} />
      </section>
    </div>
  );
}

/** Lines of the final size while the first answer is on its way. */
function OverviewSkeleton() {
  return (
    <div className={classes['screen']} role="status" aria-label={messages.loading}>
      <div className={classes['today']} aria-hidden>
        {Array.from({ length: 5 }, (_, line) => (
          <div key={line} className={classes['bone']} />
        ))}
      </div>
    </div>
  );
}
