import { Button, CloseButton } from '@mantine/core';
import {
  IconCopy,
  IconPlayerPlay,
  IconPlugConnected,
  IconRotateClockwise,
  IconStethoscope,
} from '@tabler/icons-react';
import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { ErrorView } from '../../../../src-shared/errors/app-error.ts';
import { ask } from '../../../bridge.ts';
import { useClipboard } from '../../../state/clipboard.ts';
import { examine } from '../../../state/core/doctor.ts';
import { openDialog, showScreen, useView } from '../../../state/view.ts';
import { EnvTag } from '../../../ui/labels/env-tag.tsx';
import { exactDate, remaining } from '../../../ui/text/format.ts';
import { Meter } from '../../../ui/labels/meter.tsx';
import { Problem } from '../../../ui/states/problem.tsx';
import { useNow } from '../../../ui/use-now.ts';
import { messages as targetMessages } from '../../targets/messages.ts';
import { Usage } from '../../targets/usage.tsx';
import { copyValue } from '../copy-value.ts';
import classes from './detail-panel.module.css';
import { dueOf, isOver } from '../due.ts';
import { AboutKey, Facts, KeyAccess } from './facts.tsx';
import { headroomOf } from '../headroom.ts';
import { LastCheck } from './last-check.tsx';
import { messages } from '../messages.ts';
import type { KeyRow } from '../table/rows.ts';
import { StatusWord } from '../status-word.tsx';
import { Timeline } from './timeline.tsx';

const NOW_MS = 30_000;

interface DetailPanelProps {
  readonly row: KeyRow;
  readonly onClose: () => void;
}

/** Everything known of one key, and what can be done with it. */
export const DetailPanel = memo(function DetailPanel({ row, onClose }: DetailPanelProps) {
  const now = useNow(NOW_MS);
  const title = useRef<HTMLHeadingElement>(null);
  const { key } = row;
  const canRevoke = !isOver(key) && !key.damaged;
  // Enter in the list leads here; reading on with the arrows leaves the focus in the list, typing in the search field.
  const openedWith = useRef(document.activeElement);
  useEffect(() => {
    // A dialog that is open has the focus, or takes it in a moment.
    if (useView.getState().dialog !== null) return;
    if (openedWith.current?.matches('[role=grid], [role=treegrid], [type=search]') !== true)
      title.current?.focus();
  }, []);

  return (
    <aside
      className={classes['panel']}
      aria-label={messages.panel.label(key.name)}
      onKeyDown={(event) => {
        // A dialog that has come back after a lock, and not yet the focus, is what Escape steps back from.
        if (event.key !== 'Escape' || useView.getState().dialog !== null) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={classes['head']}>
        <div className={classes['headWords']}>
          <h2 ref={title} tabIndex={-1} className={classes['title']} title={key.name}>
            {key.name}
          </h2>
          <div className={classes['tags']}>
            <EnvTag name={key.env} kind={row.kind} />
            <StatusWord keyView={key} now={now} />
          </div>
        </div>
        <CloseButton aria-label={messages.panel.close} onClick={onClose} />
      </header>
      <div className={classes['body']}>
        {key.damaged && <Problem message={messages.panel.damagedTitle} hint={messages.panel.damagedHint} />}
        <Actions key={row.ref} row={row} now={now} />
        <Section title={messages.panel.sections.rotation}>
          <Rotation row={row} now={now} />
        </Section>
        <Section title={messages.panel.sections.headroom}>
          <HeadroomWindows row={row} />
        </Section>
        <Section title={targetMessages.title}>
          <Usage key={row.ref} keyRef={row.ref} canChange={canRevoke} />
        </Section>
        <Section title={messages.panel.sections.about}>
          <AboutKey key={row.ref} keyView={key} />
        </Section>
        <Section title={messages.panel.sections.access}>
          <KeyAccess key={row.ref} keyView={key} />
        </Section>
        <Section title={messages.panel.sections.facts}>
          <Facts keyView={key} now={now} />
        </Section>
        <Section title={messages.panel.sections.timeline}>
          <Timeline key={row.ref} keyRef={row.ref} now={now} />
        </Section>
      </div>
      <footer className={classes['foot']}>
        <Button
          variant="default"
          size="xs"
          {...(canRevoke ? { c: 'var(--km-danger-text)' } : {})}
          disabled={!canRevoke}
          onClick={() => openDialog({ kind: 'revoke', key: row.ref })}
        >
          {messages.panel.revoke}
        </Button>
        <Button variant="default" size="xs" onClick={() => openDialog({ kind: 'forget', key: row.ref })}>
          {messages.panel.forget}
        </Button>
      </footer>
    </aside>
  );
});

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes['section']}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Actions({ row, now }: { readonly row: KeyRow; readonly now: number }) {
  const [testing, setTesting] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const { key } = row;
  const usable = !key.damaged && !isOver(key);

  const test = async () => {
    setTesting(true);
    setProblem(null);
    const outcome = await ask((core) => core.keys.test({ key: row.ref }));
    setTesting(false);
    if (!outcome.ok) setProblem(outcome.error);
  };

  return (
    <div>
      <div className={classes['actions']}>
        <CopyButton row={row} disabled={key.damaged} onProblem={setProblem} />
        <Button
          variant="default"
          size="xs"
          disabled={!usable}
          leftSection={<IconRotateClockwise size={16} stroke={1.5} aria-hidden />}
          onClick={() => openDialog({ kind: 'rotate', keys: [row.ref] })}
        >
          {messages.panel.rotate}
        </Button>
        <Button
          variant="default"
          size="xs"
          loading={testing}
          disabled={!usable}
          leftSection={<IconPlugConnected size={16} stroke={1.5} aria-hidden />}
          onClick={() => void test()}
        >
          {messages.panel.test}
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={!usable}
          leftSection={<IconPlayerPlay size={16} stroke={1.5} aria-hidden />}
          onClick={() => openDialog({ kind: 'launch', key: row.ref })}
        >
          {messages.panel.run}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconStethoscope size={16} stroke={1.5} aria-hidden />}
          onClick={() => {
            showScreen('doctor');
            void examine(row.ref, null);
          }}
        >
          {messages.panel.diagnose}
        </Button>
      </div>
      <div style={{ marginTop: 10 }} aria-live="polite">
        {problem === null ? (
          isOver(key) ? null : (
            <LastCheck keyView={key} now={now} />
          )
        ) : (
          <Problem message={problem.message} hint={problem.hint} />
        )}
      </div>
    </div>
  );
}

