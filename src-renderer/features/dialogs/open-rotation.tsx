import { Button } from '@mantine/core';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { closeDialog, showScreen } from '../../state/view.ts';
import { messages } from './messages.ts';

/** Whether a rotation of the key that is under way stands in the way. */
export const isRotating = (problem: ErrorView | null): boolean => problem?.code === 'ROTATION_UNFINISHED';

/** The core names the commands of a terminal; here there is a button. */
export const hintBeside = (problem: ErrorView): string =>
  isRotating(problem) ? messages.rotating.hint : problem.hint;

/** Leads to the rotation that stands in the way. */
export function SeeRotation() {
  return (
    <Button
      autoFocus
      onClick={() => {
        closeDialog();
        showScreen('rotation');
      }}
    >
      {messages.rotating.see}
    </Button>
  );
}
