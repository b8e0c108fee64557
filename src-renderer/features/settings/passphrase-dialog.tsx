import { Button, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import dialogClasses from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { messages } from './messages.ts';
import classes from './settings.module.css';

interface PassphraseDialogProps {
  readonly title: string;
  readonly why: string;
  /** On the button. */
  readonly confirm: string;
  readonly send: (passphrase: Uint8Array) => Promise<Outcome<unknown>>;
  /** Said once it is done. */
  readonly saved: string;
  readonly onDone: () => void;
}

/** Asks for the passphrase before a guard is relaxed; the core checks it. */
export function PassphraseDialog({ title, why, confirm, send, saved, onDone }: PassphraseDialogProps) {
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const change = async (field: HTMLInputElement): Promise<void> => {
    setBusy(true);
    const outcome = await send(takeSecret(field));
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    notifications.show({ message: saved });
    onDone();
  };
  return (
    <Dialog title={title} onClose={onDone}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          const field = event.currentTarget.elements.namedItem('passphrase');
          if (field instanceof HTMLInputElement) void change(field);
        }}
      >
        <PasswordInput
          name="passphrase"
          label={messages.passphrase}
          description={why}
          data-autofocus
          {...secretFieldProps}
        />
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <div className={dialogClasses['buttons']}>
          <Button variant="default" onClick={onDone}>
            {messages.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
