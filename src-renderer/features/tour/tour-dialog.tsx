import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCircleCheck, IconCircleDashed, IconCircleDot } from '@tabler/icons-react';
import { useState } from 'react';
import type { RotationView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { refOf } from '../../state/key-ref.ts';
import { noteRotation } from '../../state/core/rotations.ts';
import { refreshStatus, useStatus } from '../../state/core/status.ts';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Dialog } from '../dialogs/dialog.tsx';
import dialogClasses from '../dialogs/dialog.module.css';
import { Timeline } from '../keys/panel/timeline.tsx';
import { messages as rotationMessages } from '../rotation/messages.ts';
import {
  DRILL_ENV,
  DRILL_PLATFORM,
  DRILL_PURPOSE,
  DRILL_STEPS,
  type DrillStep,
  drillKeyOf,
  drillName,
  drillStepOf,
} from './drill.ts';
import { messages } from './messages.ts';
import classes from './tour.module.css';

/** A rotation and a leak, rehearsed with real calls on the sandbox. Left at any step, it goes on from there. */
export default function TourDialog() {
  const keys = useInventory((state) => state.keys);
  const sandbox = useStatus((state) => state.status?.sandbox ?? null);
  const now = useNow(30_000);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const [hasAsked, setHasAsked] = useState(false);
  const [rotation, setRotation] = useState<RotationView | null>(null);
  const [containedMs, setContainedMs] = useState<number | null>(null);
  const key = drillKeyOf(keys);
  const step = drillStepOf(key, hasAsked);

  const act = async (): Promise<ErrorView | null> => {
    if (sandbox === null) {
      const started = await ask((core) => core.sandbox.start({}));
      if (!started.ok) return started.error;
      await refreshStatus();
    }
    if (step === 'create') {
      const created = await ask((core) =>
        core.keys.create({
          name: drillName(keys),
          env: DRILL_ENV,
          platform: DRILL_PLATFORM,
          metadata: { purpose: DRILL_PURPOSE },
        }),
      );
      return created.ok ? null : created.error;
    }
    if (key === undefined) return null;
    const ref = refOf(key);
    if (step === 'test') {
      const tested = await ask((core) => core.keys.test({ key: ref }));
      if (!tested.ok) return tested.error;
      setHasAsked(true);
      return null;
    }
    if (step === 'rotate') {
      const rotated = await ask((core) => core.rotations.start({ key: ref, no_deploy_check: true }));
      if (!rotated.ok) return rotated.error;
      setRotation(rotated.result.rotation);
      noteRotation(rotated.result.rotation);
      return null;
    }
    if (step === 'leak') {
      const { outcome: revoked, tookMs } = await timed(() =>
        ask((core) => core.keys.revoke({ key: ref, confirm: key.name })),
      );
      if (!revoked.ok) return revoked.error;
      setContainedMs(tookMs);
      return null;
    }
    const forgotten = await ask((core) => core.keys.forget({ key: ref, confirm: key.name }));
    if (!forgotten.ok) return forgotten.error;
    closeDialog();
    notifications.show({ message: messages.finished, autoClose: 8000 });
    return null;
  };

  const go = async () => {
    setBusy(true);
    setProblem(null);
    const trouble = await act();
    await loadInventory();
    setBusy(false);
    setProblem(trouble);
  };

  const at = DRILL_STEPS.indexOf(step);
  const told = {
    create: key === undefined ? null : messages.steps.create.done(key.name),
    test: messages.steps.test.done,
    rotate: messages.steps.rotate.done,
    leak: containedMs === null ? null : messages.steps.leak.done(messages.seconds(containedMs)),
    look: null,
  } satisfies Record<DrillStep, string | null>;
  return (
    <Dialog title={messages.title} env={{ name: DRILL_ENV, kind: 'test' }} size={560}>
      <p className={dialogClasses['lead']}>{messages.lead}</p>
      <ol className={classes['steps']}>
        {DRILL_STEPS.map((id, index) => {
          const state = index < at ? 'done' : index === at ? 'now' : 'later';
          const Icon = ICONS[state];
          const said = state === 'done' ? told[id] : null;
          return (
            <li key={id} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
              <Icon size={20} stroke={1.5} aria-hidden />
              <div>
                <h3>
                  {messages.steps[id].title}
                  <span className="visually-hidden">{`: ${messages.state[state]}`}</span>
                </h3>
                {state === 'now' && <p>{messages.steps[id].text}</p>}
                {said !== null && <p>{said}</p>}
                {id === 'rotate' && state === 'done' && rotation !== null && <Proof rotation={rotation} />}
                {id === 'look' && state === 'now' && key !== undefined && (
                  <div className={classes['log']}>
                    <Timeline keyRef={refOf(key)} now={now} />
                  </div>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
      <div className={classes['foot']}>
        <p className={dialogClasses['lead']} role="status">
          {busy ? messages.working[step] : messages.step(at + 1, DRILL_STEPS.length)}
        </p>
        <div className={classes['buttons']}>
          <Button variant="default" disabled={busy} onClick={closeDialog}>
            {messages.leave}
          </Button>
          <Button loading={busy} data-autofocus onClick={() => void go()}>
            {problem === null ? messages.steps[step].action : messages.again}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

const timed = async <T,>(work: () => Promise<T>): Promise<{ outcome: T; tookMs: number }> => {
  const startedAt = performance.now();
  const outcome = await work();
  return { outcome, tookMs: performance.now() - startedAt };
};

const ICONS = { done: IconCircleCheck, now: IconCircleDot, later: IconCircleDashed };

/** The steps that the rotation took, with what each one saw. */
function Proof({ rotation }: { readonly rotation: RotationView }) {
  return (
    <ul className={classes['proof']} aria-label={messages.proof}>
      {rotation.steps
        .filter(({ status }) => status === 'ok')
        .map(({ name, detail }) => (
          <li key={name}>
            <strong>{rotationMessages.steps[name]}</strong> <span>{detail}</span>
          </li>
        ))}
    </ul>
  );
}
