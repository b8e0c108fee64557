import { Button } from '@mantine/core';
import dialogClasses from '../dialogs/dialog.module.css';
import { messages } from './messages.ts';

interface DialogButtonsProps {
  readonly submit: string;
  readonly busy: boolean;
  readonly onCancel: () => void;
}

/** The way back, and what the dialog is for. */
export function DialogButtons({ submit, busy, onCancel }: DialogButtonsProps) {
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
