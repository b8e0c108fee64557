import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconGauge } from '@tabler/icons-react';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { HISTORY_MS, type HeadroomPoint, useHeadroomHistory } from '../../state/core/headroom-history.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { refOf } from '../../state/key-ref.ts';
import { showKey, useView } from '../../state/view.ts';
import { EmptyState } from '../../ui/states/empty-state.tsx';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { exactDate, formatNumber, since } from '../../ui/text/format.ts';
import { LoadFailed } from '../../ui/states/load-failed.tsx';
import { Meter } from '../../ui/labels/meter.tsx';
import { Skeleton } from '../../ui/states/skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { headroomOf, headroomShare, tightestOf } from '../keys/headroom.ts';
import { messages as keyMessages } from '../keys/messages.ts';
import { checkPlatforms } from '../shell/check-platforms.ts';
import { messages } from './messages.ts';
import { soonestOf, standingOf, STANDINGS } from './standing.ts';
import classes from './headroom.module.css';

const ROW_PX = 68;
/** Two lines a key, where the text is large or the window narrow (headroom.module.css). */
const TALL_ROW_PX = 116;
const NOW_MS = 15_000;

/** How much of its limits each key has left, the one that runs out first on top: a line a key, a bar a window. */
export default function HeadroomScreen() {
  const { limits, limitsProblem, environments, keys, loading } = useInventory();
  const env = useView((state) => state.env);
  const rowPx = useMediaQuery('(width < 760px)') ? TALL_ROW_PX : ROW_PX;
  const now = useNow(NOW_MS);
  const box = useRef<HTMLDivElement>(null);
  const entries = useMemo(
    () =>
      [...limits.values()]
        .filter((entry) => (env === null || entry.env === env) && entry.windows.length > 0)
        .map((entry) => ({
          entry,
          share: headroomShare(entry) ?? 2,
          soonest: soonestOf(entry, now) ?? Number.POSITIVE_INFINITY,
        }))
        .sort((a, b) => (a.soonest === b.soonest ? a.share - b.share : a.soonest - b.soonest))
        .map(({ entry }) => entry),
    [limits, env, now],
  );
  const kinds = useMemo(() => new Map(environments.map(({ name, kind }) => [name, kind])), [environments]);
  // eslint-disable-next-line react-hooks/incompatible-library -- no React compiler here
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 6,
  });
  useEffect(() => virtualizer.measure(), [rowPx, virtualizer]);
  if (entries.length === 0 && limitsProblem !== null)
    return (
      <LoadFailed title={messages.failed} problem={limitsProblem} onRetry={() => void loadInventory()} />
    );
  if (entries.length === 0 && loading !== 'done' && limits.size === 0)
    return <Skeleton label={messages.loading} rowPx={rowPx} />;
  if (entries.length === 0)
    return (
      <EmptyState icon={IconGauge} title={messages.emptyTitle} lead={messages.emptyLead}>
        {keys.length > 0 && (
          <Button variant="default" onClick={() => void checkPlatforms()}>
            {messages.check}
          </Button>
        )}
      </EmptyState>
    );
  return (
    <div className={classes['place']}>
      <Board entries={entries} kinds={kinds} now={now} />
      <div ref={box} className={classes['screen']} tabIndex={0} role="group" aria-label={messages.board}>
        <div role="list" className={classes['rows']} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const entry = entries[item.index];
            return entry === undefined ? null : (
              <div
                key={refOf(entry)}
                role="listitem"
                aria-setsize={entries.length}
                aria-posinset={item.index + 1}
                className={classes['row']}
                style={{ height: rowPx, transform: `translateY(${item.start}px)` }}
              >
                <KeyHeadroom entry={entry} kind={kinds.get(entry.env) ?? 'test'} now={now} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface BoardProps {
  readonly entries: readonly KeyLimitsView[];
  readonly kinds: ReadonlyMap<string, 'live' | 'test'>;
  readonly now: number;
}

/** All keys in one line: how many are about to be refused, how many have room, of how many nothing is known. */
function Board({ entries, kinds, now }: BoardProps) {
  const counts = { soon: 0, low: 0, room: 0, unseen: 0 };
  for (const entry of entries) counts[standingOf(entry, now)] += 1;
  const [tightest] = entries;
  const window = tightestOf(tightest);
  const left = window?.remaining ?? null;
  return (
    <div className={classes['summary']} role="status">
      {STANDINGS.filter((standing) => counts[standing] > 0).map((standing) => (
        <span key={standing} data-standing={standing}>
          <b>{formatNumber(counts[standing])}</b> {messages.standings[standing]}
        </span>
      ))}
      {tightest !== undefined && window !== null && left !== null && (
        <span className={classes['tightest']} title={refOf(tightest)}>
          <span>{messages.tightest}</span>
          <span className={classes['tightestKey']}>{tightest.name}</span>
          <EnvTag name={tightest.env} kind={kinds.get(tightest.env) ?? 'test'} />
          <span className="tabular">{headroomOf(window).words}</span>
        </span>
      )}
    </div>
  );
}

interface KeyHeadroomProps {
  readonly entry: KeyLimitsView;
  readonly kind: 'live' | 'test';
  readonly now: number;
}

function KeyHeadroom({ entry, kind, now }: KeyHeadroomProps) {
  const points = useHeadroomHistory((state) => state.points.get(refOf(entry)));
  const soonest = soonestOf(entry, now);
  const hasReading = entry.windows.some(({ remaining }) => remaining !== null);
  return (
    <>
      <div className={classes['who']}>
        <button
          type="button"
          className={classes['name']}
          title={entry.name}
          onClick={() => showKey(refOf(entry))}
        >
          {entry.name}
        </button>
        <span
          className={classes['seen']}
          title={entry.observed_at === null ? undefined : exactDate(entry.observed_at)}
        >
          {entry.observed_at === null ? messages.unseen : messages.seen(since(entry.observed_at, now))}
        </span>
      </div>
      <div className={classes['env']}>
        <EnvTag name={entry.env} kind={kind} />
      </div>
      <div className={classes['windows']}>
        {entry.windows
          .toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id))
          .map((window) => (
            <Window key={window.id} label={keyMessages.headroom.window(window.id)} window={window} />
          ))}
        {entry.actions.map((action) => (
          <Window
            key={`${action.id} ${action.place ?? ''}`}
            label={messages.action(action.label)}
            place={action.place}
            window={{ ...action, id: 'window' }}
          />
        ))}
      </div>
      <div className={classes['trend']}>
        <Trend points={points ?? []} now={now} exhaustedInS={soonest} />
        <span data-tone={soonest === null ? undefined : 'danger'} className={classes['forecast']}>
          {soonest === 0
            ? messages.usedUp
            : soonest === null
              ? hasReading
                ? messages.calm
                : messages.noReading
              : messages.forecast(soonest)}
        </span>
      </div>
    </>
  );
}

