import { Kbd } from '@mantine/core';
import { Fragment } from 'react';
import { messages } from '../shell/messages.ts';
import classes from '../shell/frame/shell.module.css';
import { Dialog } from './dialog.tsx';

export function ShortcutsSheet() {
  return (
    <Dialog title={messages.shortcuts.title} size={480}>
      <dl className={classes['shortcuts']}>
        {messages.shortcuts.rows.map(([keys, what]) => (
          <Fragment key={keys}>
            <dt>
              <Kbd>{keys}</Kbd>
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
