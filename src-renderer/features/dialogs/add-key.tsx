import { Button, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useRef, useState } from 'react';
import { ask } from '../../bridge.ts';
import { forgetKeyDraft, useDrafts } from '../../state/drafts.ts';
import { refOf } from '../../state/key-ref.ts';
import { loadInventory, useInventory } from '../../state/core/inventory.ts';
import { useKept } from '../../state/kept.ts';
import { closeDialog, openPanel } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import classes from './dialog.module.css';
import { Dialog } from './dialog.tsx';
import { metadataOf, MoreFields, PlaceFields, useDraftEnvironment, useNameProblem } from './key-fields.tsx';
import { messages } from './messages.ts';

const words = messages.add;

/** Takes a key that the person has. The value goes from its field to the core as bytes, and is wiped here. */
export function AddKey() {
  const draft = useDrafts((state) => state.key);
  const platforms = useInventory((state) => state.platforms);
  const environment = useDraftEnvironment();
  const nameProblem = useNameProblem(environment?.name);
  const value = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string; hint: string } | null>(null);
  // What is odd about a value has to be read, whatever comes between.
  const [warned, setWarned] = useKept<{ name: string; warnings: readonly string[] } | null>(
    'dialog:add warned',
    null,
  );

  const cancel = () => {
    forgetKeyDraft();
    closeDialog();
  };

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy || environment === undefined || draft.platform === null || nameProblem !== null) return;
    if ((value.current?.value ?? '') === '') {
      setProblem({ message: words.valueMissing, hint: '' });
      value.current?.focus();
      return;
    }
    const bytes = takeSecret(value.current);
    setBusy(true);
    setProblem(null);
    const { name, platform } = draft;
    const outcome = await ask((core) =>
      core.keys.add({
        name,
        env: environment.name,
        platform,
        value: bytes,
        ...(draft.keyId === '' ? {} : { key_id: draft.keyId }),
        metadata: metadataOf(draft),
      }),
    );
    bytes.fill(0);
    setBusy(false);
    if (!outcome.ok) {
      setProblem({
        message: outcome.error.message,
        hint: `${outcome.error.hint} ${words.pasteAgain}`.trim(),
      });
      return;
    }
    const { key, warnings } = outcome.result;
    forgetKeyDraft();
    await loadInventory();
    openPanel(refOf(key));
    if (warnings.length > 0) {
      setWarned({ name: key.name, warnings });
      return;
    }
    notifications.show({ message: words.added(key.name) });
    closeDialog();
  };

  if (warned !== null) {
    return (
      <Dialog title={messages.add.warnings(warned.warnings.length)}>
        <Stack gap="md">
          <p className={classes['lead']}>{words.warningsLead(warned.name)}</p>
          <ul className={classes['warnings']}>
            {warned.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
          <div className={classes['buttons']}>
            <Button onClick={closeDialog} data-autofocus>
              {words.done}
            </Button>
          </div>
        </Stack>
      </Dialog>
    );
  }

  const env = environment === undefined ? undefined : { name: environment.name, kind: environment.kind };
  return (
    <Dialog title={words.title} env={env}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <PlaceFields platforms={platforms} disabled={busy} />
          <PasswordInput
            ref={value}
            label={words.value}
            description={words.valueHint}
            disabled={busy}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...secretFieldProps}
          />
          <MoreFields disabled={busy} withKeyId />
          {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
          <div className={classes['buttons']}>
            <Button variant="default" onClick={cancel} disabled={busy}>
              {messages.cancel}
            </Button>
            <Button
              type="submit"
              loading={busy}
              disabled={draft.name === '' || draft.platform === null || nameProblem !== null}
            >
              {words.submit}
            </Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}
