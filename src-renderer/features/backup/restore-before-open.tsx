import { Anchor, Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { openDialog, useView } from '../../state/view.ts';
import { messages } from './messages.ts';

const RestoreDialog = lazy(() => import('./restore-dialog.tsx'));

const words = messages.restore.openFromBackup;
const open = (): void => openDialog({ kind: 'restore' });

interface RestoreBeforeOpenProps {
  /** A link where something else is the first thing to do. */
  readonly as: 'button' | 'link';
}

/** The way to a backup from a screen without a vault that could be opened. Outside of any form: the dialog is one. */
export function RestoreBeforeOpen({ as }: RestoreBeforeOpenProps) {
  const isOpen = useView((state) => state.dialog?.kind === 'restore');
  return (
    <>
      {as === 'button' ? (
        <Button size="md" onClick={open}>
          {words}
        </Button>
      ) : (
        <Anchor component="button" type="button" size="sm" onClick={open}>
          {words}
        </Anchor>
      )}
      {isOpen && (
        <Suspense>
          <RestoreDialog />
        </Suspense>
      )}
    </>
  );
}
