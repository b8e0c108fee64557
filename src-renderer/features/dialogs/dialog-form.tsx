import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { useSlow } from '../../ui/use-slow.ts';
import classes from './dialog.module.css';
import { Dialog, type DialogProps } from './dialog.tsx';
import { messages } from './messages.ts';

/** Why it did not work out, and what to do. */
export interface Trouble {
  readonly message: string;
  readonly hint: string;
  /** Where the person goes on: the field that was emptied, or is wrong. */
  readonly field?: HTMLInputElement | null;
}

interface DialogFormProps extends Omit<DialogProps, 'children' | 'onClose'> {
  /** What it does, above the fields. */
  readonly lead?: string;
  /** On the button. */
  readonly submit: string;
  /** Does it; closes the dialog where that is the end of it. @returns what went wrong, to be said beside the buttons; null: nothing */
  readonly send: () => Promise<Trouble | null>;
  /** Said once it has taken a second. */
  readonly doing?: string;
  /** Ends what is being done; where it is left out, that cannot be ended. */
  readonly onStop?: () => void;
  /** Whether there is enough to send. */
  readonly isReady?: boolean;
  readonly onCancel?: () => void;
  /** The fields, which rest while it is being done. */
  readonly children: (busy: boolean) => ReactNode;
}

/** A dialog that sends what is typed in it: what it does, its fields, what went wrong, and the ways out. */
export function DialogForm({
  lead,
  submit,
  send,
  doing,
  onStop,
  isReady = true,
  onCancel = closeDialog,
  children,
  ...dialog
}: DialogFormProps) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const isSlow = useSlow(busy);
  const run = async (): Promise<void> => {
    if (busy || !isReady) return;
    setBusy(true);
    setTrouble(null);
    const met = await send();
    // At once: a field that is disabled takes no focus.
    flushSync(() => {
      setBusy(false);
      setTrouble(met);
    });
    met?.field?.focus();
  };
  return (
    <Dialog {...dialog} onClose={onCancel}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
        {children(busy)}
        {trouble !== null && <Problem message={trouble.message} hint={trouble.hint} />}
        <div className={classes['buttons']}>
          {doing !== undefined && (
            <p className={classes['status']} role="status">
              {isSlow ? doing : ''}
            </p>
          )}
          <Button
            variant="default"
            disabled={busy && onStop === undefined}
            onClick={busy ? onStop : onCancel}
          >
            {busy && onStop !== undefined ? messages.stop : messages.cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={!isReady}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