/** The same in every row, whatever a platform tells first. */
const ORDER: readonly KeyLimitsView['windows'][number]['id'][] = ['minute', 'hour', 'day', 'window', 'burst'];

interface WindowProps {
  readonly label: string;
  /** Where the limit holds, for one that does not hold everywhere. */
  readonly place?: string | null;
  readonly window: KeyLimitsView['windows'][number];
}

function Window({ label, place = null, window }: WindowProps) {
  const { words, detail, share, tone } = headroomOf(window);
  return (
    <div
      className={classes['window']}
      title={detail}
      data-window={window.id}
      data-reading={share === null ? 'none' : undefined}
    >
      <span className={classes['label']} title={place === null ? label : messages.inPlace(label, place)}>
        {label}
        {place !== null && <span className={classes['in']}>{messages.place(place)}</span>}
      </span>
      <span className={classes['words']} data-tone={tone}>
        {messages.about(words, window.source)}
      </span>
      {share !== null && <Meter share={share} tone={tone} />}
    </div>
  );
}

const WIDTH = 196;
const HEIGHT = 28;
const SHORTEST_MS = 60_000;

interface TrendProps {
  readonly points: readonly HeadroomPoint[];
  readonly now: number;
  readonly exhaustedInS: number | null;
}

/** What was left of the tightest window, since the first reading, and the forecast dashed; the words below say it too. */
function Trend({ points, now, exhaustedInS }: TrendProps) {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined)
    return <span className={classes['nothing']}>{messages.noHistory}</span>;
  const until = Math.max(now, last.at);
  const aheadMs = exhaustedInS === null ? 0 : Math.min(exhaustedInS * 1000, HISTORY_MS);
  const pastMs = Math.min(HISTORY_MS, Math.max(SHORTEST_MS, until - first.at));
  const spanMs = pastMs + aheadMs;
  const x = (at: number): string => (WIDTH * Math.max(0, (at - (until - pastMs)) / spanMs)).toFixed(1);
  const y = (share: number): string => (HEIGHT - 2 - (HEIGHT - 4) * Math.min(1, share)).toFixed(1);
  const corners = points.map(({ at, share }) => `${x(at)},${y(share)}`);
  const line = [...corners, `${x(until)},${y(last.share)}`].join(' ');
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      aria-hidden
      className={classes['area']}
      data-tone={exhaustedInS === null ? undefined : 'danger'}
    >
      <polygon points={`${x(first.at)},${String(HEIGHT)} ${line} ${x(until)},${String(HEIGHT)}`} />
      <polyline points={line} />
      {aheadMs > 0 && (
        <polyline
          className={classes['ahead']}
          points={`${x(until)},${y(last.share)} ${x(until + aheadMs)},${y(0)}`}
        />
      )}
    </svg>
  );
}
