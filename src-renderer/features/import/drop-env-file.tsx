import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useApprovals } from '../../state/core/approvals.ts';
import { openDialog, useView } from '../../state/view.ts';
import classes from './import.module.css';
import { messages } from './messages.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** A file dropped anywhere on the window is offered for import; none is ever opened in place of the page. */
export function DropEnvFile() {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    // Every element under the pointer is entered and left; who is left last leaves the window.
    let depth = 0;
    const settle = (next: number) => {
      depth = Math.max(0, next);
      setIsOver(depth > 0 && mayImport());
    };
    const enter = (event: DragEvent) => {
      if (hasFiles(event)) settle(depth + 1);
    };
    const leave = (event: DragEvent) => {
      if (hasFiles(event)) settle(depth - 1);
    };
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = mayImport() ? 'copy' : 'none';
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      settle(0);
      const file = event.dataTransfer?.files[0];
      if (file !== undefined && mayImport()) openDialog({ kind: 'import', file });
    };
    document.addEventListener('dragenter', enter);
    document.addEventListener('dragleave', leave);
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragenter', enter);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className={classes['drop']} aria-hidden>
      <div className={classes['dropBox']}>
        <IconFileImport size={32} stroke={1.25} />
        {messages.drop}
      </div>
    </div>
  );
}

/** What is half typed in another dialog stays, and a question of a program comes first. */
const mayImport = (): boolean => {
  const { dialog } = useView.getState();
  if (useApprovals.getState().approvals.length > 0) return false;
  return dialog === null || dialog.kind === 'import';
};
