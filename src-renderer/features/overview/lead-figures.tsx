import type { OverviewView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { DAY_MS, exactDay, formatDays, formatNumber, formatShare } from '../../ui/text/format.ts';
import { messages } from './messages.ts';
import classes from './overview.module.css';

export function Figures({
  in_use: inUse,
  in_time_share: inTimeShare,
  median_age_days: medianAgeDays,
}: Pick<OverviewView, 'in_use' | 'in_time_share' | 'median_age_days'>) {
  const figures = [
    [messages.inUse, formatNumber(inUse)],
    [messages.inTime, inTimeShare === null ? messages.none : formatShare(inTimeShare)],
    [messages.medianAge, medianAgeDays === null ? messages.none : formatDays(medianAgeDays)],
  ] as const;
  return (
    <dl className={classes['numbers']}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One bar a day; the words under it say the same. */
export function DueAhead({ dueByDay, now }: { readonly dueByDay: readonly number[]; readonly now: number }) {
  const most = Math.max(1, ...dueByDay);
  const total = dueByDay.reduce((sum, count) => sum + count, 0);
  const busiest = dueByDay.indexOf(Math.max(...dueByDay));
  const day = (ahead: number): string => exactDay(now + ahead * DAY_MS);
  const words =
    total === 0 ? messages.noneAhead : messages.ahead(total, day(busiest), dueByDay[busiest] ?? 0);
  return (
    <div className={classes['chart']}>
      <h3>{messages.nextDays}</h3>
      {total > 0 && (
        <>
          <div className={classes['bars']} aria-hidden>
            {dueByDay.map((count, ahead) => (
              <div key={ahead} className={classes['slot']} title={messages.dueOn(count, day(ahead))}>
                <div className={classes['bar']} style={{ height: `${(count / most) * 100}%` }} />
              </div>
            ))}
          </div>
          <div className={classes['ends']} aria-hidden>
            <span>{messages.todayShort}</span>
            <span>{day(dueByDay.length - 1)}</span>
          </div>
        </>
      )}
      <p>{words}</p>
    </div>
  );
}

export function Ages({ byEnvironment }: { readonly byEnvironment: OverviewView['by_environment'] }) {
  const environments = useInventory((state) => state.environments);
  const place = (name: string): number => environments.findIndex((one) => one.name === name);
  return (
    <table className={classes['ages']}>
      <caption>{messages.ages}</caption>
      <ColumnHeads names={[messages.environment, ...messages.ageGroups]} />
      <tbody>
        {byEnvironment
          .toSorted((a, b) => place(a.env) - place(b.env))
          .map(({ env, ages }) => (
            <tr key={env}>
              <th scope="row">
                <EnvTag name={env} kind={environments.find((one) => one.name === env)?.kind ?? 'test'} />
              </th>
              {ages.map((count, group) => (
                <td
                  key={group}
                  data-none={count === 0 ? '' : undefined}
                  data-late={group === ages.length - 1 && count > 0 ? '' : undefined}
                >
                  {formatNumber(count)}
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
