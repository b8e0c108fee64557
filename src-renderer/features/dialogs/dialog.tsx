import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { closeDialog } from '../../state/view.ts';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { messages } from '../../ui/text/messages.ts';
import { useFocusReturn } from '../../ui/use-focus-return.ts';
import classes from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  /** The place that the dialog changes; a live one frames it. */
  readonly env?: { readonly name: string; readonly kind: 'live' | 'test' } | undefined;
  readonly size?: number;
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** A dialog of the window. The focus goes back to where it came from when it closes. */
export function Dialog({ title, env, size = 480, onClose = closeDialog, children }: DialogProps) {
  useFocusReturn();
  return (
    <Modal
      opened
      returnFocus={false}
      onClose={onClose}
      size={size}
      title={
        <span className={classes['title']}>
          {title}
          {env !== undefined && <EnvTag name={env.name} kind={env.kind} />}
        </span>
      }
      classNames={{ content: classes['content'] ?? '' }}
      attributes={{
        content: { 'data-live': env?.kind === 'live' ? '' : undefined },
        // A <header> outside of the page's own regions would count as a second banner of the page.
        header: { role: 'presentation' },
      }}
      closeButtonProps={{ 'aria-label': messages.close }}
    >
      {children}
    </Modal>
  );
}
