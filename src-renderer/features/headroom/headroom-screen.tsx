import { useVirtualizer } from '@tanstack/react-virtual';
import { IconGauge } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import type { KeyLimitsView } from '../../../src-shared/contract/views.ts';
import { HISTORY_MS, type HeadroomPoint, useHeadroomHistory } from '../../state/headroom-history.ts';
import { useInventory } from '../../state/inventory.ts';
import { refOf } from '../../state/key-ref.ts';
import { showKey, useView } from '../../state/view.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvTag } from '../../ui/env-tag.tsx';
import { exactDate, since } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { useNow } from '../../ui/use-now.ts';
import { headroomOf, headroomShare } from '../keys/headroom.ts';
import { messages as keyMessages } from '../keys/messages.ts';
import { messages } from './messages.ts';
import classes from './headroom.module.css';

const ROW_PX = 68;
const NOW_MS = 15_000;

/** How much of its limits each key has left, tightest first: a line a key, a bar a window. */
export default function HeadroomScreen() {
  const { limits, environments } = useInventory();
  const env = useView((state) => state.env);
  const now = useNow(NOW_MS);
  const box = useRef<HTMLDivElement>(null);
  const entries = useMemo(
    () =>
      [...limits.values()]
        .filter((entry) => (env === null || entry.env === env) && entry.windows.length > 0)
        .map((entry) => ({ entry, share: headroomShare(entry) ?? 2 }))
        .sort((a, b) => a.share - b.share)
        .map(({ entry }) => entry),
    [limits, env],
  );
  const kinds = useMemo(() => new Map(environments.map(({ name, kind }) => [name, kind])), [environments]);
  // eslint-disable-next-line react-hooks/incompatible-library -- no React compiler here
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  if (entries.length === 0)
    return <EmptyState icon={IconGauge} title={messages.emptyTitle} lead={messages.emptyLead} />;
  return (
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
              style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
            >
              <KeyHeadroom entry={entry} kind={kinds.get(entry.env) ?? 'test'} now={now} />
            </div>
          );
        })}
      </div>
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
  const soonest = entry.windows.reduce<number | null>(
    (least, { exhausted_in_s: at }) => (at === null || (least !== null && least <= at) ? least : at),
    null,
  );
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
      <div>
        <EnvTag name={entry.env} kind={kind} />
      </div>
      <div className={classes['windows']}>
        {entry.windows.map((window) => {
          const { words, detail, share, tone } = headroomOf(window);
          return (
            <div key={window.id} className={classes['window']} title={detail}>
              <span className={classes['label']}>{keyMessages.headroom.window(window.id)}</span>
              <span className={classes['words']} data-tone={tone}>
                {words}
              </span>
              {share !== null && <Meter share={share} tone={tone} />}
            </div>
          );
        })}
      </div>
      <div className={classes['trend']}>
        <Trend points={points ?? []} now={now} />
        <span data-tone={soonest === null ? undefined : 'danger'} className={classes['forecast']}>
          {soonest === null ? messages.calm : messages.forecast(soonest)}
        </span>
      </div>
    </>
  );
}

const WIDTH = 150;
const HEIGHT = 28;

/** The last hour as a small area; the words beside it say what matters of it. */
function Trend({ points, now }: { readonly points: readonly HeadroomPoint[]; readonly now: number }) {
  const last = points.at(-1);
  if (last === undefined) return <svg width={WIDTH} height={HEIGHT} aria-hidden />;
  const x = (at: number): string => (WIDTH * Math.max(0, 1 - (now - at) / HISTORY_MS)).toFixed(1);
  const y = (share: number): string => (HEIGHT - 1 - (HEIGHT - 2) * Math.min(1, share)).toFixed(1);
  const corners = points.map(({ at, share }) => `${x(at)},${y(share)}`);
  const line = [...corners, `${String(WIDTH)},${y(last.share)}`].join(' ');
  const start = x(points[0]?.at ?? now);
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden className={classes['area']}>
      <polygon points={`${start},${String(HEIGHT)} ${line} ${String(WIDTH)},${String(HEIGHT)}`} />
      <polyline points={line} />
    </svg>
  );
}
