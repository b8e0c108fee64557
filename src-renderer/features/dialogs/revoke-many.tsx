import { Button, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useState } from 'react';
import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { type KeyRef, refOf } from '../../state/key-ref.ts';
import { useKept } from '../../state/kept.ts';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import classes from './dialog.module.css';
import { Dialog } from './dialog.tsx';
import { messages } from './messages.ts';

const words = messages.revokeMany;
const MOST_SHOWN = 8;

/** Revokes several keys: their number is typed, and what is still alive afterwards is named with the reason. */
export function RevokeMany({ refs }: { readonly refs: readonly KeyRef[] }) {
  const { keys, environments } = useInventory();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  // What is still alive has to be read, whatever comes between.
  const [alive, setAlive] = useKept<ResponseOf<'keys.revokeMany'>['alive'] | null>(
    'dialog:revoke many alive',
    null,
  );
  const [typed, setTyped] = useKept('dialog:revoke many', '');
  const count = String(refs.length);
  const live = keys.find(
    (key) =>
      refs.includes(refOf(key)) && environments.some(({ name, kind }) => name === key.env && kind === 'live'),
  );
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (typed !== count || busy) return;
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) => core.keys.revokeMany({ keys: [...refs], confirm: typed }));
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    const { revoked, alive: left } = outcome.result;
    if (revoked.length > 0) notifications.show({ message: words.done(revoked.length) });
    if (left.length === 0) closeDialog();
    else setAlive(left);
    await loadInventory();
  };
  return (
    <Dialog
      title={words.title(refs.length)}
      env={live === undefined ? undefined : { name: live.env, kind: 'live' }}
    >
      {alive === null ? (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <p className={classes['lead']}>{words.lead}</p>
            <Names names={refs} />
            <TextInput
              label={messages.confirm(count)}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              data-autofocus
              autoComplete="off"
              inputMode="numeric"
              disabled={busy}
            />
            {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
            <Text size="sm" c="dimmed" role="status" mih={18}>
              {busy ? words.busy : ''}
            </Text>
            <div className={classes['buttons']}>
              <Button variant="default" onClick={closeDialog} disabled={busy}>
                {messages.cancel}
              </Button>
              <Button type="submit" color="red" disabled={typed !== count} loading={busy}>
                {words.title(refs.length)}
              </Button>
            </div>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <Problem message={words.alive(alive.length)} hint="" />
          <Names names={alive.map(({ key, why }) => `${key}: ${why}`)} />
          <div className={classes['buttons']}>
            <Button onClick={closeDialog}>{words.close}</Button>
          </div>
        </Stack>
      )}
    </Dialog>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <ul className={classes['names']}>
      {names.slice(0, MOST_SHOWN).map((name) => (
        <li key={name} title={name}>
          {name}
        </li>
      ))}
      {names.length > MOST_SHOWN && <li>{words.more(names.length - MOST_SHOWN)}</li>}
    </ul>
  );
}
