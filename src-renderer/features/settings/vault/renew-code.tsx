import { PasswordInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ErrorView } from '../../../../src-shared/errors/app-error.ts';
import { ask } from '../../../bridge.ts';
import { recoveryCodeRenewed } from '../../../state/first-run.ts';
import { closeDialog } from '../../../state/view.ts';
import { Problem } from '../../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../../ui/text/secret-input.ts';
import dialogClasses from '../../dialogs/dialog.module.css';
import { Dialog } from '../../dialogs/dialog.tsx';
import { DialogButtons } from '../dialog-buttons.tsx';
import { messages } from '../messages.ts';
import classes from '../settings.module.css';

type Trouble = Pick<ErrorView, 'message' | 'hint'>;

/** Makes another recovery code, and leads to where it is shown this once. */
export default function RenewCode() {
  const words = messages.renewCode;
  const field = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Trouble | null>(null);
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const passphrase = takeSecret(field.current);
    const outcome = await ask((core) => core.vault.renewRecoveryCode({ passphrase }));
    passphrase.fill(0);
    // At once: a field that is disabled takes no focus.
    flushSync(() => setBusy(false));
    const code = outcome.ok ? outcome.result.recovery_code : null;
    if (code !== null && code !== '') {
      closeDialog();
      recoveryCodeRenewed(code);
      return;
    }
    setProblem(outcome.ok ? words.missing : outcome.error);
    field.current?.focus();
  };
  return (
    <Dialog title={words.title}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className={dialogClasses['lead']}>{words.lead}</p>
        <PasswordInput
          ref={field}
          label={messages.passphrase}
          description={words.why}
          data-autofocus
          disabled={busy}
          {...secretFieldProps}
        />
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <DialogButtons submit={words.submit} busy={busy} onCancel={closeDialog} />
      </form>
    </Dialog>
  );
}
