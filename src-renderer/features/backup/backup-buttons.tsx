import { Button } from '@mantine/core';
import { openDialog } from '../../state/view.ts';
import settingsClasses from '../settings/settings.module.css';
import { messages } from './messages.ts';

/** The vault as a file, and a file as the vault. */
export function BackupButtons() {
  return (
    <div className={settingsClasses['row']}>
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'backup' })}>
        {messages.backup.open}
      </Button>
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'restore' })}>
        {messages.restore.open}
      </Button>
    </div>
  );
}
