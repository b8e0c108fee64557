import { useMemo } from 'react';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import type { Matter } from '../../../src-shared/domain/attention.ts';
import { statisticsOf } from '../../../src-shared/domain/keys/key-statistics.ts';
import { DAYS_AHEAD } from '../../../src-shared/domain/overview.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { exactDate, exactDay, formatDays, formatNumber, formatShare } from '../../ui/text/format.ts';
import { ColumnHeads } from '../../ui/column-heads.tsx';
import { isOver } from '../keys/due.ts';
import { placeOf, wordsOf } from '../overview/matter-words.ts';
import { messages } from './messages.ts';
import classes from './report.module.css';

const MOST_LINES = 200;

interface ReportSheetProps {
  readonly keys: readonly KeyView[];
  readonly matters: readonly Matter[];
  readonly env: string | null;
  readonly now: number;
}

/** What a lead takes to a meeting: figures, what needs doing, what is coming. The same on screen and on paper. */
export function ReportSheet({ keys, matters, env, now }: ReportSheetProps) {
  const { environments, platforms } = useInventory();
  const figures = useMemo(() => statisticsOf(keys, now, DAYS_AHEAD), [keys, now]);
  const place = (name: string): string =>
    environments.find((one) => one.name === name)?.kind === 'live' ? messages.live(name) : name;
  const order = (name: string): number => environments.findIndex((one) => one.name === name);
  const platformName = (id: string): string => platforms.find((one) => one.id === id)?.name ?? id;
  const used = keys.filter((key) => !isOver(key));
  const ahead = used
    .filter(({ days_left: days }) => days >= 0 && days < DAYS_AHEAD)
    .toSorted((a, b) => a.days_left - b.days_left);
  const ownerOf = (ref: string): string =>
    keys.find((key) => `${key.env}/${key.name}` === ref)?.owner ?? messages.none;
  const numbers = [
    [messages.figures.inUse, formatNumber(figures.inUse)],
    [
      messages.figures.inTime,
      figures.inTimeShare === null ? messages.none : formatShare(figures.inTimeShare),
    ],
    [messages.figures.overdue, formatNumber(figures.overdue)],
    [messages.figures.ahead, formatNumber(ahead.length)],
    [
      messages.figures.medianAge,
      figures.medianAgeDays === null ? messages.none : formatDays(figures.medianAgeDays),
    ],
  ] as const;
  return (
    <article className={classes['sheet']}>
      <h2>{messages.sheetTitle(env)}</h2>
      <p className={classes['made']}>{messages.made(exactDate(new Date(now).toISOString()))}</p>
      <dl className={classes['figures']}>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{messages.ages}</h3>
      <table className={classes['counts']}>
        <ColumnHeads names={[messages.environment, ...messages.ageGroups]} />
        <tbody>
          {figures.byEnvironment
            .toSorted((a, b) => order(a.env) - order(b.env))
            .map(({ env: name, ages }) => (
              <tr key={name}>
                <th scope="row">{place(name)}</th>
                {ages.map((count, group) => (
                  <td key={group}>{formatNumber(count)}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
      <h3>{messages.doing}</h3>
      {matters.length === 0 ? (
        <p>{messages.nothingToDo}</p>
      ) : (
        <Lines
          heads={messages.doingColumns}
          rows={matters.map((matter) => {
            const { envs, name: key } = placeOf(matter, platformName);
            return [
              wordsOf(matter, now),
              key,
              envs.map(place).join(', '),
              'key' in matter ? ownerOf(matter.key) : messages.none,
            ];
          })}
        />
      )}
      <h3>{messages.ahead}</h3>
      {ahead.length === 0 ? (
        <p>{messages.nothingAhead}</p>
      ) : (
        <Lines
          heads={messages.aheadColumns}
          rows={ahead.map((key) => [
            exactDay(Date.parse(key.due_at)),
            key.name,
            place(key.env),
            key.owner ?? messages.none,
            key.project ?? messages.none,
          ])}
        />
      )}
    </article>
  );
}

interface LinesProps {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function Lines({ heads, rows }: LinesProps) {
  const rest = rows.length - MOST_LINES;
  return (
    <>
      <table>
        <ColumnHeads names={heads} />
        <tbody>
          {rows.slice(0, MOST_LINES).map((cells, at) => (
            <tr key={at}>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p>{messages.more(rest)}</p>}
    </>
  );
}
