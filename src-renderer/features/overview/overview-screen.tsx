import { Button } from '@mantine/core';
import { IconReportAnalytics } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { statisticsOf } from '../../../src-shared/domain/keys/key-statistics.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { openDialog, useView } from '../../state/view.ts';
import { since } from '../../ui/text/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { FirstSteps } from '../first-run/first-steps.tsx';
import { KeysNotLoaded, NoKeys } from '../keys/keys-states.tsx';
import { Ages, DueAhead, Figures } from './lead-figures.tsx';
import { MatterList } from './matter-list.tsx';
import { useMatters } from './use-matters.ts';
import { messages } from './messages.ts';
import classes from './overview.module.css';

const NOW_MS = 60_000;
const DAYS_AHEAD = 30;

/** What needs doing today, most urgent first, and the figures that a lead asks for. */
export function OverviewScreen({ status }: { readonly status: StatusView }) {
  const now = useNow(NOW_MS);
  const inventory = useInventory();
  const env = useView((state) => state.env);
  const keys = useMemo(
    () => inventory.keys.filter((key) => env === null || key.env === env),
    [inventory.keys, env],
  );
  const statistics = useMemo(() => statisticsOf(keys, now, DAYS_AHEAD), [keys, now]);
  const matters = useMatters(status.runs, env, now);

  if (inventory.loading !== 'done' && inventory.keys.length === 0) return <OverviewSkeleton />;
  if (inventory.error !== null && inventory.keys.length === 0)
    return <KeysNotLoaded error={inventory.error} />;
  if (keys.length === 0) return <NoKeys env={env} />;
  return (
    <div className={classes['screen']}>
      <section className={classes['today']} aria-labelledby="overview-today">
        <FirstSteps keys={inventory.keys} status={status} />
        <h2 id="overview-today">
          {messages.today}
          {matters.length > 0 && (
            <span className={classes['count']}>
              {'\u2002'}
              {messages.count(matters.length)}
            </span>
          )}
        </h2>
        <MatterList matters={matters} now={now} />
        <p className={classes['checked']}>
          {matters.length === 0 ? messages.allWell : messages.nothingElse}{' '}
          {messages.checked(
            since(new Date(inventory.loadedAt).toISOString(), Math.max(now, inventory.loadedAt)),
          )}
        </p>
      </section>
      <section className={classes['figures']} aria-labelledby="overview-figures">
        <div className={classes['figuresHead']}>
          <h2 id="overview-figures">{messages.figures}</h2>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconReportAnalytics size={16} stroke={1.5} aria-hidden />}
            onClick={() => openDialog({ kind: 'report' })}
          >
            {messages.report}
          </Button>
        </div>
        <Figures {...statistics} />
        <DueAhead dueByDay={statistics.dueByDay} now={now} />
        <Ages byEnvironment={statistics.byEnvironment} />
      </section>
    </div>
  );
}

/** Lines of the final size while the first answer is on its way. */
function OverviewSkeleton() {
  return (
    <div className={classes['screen']} role="status" aria-label={messages.loading}>
      <div className={classes['today']} aria-hidden>
        <div className={classes['bone']} data-is="heading" />
        {Array.from({ length: 5 }, (_, line) => (
          <div key={line} className={classes['bone']} />
        ))}
      </div>
      <div className={classes['figures']} aria-hidden>
        <div className={classes['bone']} data-is="heading" />
        <div className={classes['numbers']}>
          {Array.from({ length: 3 }, (_, tile) => (
            <div key={tile} className={classes['bone']} data-is="tile" />
          ))}
        </div>
      </div>
    </div>
  );
}
