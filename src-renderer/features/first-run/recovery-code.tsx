import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Centered } from '../../ui/centered.tsx';
import classes from './first-run.module.css';
import { messages } from './messages.ts';

const words = messages.recovery;

interface RecoveryCodeProps {
  readonly code: string;
  readonly onWritten: () => void;
}

/** The one secret that is shown, this once. It leaves the page's memory when the person goes on. */
export function RecoveryCode({ code, onWritten }: RecoveryCodeProps) {
  const [written, setWritten] = useState(false);
  return (
    <Centered title={words.title} lead={words.lead} wide>
      <Stack gap="md">
        <p className={classes['code']} aria-label={words.label} role="group">
          {code}
        </p>
        <Text size="sm" c="dimmed">
          {words.advice}
        </Text>
        <Checkbox
          label={words.written}
          checked={written}
          onChange={(event) => setWritten(event.currentTarget.checked)}
        />
        <Button size="md" disabled={!written} onClick={onWritten}>
          {words.next}
        </Button>
      </Stack>
    </Centered>
  );
}