interface CopyButtonProps {
  readonly row: KeyRow;
  readonly disabled: boolean;
  readonly onProblem: (problem: ErrorView | null) => void;
}

function CopyButton({ row, disabled, onProblem }: CopyButtonProps) {
  const holds = useClipboard((state) => (state.holds?.key === row.ref ? state.holds : null));
  const now = useNow(holds === null ? null : 1000);
  const left = holds === null ? 0 : holds.clearsAt - Math.max(now, holds.clearsAt - holds.forMs);
  return (
    <Button
      size="xs"
      disabled={disabled}
      leftSection={<IconCopy size={16} stroke={1.5} aria-hidden />}
      onClick={() => void copyValue(row.ref).then((copied) => onProblem(copied.ok ? null : copied.error))}
    >
      <span className="tabular">
        {holds === null ? messages.panel.copy : messages.panel.copied(remaining(left))}
      </span>
    </Button>
  );
}

function Rotation({ row, now }: { readonly row: KeyRow; readonly now: number }) {
  const due = dueOf(row.key, now);
  if (due === null) return <span className={classes['gaugeDim']}>{messages.due.over}</span>;
  return (
    <div className={classes['gauge']}>
      <span className={classes['words']} data-tone={due.tone}>
        {due.words}
      </span>
      <span className={classes['gaugeDim']}>{messages.panel.every(row.key.rotate_every_days)}</span>
      <Meter share={due.share} tone={due.tone} />
      <span className={classes['gaugeNote']}>{exactDate(row.key.due_at)}</span>
    </div>
  );
}

function HeadroomWindows({ row }: { readonly row: KeyRow }) {
  if (isOver(row.key)) return <span className={classes['gaugeDim']}>{messages.due.over}</span>;
  const windows = row.limits?.windows ?? [];
  if (windows.length === 0) return <p className={classes['check']}>{messages.headroom.unseenWhy}</p>;
  return windows.map((window) => {
    const headroom = headroomOf(window);
    return (
      <div key={window.id} className={classes['gauge']}>
        <span>{messages.headroom.window(window.id)}</span>
        <span className={classes['words']} data-tone={headroom.tone}>
          {headroom.words}
        </span>
        {headroom.share !== null && <Meter share={headroom.share} tone={headroom.tone} />}
        <span className={classes['gaugeNote']}>{headroom.detail}</span>
      </div>
    );
  });
}
