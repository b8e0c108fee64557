import { Button, Select, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useMemo, useRef, useState } from 'react';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { draftKey, forgetKeyDraft, useDrafts } from '../../state/drafts.ts';
import { refOf } from '../../state/key-ref.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { closeDialog, openDialog, openPanel } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import classes from './dialog.module.css';
import { Dialog } from './dialog.tsx';
import { metadataOf, MoreFields, PlaceFields, useDraftEnvironment, useNameProblem } from './key-fields.tsx';
import { messages } from './messages.ts';

const words = messages.create;

/** Has a platform make a new key. Its value goes from the platform into the vault and never comes here. */
export function CreateKey() {
  const draft = useDrafts((state) => state.key);
  const { platforms, keys } = useInventory();
  const environment = useDraftEnvironment();
  const nameProblem = useNameProblem(environment?.name);
  const operationId = useRef<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const able = useMemo(() => platforms.filter((platform) => platform.can.create), [platforms]);
  const platform = able.find(({ id }) => id === draft.platform);
  const using = useMemo(
    () =>
      keys
        .filter(
          (key) =>
            key.platform === draft.platform && key.env === environment?.name && key.status === 'active',
        )
        .map(refOf),
    [keys, draft.platform, environment],
  );

  const cancel = () => {
    forgetKeyDraft();
    closeDialog();
  };

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (
      busy ||
      environment === undefined ||
      platform === undefined ||
      draft.name === '' ||
      nameProblem !== null
    )
      return;
    setBusy(true);
    setProblem(null);
    const operation = crypto.randomUUID();
    operationId.current = operation;
    const outcome = await ask((core) =>
      core.keys.create({
        name: draft.name,
        env: environment.name,
        platform: platform.id,
        ...(draft.using === null ? {} : { using: draft.using }),
        metadata: metadataOf(draft),
        operation_id: operation,
      }),
    );
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    forgetKeyDraft();
    closeDialog();
    await loadInventory();
    const key = outcome.result.keys[0];
    if (key === undefined) return;
    openPanel(refOf(key));
    notifications.show({ message: words.created(key.name) });
  };

  const lacksSession = platform?.can.sign_in === true && isForSignIn(problem);

  const stop = () => {
    const operation = operationId.current;
    if (operation !== null) void ask((core) => core.operations.cancel({ operation_id: operation }));
  };

  const env = environment === undefined ? undefined : { name: environment.name, kind: environment.kind };
  return (
    <Dialog title={words.title} env={env}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <p className={classes['lead']}>{able.length === 0 ? words.noPlatform : words.lead}</p>
          <PlaceFields platforms={able} disabled={busy} />
          <Select
            label={words.using}
            description={words.usingHint}
            placeholder={words.usingAuto}
            data={using}
            value={draft.using}
            onChange={(value) => draftKey({ using: value })}
            disabled={busy || using.length === 0}
            clearable
            searchable
          />
          <MoreFields disabled={busy} withKeyId={false} />
          {problem !== null && (
            <Problem message={problem.message} hint={lacksSession ? words.signInHint : problem.hint}>
              {lacksSession && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() =>
                    openDialog({
                      kind: 'sign-in',
                      platform: platform.id,
                      then: 'create',
                      ...(environment === undefined ? {} : { env: environment.name }),
                    })
                  }
                >
                  {words.signIn}
                </Button>
              )}
            </Problem>
          )}
          <div className={classes['buttons']}>
            <p className={classes['status']} role="status">
              {busy ? words.busy : ''}
            </p>
            <Button variant="default" onClick={busy ? stop : cancel}>
              {busy ? messages.stop : messages.cancel}
            </Button>
            <Button
              type="submit"
              loading={busy}
              disabled={draft.name === '' || platform === undefined || nameProblem !== null}
            >
              {words.submit(draft.name)}
            </Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Nobody is there to ask with, or their session is over. */
const isForSignIn = (problem: ErrorView | null): boolean =>
  problem?.code === 'NO_AUTHENTICATION' || problem?.details?.['reason'] === 'auth.session_expired';
