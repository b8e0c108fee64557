import { Button, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useState } from 'react';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { useKept } from '../../state/kept.ts';
import { refOf } from '../../state/key-ref.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { useStatus } from '../../state/core/status.ts';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import classes from './dialog.module.css';
import { Dialog } from './dialog.tsx';
import { messages } from './messages.ts';
import { hintBeside, isRotating, SeeRotation } from './open-rotation.tsx';

interface ConfirmKeyProps {
  readonly what: 'revoke' | 'forget';
  readonly keyView: KeyView;
}

/** Revoking and forgetting cannot be undone: the name is typed, so that it is this key and not the row beside it. */
export function ConfirmKey({ what, keyView: key }: ConfirmKeyProps) {
  const words = messages[what];
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const kind = useInventory(
    (state) => state.environments.find(({ name }) => name === key.env)?.kind ?? 'test',
  );
  const ref = refOf(key);
  const [typed, setTyped] = useKept(`dialog:${what} ${ref}`, '');
  const holders = useStatus(
    (state) => state.status?.runs.filter((run) => run.keys.includes(ref)).length ?? 0,
  );
  const confirmed = typed === key.name;

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!confirmed || busy) return;
    setBusy(true);
    setProblem(null);
    const request = { key: ref, confirm: typed };
    const outcome = await (what === 'revoke'
      ? ask<unknown>((core) => core.keys.revoke(request))
      : ask<unknown>((core) => core.keys.forget(request)));
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    notifications.show({ message: words.done(key.name) });
    closeDialog();
    await loadInventory();
  };

  return (
    <Dialog title={words.title(key.name)} env={{ name: key.env, kind }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <p className={classes['lead']}>{words.lead}</p>
          {holders > 0 && (
            <Text size="sm" c="var(--km-warn-text)">
              {messages.holders(holders)}
            </Text>
          )}
          <TextInput
            label={messages.confirm(key.name)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            disabled={busy}
          />
          {problem !== null && <Problem message={problem.message} hint={hintBeside(problem)} />}
          <div className={classes['buttons']}>
            <p className={classes['status']} role="status">
              {busy ? words.busy : ''}
            </p>
            <Button variant="default" onClick={closeDialog} disabled={busy}>
              {messages.cancel}
            </Button>
            {isRotating(problem) ? (
              <SeeRotation />
            ) : (
              <Button type="submit" color="red" disabled={!confirmed} loading={busy}>
                {words.submit(key.name)}
              </Button>
            )}
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}
