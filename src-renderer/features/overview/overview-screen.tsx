import { Button } from '@mantine/core';
import { IconReportAnalytics } from '@tabler/icons-react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { overviewOf, useOverviews } from '../../state/core/overviews.ts';
import { openDialog, useView } from '../../state/view.ts';
import { since } from '../../ui/text/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { MOST_KEYS } from '../first-run/first-steps.ts';
import { FirstSteps } from '../first-run/first-steps.tsx';
import { KeysNotLoaded, NoKeys } from '../keys/keys-states.tsx';
import { Ages, DueAhead, Figures } from './lead-figures.tsx';
import { MatterList } from './matter-list.tsx';
import { messages } from './messages.ts';
import classes from './overview.module.css';

const NOW_MS = 60_000;

/** What needs doing today, most urgent first, and the figures that a lead asks for. */
export function OverviewScreen({ status }: { readonly status: StatusView }) {
  const now = useNow(NOW_MS);
  const env = useView((state) => state.env);
  const { isLoaded, loadedAt, overviews, problem } = useOverviews();
  const all = overviewOf({ overviews }, null)?.keys ?? 0;
  const overview = overviewOf({ overviews }, env);
  // Who has only just begun sees the first steps, and for these the keys themselves are needed: a handful, at once there.
  const newKeys = useInventory(({ keys, loading }) => (loading === 'done' ? keys : null));
  const isNew = all > 0 && all <= MOST_KEYS;

  if (!isLoaded || (isNew && newKeys === null)) return <OverviewSkeleton />;
  if (problem !== null && overview === undefined) return <KeysNotLoaded error={problem} />;
  if (overview === undefined || overview.keys === 0) return <NoKeys env={env} />;
  const { matters, matter_count: count } = overview;
  return (
    <div className={classes['screen']}>
      <section className={classes['today']} aria-labelledby="overview-today">
        {isNew && newKeys !== null && <FirstSteps keys={newKeys} status={status} />}
        <h2 id="overview-today">
          {messages.today}
          {count > 0 && (
            <span className={classes['count']}>
              {'\u2002'}
              {messages.count(count)}
            </span>
          )}
        </h2>
        <MatterList matters={matters} matter_count={count} now={now} />
        <p className={classes['checked']}>
          {count === 0 && `${messages.allWell} `}
          {/* Said of a whole list only. */}
          {count > 0 && count === matters.length && `${messages.nothingElse} `}
          {messages.checked(since(new Date(loadedAt).toISOString(), Math.max(now, loadedAt)))}
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
        <Figures {...overview} />
        <DueAhead dueByDay={overview.due_by_day} now={now} />
        <Ages byEnvironment={overview.by_environment} />
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
