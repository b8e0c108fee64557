import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { LaunchProfileView, WindowRunView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { runStarted } from '../../state/core/runs.ts';
import { messages } from './messages.ts';

/** Of a terminal that is not on the screen yet; the one that will be says its own. */
export const FIRST_SIZE = { columns: 100, rows: 24 } as const;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

const tell = ({ message, hint }: { readonly message: string; readonly hint: string }): void => {
  notifications.show({ color: 'red', title: message, message: hint, autoClose: 10_000 });
};

/** A first press asks it to end, a second one does not ask. */
export function StopButton({ run }: { readonly run: WindowRunView }) {
  const [wasAsked, setWasAsked] = useState(false);
  const stop = async () => {
    setWasAsked(true);
    const outcome = await ask((core) => core.runs.stop({ id: run.id, now: wasAsked }));
    if (!outcome.ok && outcome.error.code !== 'NOT_FOUND') tell(outcome.error);
  };
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlayerStop {...icon} />}
      title={wasAsked ? messages.stopNowHint : messages.stopHint}
      onClick={() => void stop()}
    >
      {wasAsked ? messages.stopNow : messages.stop}
    </Button>
  );
}

/** Starts it with the values of now, and ends it first where it runs. */
export function RestartButton({ run }: { readonly run: WindowRunView }) {
  const [busy, setBusy] = useState(false);
  const restart = async () => {
    setBusy(true);
    const outcome = await ask((core) => core.runs.restart({ id: run.id }));
    setBusy(false);
    if (outcome.ok) runStarted(outcome.result.run);
    else tell(outcome.error);
  };
  return (
    <Button
      size="xs"
      variant="default"
      loading={busy}
      leftSection={<IconRefresh {...icon} />}
      onClick={() => void restart()}
    >
      {messages.restart}
    </Button>
  );
}

export function StartButton({ profile }: { readonly profile: LaunchProfileView }) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    const outcome = await ask((core) => core.profiles.start({ id: profile.id, size: FIRST_SIZE }));
    setBusy(false);
    if (outcome.ok) runStarted(outcome.result.run);
    else tell(outcome.error);
  };
  return (
    <Button
      size="xs"
      variant="default"
      c="var(--km-accent-text)"
      loading={busy}
      leftSection={<IconPlayerPlay {...icon} />}
      aria-label={messages.startProfile(profile.name)}
      onClick={() => void start()}
    >
      {messages.start}
    </Button>
  );
}
