import { Button } from '@mantine/core';
import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import type { KeyView, StatusView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { refOf } from '../../state/key-ref.ts';
import { openDialog, openPanel } from '../../state/view.ts';
import classes from './first-steps.module.css';
import { firstStepsOf } from './first-steps.ts';
import { messages } from './messages.ts';

const words = messages.firstSteps;

interface FirstStepsProps {
  readonly keys: readonly KeyView[];
  readonly status: StatusView;
}

/** What a new vault has not seen yet; made of what is in it, so that it goes on wherever somebody left. */
export function FirstSteps({ keys, status }: FirstStepsProps) {
  const steps = firstStepsOf(keys, status.runs.length > 0);
  if (steps === null) return null;
  const key = keys[0];
  const actions = {
    key: () => openDialog({ kind: 'add' }),
    works: () => {
      if (key === undefined) return;
      openPanel(refOf(key));
      void ask((core) => core.keys.test({ key: refOf(key) }));
    },
    run: () => openDialog({ kind: 'launch', key: key === undefined ? null : refOf(key) }),
    rehearsal: () => openDialog({ kind: 'tour' }),
  };
  const next = steps.find(({ isDone }) => !isDone)?.id;
  return (
    <section className={classes['card']} aria-labelledby="first-steps">
      <h2 id="first-steps">{words.title}</h2>
      <ol>
        {steps.map(({ id, isDone }) => {
          const Icon = isDone ? IconCircleCheck : IconCircle;
          return (
            <li key={id} data-done={isDone ? '' : undefined}>
              <Icon size={18} stroke={1.5} aria-hidden />
              <span>
                {words.steps[id].text}
                {isDone && <span className="visually-hidden">{words.done}</span>}
              </span>
              {!isDone && (
                <Button size="xs" variant={id === next ? 'filled' : 'default'} onClick={actions[id]}>
                  {words.steps[id].action}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
