import { Button, PasswordInput, SegmentedControl } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback, useRef, useState } from 'react';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { recoveryCodeRenewed } from '../../state/first-run.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { sameBytes, secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import dialogClasses from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { messages as firstRun } from '../first-run/messages.ts';
import { LEAST_LENGTH, PassphraseMeter } from '../first-run/passphrase-meter.tsx';
import { messages } from './messages.ts';
import classes from './settings.module.css';

type Trouble = Pick<ErrorView, 'message' | 'hint'>;

/** What opens the vault, and the ways to have another one of it. */
export function VaultSecrets() {
  const [open, setOpen] = useState<'passphrase' | 'code' | null>(null);
  const close = () => setOpen(null);
  return (
    <div className={classes['row']}>
      <Button size="xs" variant="default" onClick={() => setOpen('passphrase')}>
        {messages.changePassphrase.open}
      </Button>
      <Button size="xs" variant="default" onClick={() => setOpen('code')}>
        {messages.renewCode.open}
      </Button>
      {open === 'passphrase' && <ChangePassphrase onDone={close} />}
      {open === 'code' && <RenewCode onDone={close} />}
    </div>
  );
}

/** Also the way on after a forgotten passphrase: who came in with the recovery code sets a new one with it. */
function ChangePassphrase({ onDone }: { readonly onDone: () => void }) {
  const words = messages.changePassphrase;
  const current = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [currentIs, setCurrentIs] = useState<'passphrase' | 'recovery'>('passphrase');
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
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      current.current?.focus();
      return;
    }
    notifications.show({ message: words.done });
    onDone();
  };

  return (
    <Dialog title={words.title} onClose={onDone}>
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
        <DialogButtons submit={words.submit} busy={busy} onCancel={onDone} />
      </form>
    </Dialog>
  );
}

function RenewCode({ onDone }: { readonly onDone: () => void }) {
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
    setBusy(false);
    const code = outcome.ok ? outcome.result.recovery_code : null;
    if (code !== null && code !== '') {
      onDone();
      recoveryCodeRenewed(code);
      return;
    }
    setProblem(outcome.ok ? words.missing : outcome.error);
    field.current?.focus();
  };
  return (
    <Dialog title={words.title} onClose={onDone}>
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
        <DialogButtons submit={words.submit} busy={busy} onCancel={onDone} />
      </form>
    </Dialog>
  );
}

interface DialogButtonsProps {
  readonly submit: string;
  readonly busy: boolean;
  readonly onCancel: () => void;
}

function DialogButtons({ submit, busy, onCancel }: DialogButtonsProps) {
  return (
    <div className={dialogClasses['buttons']}>
      <Button variant="default" disabled={busy} onClick={onCancel}>
        {messages.cancel}
      </Button>
      <Button type="submit" loading={busy}>
        {submit}
      </Button>
    </div>
  );
}
