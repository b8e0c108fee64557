import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { DoctorView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { examine } from '../../state/core/doctor.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { openDialog } from '../../state/view.ts';
import { Command } from '../../ui/labels/command.tsx';
import classes from './doctor.module.css';
import { messages } from './messages.ts';

/** A safe change that the window can make: what it is, what there is, and what there will be. */
interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly make: () => ReturnType<typeof ask>;
  /** Where the core wants the passphrase for it. */
  readonly ask?: (why: string) => void;
}

function changeOf({ cause, key, base_url: baseUrl }: DoctorView): Change | null {
  const repair = cause?.repair ?? null;
  if (cause === null || repair === null) return null;
  if (repair.kind === 'clean_value' && key !== null)
    return {
      name: messages.clean,
      before: cause.message,
      after: messages.cleanAfter,
      make: () => ask((core) => core.doctor.cleanValue({ key })),
    };
  const { platform, url, env } = repair;
  if (repair.kind === 'set_base_url' && platform !== undefined && url !== undefined)
    return {
      name: messages.setAddress,
      before: baseUrl ?? messages.noAddress,
      after: url,
      make: () =>
        ask((core) =>
          core.platforms.set({ id: platform, base_url: url, ...(env === undefined ? {} : { env }) }),
        ),
      ask: (why) =>
        openDialog({
          kind: 'platform',
          id: platform,
          url,
          why,
          ...(env === undefined ? {} : { env }),
          ...(key === null ? {} : { examine: toKeyRef(key) }),
        }),
    };
  return null;
}

interface FixProps {
  readonly view: DoctorView;
  readonly fix: string;
  /** The one key that the cause is about; null where there are several, or none. */
  readonly about: string | null;
}

/** The command that mends the cause, what it does, and what is left to do then; where the window can do it, a button that shows the change before it is made. */
export function Fix({ view, fix, about }: FixProps) {
  const [isShown, setShown] = useState(false);
  const change = changeOf(view);
  const { key } = view;
  const then = view.cause?.then ?? null;
  return (
    <>
      <ol className={classes['todo']} data-steps={then === null ? undefined : ''}>
        <li>
          <div className={classes['fix']}>
            <Command name={messages.fix} text={fix} />
            {change !== null && !isShown && (
              <Button size="xs" onClick={() => setShown(true)}>
                {messages.showChange(change.name)}
              </Button>
            )}
            {fix.startsWith('keymolt rotate start') && about !== null && (
              <Button size="xs" onClick={() => openDialog({ kind: 'rotate', keys: [toKeyRef(about)] })}>
                {messages.rotate}
              </Button>
            )}
          </div>
          <Does text={view.cause?.does ?? ''} />
        </li>
        {then !== null && (
          <li>
            <Command name={messages.thenType} text={then.fix} />
            <Does text={then.does} />
          </li>
        )}
      </ol>
      {change !== null && isShown && (
        <div className={classes['change']} role="group" aria-label={change.name}>
          <del>− {change.before}</del>
          <ins>+ {change.after}</ins>
          <div className={classes['fix']}>
            <Button
              size="xs"
              autoFocus
              onClick={() => {
                setShown(false);
                void mend(change, key);
              }}
            >
              {change.name}
            </Button>
            <Button size="xs" variant="default" onClick={() => setShown(false)}>
              {messages.leave}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

/** What a command does, where it does not say so itself. */
function Does({ text }: { readonly text: string }) {
  if (text === '') return null;
  return <p className={classes['quiet']}>{messages.does(text)}</p>;
}

const mend = async ({ make, ask: askForIt }: Change, key: string | null): Promise<void> => {
  const outcome = await make();
  if (!outcome.ok && outcome.error.code === 'INPUT_REQUIRED' && askForIt !== undefined) {
    askForIt(outcome.error.message);
    return;
  }
  if (!outcome.ok) {
    notifications.show({ color: 'red', title: outcome.error.message, message: outcome.error.hint });
    return;
  }
  notifications.show({ message: messages.mended });
  if (key !== null) await examine(toKeyRef(key), null);
};
