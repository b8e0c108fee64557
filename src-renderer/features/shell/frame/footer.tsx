import { IconCloudOff, IconFlask, IconTerminal2 } from '@tabler/icons-react';
import { useMemo, useSyncExternalStore } from 'react';
import type { StatusView } from '../../../../src-shared/contract/views.ts';
import { useInventory } from '../../../state/core/inventory.ts';
import { overviewOf, useOverviews } from '../../../state/core/overviews.ts';
import { setDock, useRuns } from '../../../state/core/runs.ts';
import { useView } from '../../../state/view.ts';
import { formatList, since } from '../../../ui/text/format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { messages } from '../messages.ts';
import classes from './shell.module.css';

const words = messages.footer;

/** What there is in the environment that is looked at, what is overdue, what runs: the line one glances at. */
export function Footer({ status }: { readonly status: StatusView }) {
  const now = useNow(30_000);
  const { loadedAt, overviews } = useOverviews();
  const { runs, dock } = useRuns();
  const env = useView((state) => state.env);
  const isList = useView((state) => state.screen === 'keys');
  const { keys = 0, overdue = 0 } = overviewOf({ overviews }, env) ?? {};
  return (
    <footer className={classes['footer']}>
      {/* The list of keys says it itself. */}
      {loadedAt > 0 && !isList && <span>{words.keys(keys)}</span>}
      {overdue > 0 && <span className={classes['overdue']}>{words.overdue(overdue)}</span>}
      {status.sandbox !== null && (
        <span className={classes['footerItem']} title={status.sandbox.base_url}>
          <IconFlask size={14} stroke={1.5} aria-hidden />
          {words.sandbox}
        </span>
      )}
      <Connection />
      <span className={classes['spring']} />
      {status.runs.length > 0 && <span>{words.runs(status.runs.length)}</span>}
      {runs.length > 0 && (
        <button
          type="button"
          className={classes['footerButton']}
          aria-expanded={dock !== 'closed'}
          onClick={() => setDock(dock === 'closed' ? 'open' : 'closed')}
        >
          <IconTerminal2 size={14} stroke={1.5} aria-hidden />
          {dock !== 'closed' ? words.hideOutput : words.showOutput}
        </button>
      )}
      {loadedAt > 0 && (
        <span>{words.loaded(since(new Date(loadedAt).toISOString(), Math.max(now, loadedAt)))}</span>
      )}
    </footer>
  );
}

const onConnectivity = (listener: () => void) => {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
};

/** That nothing is reached is a state, not an event: a quiet word where it is looked for, and nothing moves. */
function Connection() {
  const isOnline = useSyncExternalStore(onConnectivity, () => navigator.onLine);
  const platforms = useInventory((state) => state.platforms);
  const ids = useOverviews((state) => state.silent);
  const silent = useMemo(
    () => ids.map((id) => platforms.find((platform) => platform.id === id)?.name ?? id),
    [ids, platforms],
  );
  const [text, hint] = isOnline
    ? [words.silent(silent), words.silentHint(formatList(silent))]
    : [words.offline, words.offlineHint];
  return (
    <span role="status" className={classes['footerItem']} title={hint}>
      {(!isOnline || silent.length > 0) && (
        <>
          <IconCloudOff size={14} stroke={1.5} aria-hidden />
          {text}
        </>
      )}
    </span>
  );
}
