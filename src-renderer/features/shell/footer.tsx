import { IconFlask, IconTerminal2 } from '@tabler/icons-react';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/inventory.ts';
import { setDock, useRuns } from '../../state/runs.ts';
import { since } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { isOver } from '../keys/due.ts';
import { messages } from './messages.ts';
import classes from './shell.module.css';

const words = messages.footer;

/** What there is, what is overdue, what runs: the line one glances at. */
export function Footer({ status }: { readonly status: StatusView }) {
  const now = useNow(30_000);
  const { keys, loadedAt } = useInventory();
  const { runs, dock } = useRuns();
  const overdue = keys.filter((key) => key.days_left < 0 && !isOver(key)).length;
  return (
    <footer className={classes['footer']}>
      {loadedAt > 0 && <span>{words.keys(keys.length)}</span>}
      {overdue > 0 && <span className={classes['overdue']}>{words.overdue(overdue)}</span>}
      {status.sandbox !== null && (
        <span className={classes['footerItem']} title={status.sandbox.base_url}>
          <IconFlask size={14} stroke={1.5} aria-hidden />
          {words.sandbox}
        </span>
      )}
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
