import { Button } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
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
  /** Something else to do on the way, which may go wrong as well. */
  readonly other?: { readonly label: string; readonly send: () => Promise<Trouble | null> } | undefined;
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
  other,
  children,
  ...dialog
}: DialogFormProps) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const isSlow = useSlow(busy);
  const button = useRef<HTMLButtonElement>(null);
  const run = async (work: () => Promise<Trouble | null>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setTrouble(null);
    const met = await work();
    // At once: a field that is disabled takes no focus.
    flushSync(() => {
      setBusy(false);
      setTrouble(met);
    });
    if (met?.field !== undefined) met.field?.focus();
    // What rested meanwhile has lost it.
    else if (document.activeElement === document.body) button.current?.focus();
  };
  return (
    <Dialog {...dialog} onClose={onCancel}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void run(send);
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
          {other !== undefined && (
            <Button
              className={classes['other'] ?? ''}
              variant="default"
              disabled={busy}
              onClick={() => void run(other.send)}
            >
              {other.label}
            </Button>
          )}
          <Button
            variant="default"
            disabled={busy && onStop === undefined}
            onClick={busy ? onStop : onCancel}
          >
            {busy && onStop !== undefined ? messages.stop : messages.cancel}
          </Button>
          {/* The first field that asks for the focus comes before it. */}
          <Button ref={button} data-autofocus type="submit" loading={busy} disabled={!isReady}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
