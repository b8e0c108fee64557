import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconLoader2, IconPlayerStop } from '@tabler/icons-react';
import { useDeferredValue, useLayoutEffect, useRef, useState } from 'react';
import { useInventory } from '../../state/inventory.ts';
import type { WindowRun } from '../../state/run-output.ts';
import { dismissRun, setDockOpen, showRun, useRuns } from '../../state/runs.ts';
import { ask } from '../../bridge.ts';
import { EnvTag } from '../../ui/env-tag.tsx';
import { formatNumber } from '../../ui/format.ts';
import { messages } from './messages.ts';
import classes from './run-dock.module.css';

/** What the commands started from this window print. */
export function RunDock() {
  const { runs, shown, dockOpen } = useRuns();
  const run = runs.find((candidate) => candidate.id === shown) ?? runs.at(-1);
  if (!dockOpen || run === undefined) return null;
  return (
    <section className={classes['dock']} aria-label={messages.dock}>
      <div className={classes['head']}>
        <div className={classes['tabs']} role="tablist" aria-label={messages.dock}>
          {runs.map((candidate) => (
            <button
              key={candidate.id}
              type="button"
              role="tab"
              aria-selected={candidate.id === run.id}
              className={classes['tab']}
              title={candidate.command}
              onClick={() => showRun(candidate.id)}
            >
              {candidate.command}
            </button>
          ))}
        </div>
        <span className={classes['spring']} />
        <RunEnvironment env={run.env} />
        <RunState run={run} />
        {run.ended === null ? (
          <StopButton key={run.id} run={run} />
        ) : (
          <CloseButton aria-label={messages.dismiss} onClick={() => dismissRun(run.id)} />
        )}
        {run.ended === null && (
          <Button size="xs" variant="default" onClick={() => setDockOpen(false)}>
            {messages.hide}
          </Button>
        )}
      </div>
      <Output key={run.id} run={run} />
    </section>
  );
}

function RunEnvironment({ env }: { readonly env: string }) {
  const kind = useInventory((state) => state.environments.find(({ name }) => name === env)?.kind ?? 'test');
  return <EnvTag name={env} kind={kind} />;
}

function RunState({ run }: { readonly run: WindowRun }) {
  if (run.ended === null) {
    return (
      <span className={classes['state']} role="status">
        <IconLoader2 size={16} stroke={1.5} aria-hidden />
        {messages.running}
      </span>
    );
  }
  const { exitCode, signal } = run.ended;
  const ok = exitCode === 0;
  const Icon = ok ? IconCircleCheck : IconAlertTriangle;
  const words =
    exitCode !== null
      ? messages.endedCode(exitCode)
      : signal !== null
        ? messages.endedSignal(signal)
        : messages.ended;
  return (
    <span className={classes['state']} data-tone={ok ? undefined : 'danger'} role="status">
      <Icon size={16} stroke={1.5} aria-hidden />
      {words}
    </span>
  );
}

function StopButton({ run }: { readonly run: WindowRun }) {
  const [stopping, setStopping] = useState(false);
  return (
    <Button
      size="xs"
      variant="default"
      disabled={stopping}
      leftSection={<IconPlayerStop size={16} stroke={1.5} aria-hidden />}
      onClick={() => {
        setStopping(true);
        void ask((core) => core.runs.stop({ run_id: run.id }));
      }}
    >
      {stopping ? messages.stopping : messages.stop}
    </Button>
  );
}

const NEAR_END_PX = 24;

function Output({ run }: { readonly run: WindowRun }) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  // A chatty command draws when there is time; the rest of the window stays quick.
  const lines = useDeferredValue(run.output);
  useLayoutEffect(() => {
    if (follows.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={box}
      className={classes['output']}
      role="log"
      aria-label={messages.output(run.command)}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      }}
    >
      {run.dropped > 0 && (
        <div className={classes['quiet']}>{messages.dropped(formatNumber(run.dropped))}</div>
      )}
      {lines.length === 0 && (
        <div className={classes['quiet']}>{run.ended === null ? messages.waiting : messages.silent}</div>
      )}
      {lines.map((line, index) => (
        <div key={run.dropped + index} className={classes['line']} data-stream={line.stream}>
          <span className={classes['gutter']}>{line.stream === 'stderr' ? messages.stderr : ''}</span>
          <span>{line.text.replace(/\n$/, '')}</span>
        </div>
      ))}
    </div>
  );
}
