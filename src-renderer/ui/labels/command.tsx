import { ActionIcon } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy } from '@tabler/icons-react';
import { copyText } from '../text/copy-text.ts';
import { messages } from '../text/messages.ts';
import classes from './command.module.css';

interface CommandProps {
  /** What a screen reader says of it. */
  readonly name: string;
  readonly text: string;
}

/** A command to type, with the button that copies it. */
export function Command({ name, text }: CommandProps) {
  return (
    <span className={classes['command']}>
      <code aria-label={name} data-selectable="">
        {text}
      </code>
      <ActionIcon
        size={24}
        variant="subtle"
        color="gray"
        aria-label={messages.copyCommand}
        title={messages.copyCommand}
        onClick={() => {
          if (copyText(text)) notifications.show({ message: messages.commandCopied });
        }}
      >
        <IconCopy size={16} stroke={1.5} aria-hidden />
      </ActionIcon>
    </span>
  );
}
