import { Button } from '@mantine/core';
import { openDialog } from '../../../state/view.ts';
import { messages } from '../messages.ts';
import classes from '../settings.module.css';

/** What opens the vault, and the ways to have another one of it. */
export function VaultSecrets() {
  return (
    <div className={classes['row']}>
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'passphrase' })}>
        {messages.changePassphrase.open}
      </Button>
      <Button size="xs" variant="default" onClick={() => openDialog({ kind: 'recovery-code' })}>
        {messages.renewCode.open}
      </Button>
    </div>
  );
}
