import { PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef } from 'react';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import { secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import { DialogForm } from '../dialogs/dialog-form.tsx';
import { messages } from './messages.ts';

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
  const field = useRef<HTMLInputElement>(null);
  return (
    <DialogForm
      title={title}
      submit={confirm}
      onCancel={onDone}
      send={async () => {
        const passphrase = takeSecret(field.current);
        const outcome = await send(passphrase);
        passphrase.fill(0);
        if (!outcome.ok) return { ...outcome.error, field: field.current };
        notifications.show({ message: saved });
        onDone();
        return null;
      }}
    >
      {(busy) => (
        <PasswordInput
          ref={field}
          label={messages.passphrase}
          description={why}
          data-autofocus
          disabled={busy}
          {...secretFieldProps}
        />
      )}
    </DialogForm>
  );
}
