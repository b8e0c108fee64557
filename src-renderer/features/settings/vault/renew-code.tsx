import { PasswordInput } from '@mantine/core';
import { useRef } from 'react';
import { ask } from '../../../bridge.ts';
import { recoveryCodeRenewed } from '../../../state/first-run.ts';
import { closeDialog } from '../../../state/view.ts';
import { secretFieldProps, takeSecret } from '../../../ui/text/secret-input.ts';
import { DialogForm, type Trouble } from '../../dialogs/dialog-form.tsx';
import { messages } from '../messages.ts';

const words = messages.renewCode;

/** Makes another recovery code, and leads to where it is shown this once. */
export default function RenewCode() {
  const field = useRef<HTMLInputElement>(null);
  const send = async (): Promise<Trouble | null> => {
    const passphrase = takeSecret(field.current);
    const outcome = await ask((core) => core.vault.renewRecoveryCode({ passphrase }));
    passphrase.fill(0);
    const code = outcome.ok ? outcome.result.recovery_code : null;
    if (code === null || code === '')
      return { ...(outcome.ok ? words.missing : outcome.error), field: field.current };
    closeDialog();
    recoveryCodeRenewed(code);
    return null;
  };
  return (
    <DialogForm title={words.title} lead={words.lead} submit={words.submit} send={send}>
      {(busy) => (
        <PasswordInput
          ref={field}
          label={messages.passphrase}
          description={words.why}
          data-autofocus
          disabled={busy}
          {...secretFieldProps}
        />
      )}
    </DialogForm>
  );
}
