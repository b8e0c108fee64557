import { ActionIcon, Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useId, useMemo, useState } from 'react';
import type { KeyView } from '../../../../src-shared/contract/views.ts';
import {
  byDay,
  type CalendarDay,
  dayText,
  weeksOf,
} from '../../../../src-shared/domain/rotation/due-calendar.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { refOf } from '../../../state/key-ref.ts';
import { showKey } from '../../../state/view.ts';
import { ColumnHeads } from '../../../ui/column-heads.tsx';
import { type EnvironmentHue, hueOf } from '../../../ui/labels/env-tag.tsx';
import { exactDay, firstWeekday, monthName, weekdayNames } from '../../../ui/text/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { localDay } from './local-day.ts';
import { messages } from '../messages.ts';
import classes from './due.module.css';
import { useDayGrid } from './use-day-grid.ts';

const NOW_MS = 60_000;
/** What fits into a day; the list has the rest. */
const MOST_A_DAY = 3;

/** A month of due dates, by pointer or by keys. */
export function DueMonth({ keys }: { readonly keys: readonly KeyView[] }) {
  const titleId = useId();
  const now = useNow(NOW_MS);
  const [ahead, setAhead] = useState(0);
  const days = useMemo(() => byDay(keys, localDay), [keys]);
  const environments = useInventory((state) => state.environments);
  const hue = (env: string): EnvironmentHue =>
    hueOf(env, environments.find(({ name }) => name === env)?.kind ?? 'test');
  const today = localDay(now);
  const month = new Date(now);
  month.setDate(1);
  month.setMonth(month.getMonth() + ahead);
  const first = dayText(month.getFullYear(), month.getMonth() + 1, 1);
  const { gridRef, stop, onKeyDown } = useDayGrid(first, today, (months) => setAhead(ahead + months));
  const weeks = weeksOf(month.getFullYear(), month.getMonth() + 1, firstWeekday());
  return (
    <div>
      <div className={classes['monthHead']}>
        <ActionIcon variant="default" aria-label={messages.previous} onClick={() => setAhead(ahead - 1)}>
          <IconChevronLeft size={18} stroke={1.5} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={messages.next} onClick={() => setAhead(ahead + 1)}>
          <IconChevronRight size={18} stroke={1.5} aria-hidden />
        </ActionIcon>
        <h3 id={titleId} aria-live="polite">
          {monthName(month.getTime())}
        </h3>
        {ahead !== 0 && (
          <Button size="xs" variant="default" onClick={() => setAhead(0)}>
            {messages.today}
          </Button>
        )}
      </div>
      <table
        ref={gridRef}
        role="grid"
        aria-labelledby={titleId}
        className={classes['days']}
        onKeyDown={onKeyDown}
      >
        <ColumnHeads names={weekdayNames()} />
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]?.day}>
              {week.map((day) => (
                <Day
                  key={day.day}
                  day={day}
                  isToday={day.day === today}
                  isStop={day.day === stop}
                  keys={days.get(day.day) ?? []}
                  hue={hue}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DayProps {
  readonly day: CalendarDay;
  readonly isToday: boolean;
  readonly isStop: boolean;
  readonly keys: readonly KeyView[];
  readonly hue: (env: string) => EnvironmentHue;
}

function Day({ day, isToday, isStop, keys, hue }: DayProps) {
  const rest = keys.length - MOST_A_DAY;
  return (
    <td
      role="gridcell"
      tabIndex={isStop ? 0 : -1}
      data-outside={day.isInMonth ? undefined : ''}
      data-today={isToday ? '' : undefined}
      aria-current={isToday ? 'date' : undefined}
      aria-label={`${exactDay(Date.parse(`${day.day}T12:00:00`))}, ${messages.dueOn(keys.length)}`}
    >
      <span className={classes['number']} aria-hidden>
        {day.dayOfMonth}
      </span>
      {keys.slice(0, rest === 1 ? MOST_A_DAY + 1 : MOST_A_DAY).map((key) => (
        <button
          key={refOf(key)}
          type="button"
          // Enter leads from the day to its keys.
          tabIndex={-1}
          className={classes['dueKey']}
          data-hue={hue(key.env)}
          data-late={key.days_left < 0 ? '' : undefined}
          title={`${key.env}/${key.name} · ${key.days_left < 0 ? messages.overdueFor(-key.days_left) : messages.inDays(key.days_left)}`}
          onClick={() => showKey(refOf(key))}
        >
          {key.name}
        </button>
      ))}
      {rest > 1 && <span className={classes['rest']}>{messages.more(rest)}</span>}
    </td>
  );
}
