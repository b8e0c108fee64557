import { ActionIcon, CloseButton, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconChevronDown,
  IconCircleCheck,
  IconEar,
  IconLoader2,
} from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useRef } from 'react';
import type { WindowRunView } from '../../../src-shared/contract/views.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { dismissRun, setDock, setReadsAloud, showRun, useRuns } from '../../state/core/runs.ts';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { messages } from './messages.ts';
import { RestartButton, StopButton } from './run-buttons.tsx';
import classes from './run-dock.module.css';
import { endWords, runTitle } from './run-words.ts';

const RunTerminal = lazy(() => import('../terminal/run-terminal.tsx'));
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** The terminals of the commands that were started from a window. */
export function RunDock() {
  const { runs, shown, dock, readsAloud } = useRuns();
  const tabs = useRef<HTMLDivElement>(null);
  const leave = useCallback(
    () => tabs.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus(),
    [],
  );
  const run = runs.find((candidate) => candidate.id === shown) ?? runs.at(-1);
  if (dock === 'closed' || run === undefined) return null;
  const isTall = dock === 'tall';
  const size = isTall ? messages.smaller : messages.taller;
  return (
    <section className={classes['dock']} aria-label={messages.dock} data-tall={isTall ? '' : undefined}>
      <div className={classes['head']}>
        <div ref={tabs} className={classes['tabs']} role="tablist" aria-label={messages.dock}>
          {runs.map((candidate) => (
            <button
              key={candidate.id}
              type="button"
              role="tab"
              aria-selected={candidate.id === run.id}
              className={classes['tab']}
              title={runTitle(candidate)}
              onClick={() => showRun(candidate.id)}
            >
              {runTitle(candidate)}
            </button>
          ))}
        </div>
        <span className={classes['spring']} />
        <span className={classes['hint']}>{messages.leaveHint}</span>
        <RunEnvironment env={run.env} />
        <RunState run={run} />
        {run.ended === null ? <StopButton key={run.run_id} run={run} /> : <RestartButton run={run} />}
        <Tooltip label={messages.readAloud}>
          <ActionIcon
            variant={readsAloud ? 'light' : 'subtle'}
            color="gray"
            aria-label={messages.readAloud}
            aria-pressed={readsAloud}
            onClick={() => setReadsAloud(!readsAloud)}
          >
            <IconEar {...icon} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={size}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={size}
            onClick={() => setDock(isTall ? 'open' : 'tall')}
          >
            {isTall ? <IconArrowsMinimize {...icon} /> : <IconArrowsMaximize {...icon} />}
          </ActionIcon>
        </Tooltip>
        {run.ended === null ? (
          <Tooltip label={messages.hide}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={messages.hide}
              onClick={() => setDock('closed')}
            >
              <IconChevronDown {...icon} />
            </ActionIcon>
          </Tooltip>
        ) : (
          <CloseButton aria-label={messages.dismiss} onClick={() => dismissRun(run.id)} />
        )}
      </div>
      <Suspense fallback={<div className={classes['waiting']}>{messages.opening}</div>}>
        <RunTerminal key={run.id} run={run} onLeave={leave} />
      </Suspense>
    </section>
  );
}

function RunEnvironment({ env }: { readonly env: string }) {
  const kind = useInventory((state) => state.environments.find(({ name }) => name === env)?.kind ?? 'test');
  return <EnvTag name={env} kind={kind} />;
}

function RunState({ run }: { readonly run: WindowRunView }) {
  if (run.ended === null) {
    return (
      <span className={classes['state']} role="status">
        <IconLoader2 {...icon} />
        {messages.running}
      </span>
    );
  }
  const isWell = run.ended.exit_code === 0;
  const Icon = isWell ? IconCircleCheck : IconAlertTriangle;
  return (
    <span className={classes['state']} data-tone={isWell ? undefined : 'danger'} role="status">
      <Icon {...icon} />
      {endWords(run.ended)}
    </span>
  );
}
