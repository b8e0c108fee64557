import { PasswordInput, SegmentedControl } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ErrorView } from '../../../../src-shared/errors/app-error.ts';
import { ask } from '../../../bridge.ts';
import { useKept } from '../../../state/kept.ts';
import { passphraseIsKnown } from '../../../state/recovered.ts';
import { closeDialog } from '../../../state/view.ts';
import { Problem } from '../../../ui/states/problem.tsx';
import { sameBytes, secretFieldProps, takeSecret } from '../../../ui/text/secret-input.ts';
import dialogClasses from '../../dialogs/dialog.module.css';
import { Dialog } from '../../dialogs/dialog.tsx';
import { messages as firstRun } from '../../first-run/messages.ts';
import { LEAST_LENGTH, PassphraseMeter } from '../../first-run/passphrase-meter.tsx';
import { DialogButtons } from '../dialog-buttons.tsx';
import { messages } from '../messages.ts';
import classes from '../settings.module.css';

type Trouble = Pick<ErrorView, 'message' | 'hint'>;

/** Also the way on after a forgotten passphrase: who came in with the recovery code sets a new one with it. */
export default function ChangePassphrase({ knows }: { readonly knows: 'passphrase' | 'recovery' }) {
  const words = messages.changePassphrase;
  const current = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [currentIs, setCurrentIs] = useKept<'passphrase' | 'recovery'>('dialog:current is', knows);
  const [typed, setTyped] = useState(0);
  const read = useCallback(() => first.current?.value ?? '', []);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Trouble | null>(null);

  const submit = async (): Promise<void> => {
    if (busy) return;
    if (Array.from(first.current?.value ?? '').length < LEAST_LENGTH) {
      setProblem({ message: firstRun.create.tooShort(LEAST_LENGTH), hint: '' });
      first.current?.focus();
      return;
    }
    const next = takeSecret(first.current);
    const again = takeSecret(second.current);
    setTyped((count) => count + 1);
    const isSame = sameBytes(next, again);
    again.fill(0);
    if (!isSame) {
      next.fill(0);
      setProblem({ message: firstRun.create.different, hint: '' });
      first.current?.focus();
      return;
    }
    setProblem(null);
    setBusy(true);
    const secret = takeSecret(current.current);
    const outcome = await ask((core) =>
      core.vault.changePassphrase({ current: secret, current_is: currentIs, next }),
    );
    secret.fill(0);
    next.fill(0);
    // At once: a field that is disabled takes no focus.
    flushSync(() => setBusy(false));
    if (!outcome.ok) {
      setProblem(outcome.error);
      current.current?.focus();
      return;
    }
    passphraseIsKnown();
    notifications.show({ message: words.done });
    closeDialog();
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
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <DialogButtons submit={words.submit} busy={busy} onCancel={closeDialog} />
      </form>
    </Dialog>
  );
}
