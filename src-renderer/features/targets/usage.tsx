import { ActionIcon, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck, IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { DeploymentView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask, listen } from '../../bridge.ts';
import { useStatus } from '../../state/core/status.ts';
import type { KeyRef } from '../../state/key-ref.ts';
import { openDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { messages } from './messages.ts';
import classes from './targets.module.css';

const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

type Tested = ResponseOf<'deployments.test'>['targets'][number];

/** Who gets a new value of a key: the places on its list, and the commands that hold it now. */
export function Usage({ keyRef, canChange }: { readonly keyRef: KeyRef; readonly canChange: boolean }) {
  const { targets, problem, setProblem } = useTargets(keyRef);
  const [tested, setTested] = useState<ReadonlyMap<string, Tested>>(new Map());
  const [busy, setBusy] = useState(false);

  const check = async (): Promise<void> => {
    setBusy(true);
    const outcome = await ask((core) => core.deployments.test({ key: keyRef }));
    setBusy(false);
    setProblem(outcome.ok ? null : outcome.error);
    if (outcome.ok) setTested(new Map(outcome.result.targets.map((target) => [target.id, target])));
  };
  const remove = async (id: string): Promise<void> => {
    const outcome = await ask((core) => core.deployments.remove({ key: keyRef, target: id }));
    setProblem(outcome.ok ? null : outcome.error);
    if (outcome.ok) notifications.show({ message: messages.removed });
  };

  return (
    <>
      {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
      {targets === null && problem === null && <p className={classes['dim']}>{messages.loading}</p>}
      {targets?.length === 0 && <p className={classes['dim']}>{messages.none}</p>}
      {targets !== null && targets.length > 0 && (
        <ul className={classes['list']}>
          {targets.map((target) => (
            <li key={target.id}>
              <div className={classes['place']}>
                <span>{messages.kinds[target.kind]}</span>
                <Where target={target} />
                <Outcome tested={tested.get(target.id)} />
              </div>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={28}
                aria-label={messages.remove(target.label)}
                title={messages.remove(target.label)}
                onClick={() => void remove(target.id)}
              >
                <IconTrash {...icon} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <Holders keyRef={keyRef} />
      <div className={classes['row']}>
        <Button
          size="xs"
          variant="default"
          disabled={!canChange}
          leftSection={<IconPlus {...icon} />}
          onClick={() => openDialog({ kind: 'target', key: keyRef })}
        >
          {messages.add}
        </Button>
        {targets !== null && targets.length > 0 && (
          <Button size="xs" variant="default" loading={busy} onClick={() => void check()}>
            {messages.check}
          </Button>
        )}
      </div>
    </>
  );
}

function useTargets(keyRef: KeyRef) {
  const [targets, setTargets] = useState<readonly DeploymentView[] | null>(null);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  useEffect(() => {
    let isHere = true;
    const load = async () => {
      const outcome = await ask((core) => core.deployments.list({ key: keyRef }));
      if (!isHere) return;
      if (outcome.ok) setTargets(outcome.result.targets);
      else setProblem(outcome.error);
    };
    void load();
    const stop = listen('dataChanged', ({ what }) => {
      if (what === 'keys') void load();
    });
    return () => {
      isHere = false;
      stop();
    };
  }, [keyRef]);
  return { targets, problem, setProblem };
}

function Where({ target: { path, variable, command, give } }: { readonly target: DeploymentView }) {
  if (path !== null)
    return (
      <>
        <code className={classes['code']}>{path}</code>
        {variable !== null && (
          <span className={classes['dim']}>
            {messages.variable} <code className={classes['code']}>{variable}</code>
          </span>
        )}
      </>
    );
  if (command === null) return null;
  return (
    <>
      <code className={classes['code']}>{command.join(' ')}</code>
      {give !== null && <span className={classes['dim']}>{messages.given[give]}</span>}
    </>
  );
}

/** What a rotation would meet there. */
function Outcome({ tested }: { readonly tested: Tested | undefined }) {
  if (tested === undefined) return null;
  const { problem, holds } = tested;
  const Icon = problem === null ? IconCircleCheck : IconAlertTriangle;
  return (
    <span className={classes['outcome']} data-tone={problem === null ? 'ok' : 'danger'} role="status">
      <Icon {...icon} />
      {[problem ?? messages.ready, messages.holds[holds]].filter((part) => part !== '').join(' · ')}
    </span>
  );
}

function Holders({ keyRef }: { readonly keyRef: KeyRef }) {
  const runs = useStatus((state) => state.status?.runs);
  const holders = (runs ?? []).filter(({ keys }) => keys.includes(keyRef));
  if (holders.length === 0) return null;
  return (
    <>
      <p className={classes['dim']}>{messages.holders}</p>
      <ul className={classes['list']}>
        {holders.map(({ run_id: id, command, pid, laggard }) => (
          <li key={id}>
            <div className={classes['place']}>
              <code className={classes['code']}>{messages.holder(command, pid)}</code>
              {laggard && (
                <span className={classes['outcome']} data-tone="warn">
                  <IconAlertTriangle {...icon} />
                  {messages.laggard}
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
