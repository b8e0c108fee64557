import { Button, PasswordInput, RingProgress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconAlertTriangle,
  IconCheck,
  IconCircle,
  IconCircleDot,
  IconMinus,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { RotationView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { isOpen, noteRotation } from '../../state/core/rotations.ts';
import { showKey } from '../../state/view.ts';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { clockTime, exactDate, minutesAndSeconds, since } from '../../ui/text/format.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import { useNow } from '../../ui/use-now.ts';
import { messages } from './messages.ts';
import text from './quiet.module.css';
import classes from './rotation-card.module.css';
import { type Standing, type StepOfWay, stepsOf } from './steps.ts';

const ICONS: Record<Standing, TablerIcon> = {
  ok: IconCheck,
  failed: IconX,
  pending: IconCircle,
  skipped: IconMinus,
  current: IconCircleDot,
  held: IconAlertTriangle,
};
const OVERLAP_MS = 15 * 60_000;

/** One rotation: its steps with the time of each, how long the overlap may still last, and who lags behind. */
export function RotationCard({ rotation }: { readonly rotation: RotationView }) {
  const kind = useInventory(
    (state) => state.environments.find(({ name }) => name === rotation.env)?.kind ?? 'test',
  );
  const now = useNow(30_000);
  const address = `${rotation.env}/${rotation.key}`;
  const steps = stepsOf(rotation, isOpen(rotation));
  return (
    <article className={classes['card']} aria-label={address}>
      <header className={classes['cardHead']}>
        <button type="button" className={classes['name']} onClick={() => showKey(toKeyRef(address))}>
          {rotation.key}
        </button>
        <EnvTag name={rotation.env} kind={kind} />
        <span className={classes['stateWord']} data-state={rotation.state} role="status">
          {messages.states[rotation.state]}
        </span>
        <span className={text['quiet']}>{messages.strategy[rotation.strategy]}</span>
        <span className={text['quiet']} title={exactDate(rotation.ended_at ?? rotation.started_at)}>
          {rotation.ended_at === null
            ? messages.started(since(rotation.started_at, now))
            : messages.ended(since(rotation.ended_at, now))}
        </span>
        <span className={classes['spring']} />
        {isOpen(rotation) && rotation.deadline_at !== null && <Overlap deadlineAt={rotation.deadline_at} />}
      </header>
      {steps.length > 0 && (
        <ol className={classes['steps']} aria-label={messages.stepper(address)}>
          {steps.map((step) => (
            <StepMark key={step.name} step={step} />
          ))}
        </ol>
      )}
      {rotation.cause !== null && <Problem message={rotation.cause.message} hint={rotation.cause.hint} />}
      <Holders rotation={rotation} />
      {isOpen(rotation) && <Actions rotation={rotation} />}
    </article>
  );
}

function StepMark({ step }: { readonly step: StepOfWay }) {
  const { standing, at } = step;
  const Icon = ICONS[standing];
  return (
    <li
      className={classes['step']}
      data-status={standing}
      aria-current={standing === 'current' || standing === 'held' ? 'step' : undefined}
      title={step.detail === '' ? undefined : step.detail}
    >
      <Icon size={16} stroke={2} aria-hidden />
      <div>
        <span>{messages.steps[step.name]}</span>
        <span className="visually-hidden">{messages.stepStatus[standing]}</span>
        {at !== null && (
          <time dateTime={at} title={exactDate(at)}>
            {clockTime(at)}
          </time>
        )}
      </div>
    </li>
  );
}

/** Counts the overlap down, second by second: two keys are active as long as it lasts. */
function Overlap({ deadlineAt }: { readonly deadlineAt: string }) {
  const now = useNow(1000);
  const leftMs = Date.parse(deadlineAt) - now;
  const tone = leftMs <= 0 ? 'danger' : leftMs < OVERLAP_MS / 3 ? 'warn' : undefined;
  return (
    <span className={classes['overlap']} data-tone={tone} role="timer">
      <RingProgress
        size={26}
        thickness={4}
        sections={[
          {
            value: Math.min(100, Math.max(0, (leftMs / OVERLAP_MS) * 100)),
            color: tone === undefined ? 'var(--km-accent)' : `var(--km-${tone}-fill)`,
          },
        ]}
        rootColor="var(--km-track)"
        aria-hidden
      />
      {leftMs <= 0 ? messages.overlapOver : messages.overlapLeft(minutesAndSeconds(leftMs))}
    </span>
  );
}

function Holders({ rotation }: { readonly rotation: RotationView }) {
  const { targets, holders, laggards } = rotation;
  const behind = new Set(laggards.map(({ pid }) => pid));
  const others = holders.filter(({ pid }) => !behind.has(pid));
  if (targets.length + others.length + laggards.length === 0) return null;
  return (
    <dl className={classes['holders']}>
      {targets.length > 0 && <dt>{messages.targets}</dt>}
      {targets.map(({ target, state, detail }) => (
        <dd key={target} data-tone={state === 'failed' ? 'danger' : undefined}>
          {messages.target(target, messages.targetStates[state], detail)}
        </dd>
      ))}
      {others.length > 0 && <dt>{messages.holders}</dt>}
      {others.map(({ pid, command, moved }) => (
        <dd key={pid}>{messages.holder(pid, command, moved)}</dd>
      ))}
      {laggards.length > 0 && <dt>{messages.laggards}</dt>}
      {laggards.map(({ pid, command, file }, index) => (
        <dd key={`${String(pid)}${file ?? ''}${String(index)}`} data-tone="warn">
          <IconAlertTriangle size={16} stroke={1.5} aria-hidden /> {messages.laggard(pid, command, file)}
        </dd>
      ))}
    </dl>
  );
}

function Actions({ rotation }: { readonly rotation: RotationView }) {
  const [busy, setBusy] = useState(false);
  const valueField = useRef<HTMLInputElement>(null);
  const target = { key: rotation.key, env: rotation.env, wait_ms: 0 };
  const { state, strategy, cause } = rotation;
  const takesValue = strategy === 'cutover' && (state === 'planned' || state === 'created') && cause !== null;
  // Nobody is known to use the key: only a person can say that this is so.
  const hasNoUser =
    state === 'stored' &&
    cause?.code === 'ROTATION_UNFINISHED' &&
    rotation.targets.length + rotation.holders.length === 0;
  const canAbort = rotation.direction === 'forward' && rotation.state !== 'revoked';
  const tell = async (what: 'resume' | 'resume_unknown' | 'abort'): Promise<void> => {
    setBusy(true);
    const value = takesValue && what === 'resume' ? takeSecret(valueField.current) : undefined;
    const more = {
      ...(value === undefined || value.length === 0 ? {} : { value }),
      ...(what === 'resume_unknown' ? { no_deploy_check: true } : {}),
    };
    const outcome = await ask((core) =>
      what === 'abort' ? core.rotations.abort(target) : core.rotations.resume({ ...target, ...more }),
    );
    setBusy(false);
    if (outcome.ok) noteRotation(outcome.result.rotation);
    else notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
  };
  return (
    <div className={classes['actions']}>
      {takesValue && (
        <PasswordInput
          ref={valueField}
          size="xs"
          w={260}
          aria-label={messages.dialog.value}
          placeholder={messages.dialog.value}
          {...secretFieldProps}
        />
      )}
      <Button
        size="xs"
        // Loud where it stands still and waits for a person.
        variant={cause === null ? 'default' : 'filled'}
        loading={busy}
        onClick={() => void tell('resume')}
      >
        {takesValue ? messages.giveValue : messages.resume}
      </Button>
      {hasNoUser && (
        <Button size="xs" variant="default" disabled={busy} onClick={() => void tell('resume_unknown')}>
          {messages.resumeUnknown}
        </Button>
      )}
      {canAbort && (
        <Button size="xs" variant="default" disabled={busy} onClick={() => void tell('abort')}>
          {messages.abort}
        </Button>
      )}
    </div>
  );
}
