import { PasswordInput, SegmentedControl } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback, useRef, useState } from 'react';
import { ask } from '../../../bridge.ts';
import { useKept } from '../../../state/kept.ts';
import { passphraseIsKnown } from '../../../state/recovered.ts';
import { closeDialog } from '../../../state/view.ts';
import { sameBytes, secretFieldProps, takeSecret } from '../../../ui/text/secret-input.ts';
import { DialogForm, type Trouble } from '../../dialogs/dialog-form.tsx';
import { messages as firstRun } from '../../first-run/messages.ts';
import { LEAST_LENGTH, PassphraseMeter } from '../../first-run/passphrase-meter.tsx';
import { messages } from '../messages.ts';

const words = messages.changePassphrase;

/** Also the way on after a forgotten passphrase: who came in with the recovery code sets a new one with it. */
export default function ChangePassphrase({ knows }: { readonly knows: 'passphrase' | 'recovery' }) {
  const current = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [currentIs, setCurrentIs] = useKept<'passphrase' | 'recovery'>('dialog:current is', knows);
  const [typed, setTyped] = useState(0);
  const read = useCallback(() => first.current?.value ?? '', []);

  const send = async (): Promise<Trouble | null> => {
    if (Array.from(first.current?.value ?? '').length < LEAST_LENGTH)
      return { message: firstRun.create.tooShort(LEAST_LENGTH), hint: '', field: first.current };
    const next = takeSecret(first.current);
    const again = takeSecret(second.current);
    setTyped((count) => count + 1);
    const isSame = sameBytes(next, again);
    again.fill(0);
    if (!isSame) {
      next.fill(0);
      return { message: firstRun.create.different, hint: '', field: first.current };
    }
    const secret = takeSecret(current.current);
    const outcome = await ask((core) =>
      core.vault.changePassphrase({ current: secret, current_is: currentIs, next }),
    );
    secret.fill(0);
    next.fill(0);
    if (!outcome.ok) return { ...outcome.error, field: current.current };
    passphraseIsKnown();
    notifications.show({ message: words.done });
    closeDialog();
    return null;
  };

  return (
    <DialogForm title={words.title} lead={words.lead} submit={words.submit} send={send}>
      {(busy) => (
        <>
          <SegmentedControl
            aria-label={words.currentIs}
            value={currentIs}
            onChange={(value) => setCurrentIs(value as typeof currentIs)}
            data={words.ways}
            disabled={busy}
          />
          <PasswordInput
            key={currentIs}
            ref={current}
            label={words.current[currentIs]}
            data-autofocus
            disabled={busy}
            {...secretFieldProps}
          />
          <div>
            <PasswordInput
              ref={first}
              label={words.next}
              description={firstRun.create.hint}
              disabled={busy}
              onChange={() => setTyped((count) => count + 1)}
              {...secretFieldProps}
            />
            <PassphraseMeter read={read} typed={typed} />
          </div>
          <PasswordInput ref={second} label={words.again} disabled={busy} {...secretFieldProps} />
        </>
      )}
    </DialogForm>
  );
}
