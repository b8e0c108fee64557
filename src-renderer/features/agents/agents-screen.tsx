import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconPlayerPlay,
  IconPlayerStop,
  IconRobot,
  IconTerminal2,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { RunView, StatusView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/inventory.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import type { WindowRun } from '../../state/run-output.ts';
import { showRun, useRuns } from '../../state/runs.ts';
import { openDialog, showKey, useView } from '../../state/view.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvTag } from '../../ui/env-tag.tsx';
import { exactDate, since } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './agents.module.css';
import { messages } from './messages.ts';

const NOW_MS = 15_000;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** Every command that holds a key: from this window, and from any terminal. */
export default function AgentsScreen({ status }: { readonly status: StatusView }) {
  const env = useView((state) => state.env);
  const ended = useRuns((state) => state.runs);
  const running = useMemo(
    () => status.runs.filter((run) => env === null || run.env === env),
    [status.runs, env],
  );
  const finished = useMemo(
    () => ended.filter((run) => run.ended !== null && (env === null || run.env === env)).toReversed(),
    [ended, env],
  );
  if (running.length === 0 && finished.length === 0) return <NothingRuns />;
  return (
    <div className={classes['screen']}>
      <h2>{messages.running}</h2>
      {running.length === 0 ? (
        <p className={classes['none']}>{messages.noneRunning}</p>
      ) : (
        <ul className={classes['cards']}>
          {running.map((run) => (
            <RunCard key={run.run_id} run={run} />
          ))}
        </ul>
      )}
      {finished.length > 0 && (
        <>
          <h2>{messages.ended}</h2>
          <ul className={classes['cards']}>
            {finished.map((run) => (
              <EndedCard key={run.id} run={run} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function RunCard({ run }: { readonly run: RunView }) {
  const now = useNow(NOW_MS);
  const kind = useInventory(
    (state) => state.environments.find(({ name }) => name === run.env)?.kind ?? 'test',
  );
  const isOurs = useRuns((state) => state.runs.some(({ id }) => id === run.run_id));
  return (
    <li className={classes['card']} data-laggard={run.laggard ? '' : undefined}>
      <div className={classes['head']}>
        <span className={classes['command']}>{run.command}</span>
        <EnvTag name={run.env} kind={kind} />
        <span className={classes['quiet']} title={exactDate(run.since)}>
          {messages.since(since(run.since, now))}
        </span>
      </div>
      <p className={classes['quiet']}>{messages.place(run.pid, run.cwd)}</p>
      {run.laggard && (
        <p className={classes['laggard']}>
          <IconAlertTriangle {...icon} /> {messages.laggard}
        </p>
      )}
      <div className={classes['row']}>
        <span className={classes['quiet']}>{messages.holds}</span>
        {run.keys.map((key) => (
          <button key={key} type="button" className={classes['key']} onClick={() => showKey(toKeyRef(key))}>
            {key}
          </button>
        ))}
        <span className={classes['spring']} />
        {isOurs && (
          <>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTerminal2 {...icon} />}
              onClick={() => showRun(run.run_id)}
            >
              {messages.output}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlayerStop {...icon} />}
              onClick={() => void ask((core) => core.runs.stop({ run_id: run.run_id }))}
            >
              {messages.stop}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

function EndedCard({ run }: { readonly run: WindowRun }) {
  const kind = useInventory(
    (state) => state.environments.find(({ name }) => name === run.env)?.kind ?? 'test',
  );
  const exitCode = run.ended?.exitCode ?? null;
  const words = exitCode === null ? messages.endedBy(run.ended?.signal ?? null) : messages.exitCode(exitCode);
  return (
    <li className={classes['card']}>
      <div className={classes['row']}>
        <span className={classes['command']}>{run.command}</span>
        <EnvTag name={run.env} kind={kind} />
        <span className={exitCode === 0 ? classes['quiet'] : classes['failed']}>{words}</span>
        <span className={classes['spring']} />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconTerminal2 {...icon} />}
          onClick={() => showRun(run.id)}
        >
          {messages.output}
        </Button>
      </div>
    </li>
  );
}

function NothingRuns() {
  return (
    <EmptyState icon={IconRobot} title={messages.emptyTitle} lead={messages.emptyLead}>
      <Button
        leftSection={<IconPlayerPlay size={18} stroke={1.5} aria-hidden />}
        onClick={() => openDialog({ kind: 'launch', key: null })}
      >
        {messages.start}
      </Button>
      <p>{messages.fromTerminal}</p>
      <code>{messages.terminalCommand}</code>
    </EmptyState>
  );
}
