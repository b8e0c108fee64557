import { Kbd } from '@mantine/core';
import { Fragment } from 'react';
import { shortcut } from '../../ui/text/shortcut.ts';
import { messages } from '../shell/messages.ts';
import classes from '../shell/frame/shell.module.css';
import { Dialog } from './dialog.tsx';

export function ShortcutsSheet() {
  return (
    <Dialog title={messages.shortcuts.title} size={680}>
      <div className={classes['sheet']}>
        {messages.shortcuts.groups.map(({ title, rows }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className={classes['shortcuts']}>
              {rows.map(([keys, what]) => (
                <Fragment key={keys}>
                  <dt>
                    <Kbd>{shortcut(keys)}</Kbd>
                  </dt>
                  <dd>{what}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
