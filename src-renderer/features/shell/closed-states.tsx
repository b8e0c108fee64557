import { Button, Text } from '@mantine/core';
import { useEffect } from 'react';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import { refreshStatus } from '../../state/core/status.ts';
import { Centered } from '../../ui/states/centered.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import { RestoreBeforeOpen } from '../backup/restore-before-open.tsx';
import { messages } from './messages.ts';
import classes from './frame/shell.module.css';

const RETRY_MS = 4000;

/** Shown only if the first answer takes long enough to be noticed; the screen after it then does not flash. */
export function Connecting() {
  return (
    <div className={classes['waiting']} role="status">
      {messages.connecting}
    </div>
  );
}

export function CoreLost() {
  useEffect(() => {
    const timer = setInterval(() => void refreshStatus(), RETRY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Centered title={messages.lost.title} lead={messages.lost.lead}>
      <Button size="md" onClick={() => void refreshStatus()}>
        {messages.lost.retry}
      </Button>
      <Text size="xs" c="dimmed" ta="center">
        {messages.lost.retrying}
      </Text>
    </Centered>
  );
}

/** The core is there but cannot open the vault: another process has it, or its folder is not safe. */
export function CoreRefused({ refusal }: { readonly refusal: ErrorView }) {
  return (
    <Centered title={messages.refused.title} lead={messages.refused.lead}>
      <Problem message={refusal.message} hint={refusal.hint} />
      <Button size="md" onClick={() => void refreshStatus()}>
        {messages.refused.retry}
      </Button>
    </Centered>
  );
}

export const OutsideOfWindow = () => <Centered title={messages.outside.title} lead={messages.outside.lead} />;

export function DamagedVault({ status }: { readonly status: StatusView }) {
  const words = messages.damaged;
  return (
    <Centered title={words.title} lead={words.lead} wide>
      <section className={classes['steps']}>
        <h2>{words.steps}</h2>
        <p>{words.backup}</p>
        <RestoreBeforeOpen as="button" />
        <p>{words.disk}</p>
      </section>
      <LookAgain words={words.retry} home={status.home} />
    </Centered>
  );
}

export function NewerVault({ status }: { readonly status: StatusView }) {
  const words = messages.newer;
  return (
    <Centered
      title={words.title}
      lead={
        <>
          {words.lead} {words.update}
        </>
      }
    >
      <LookAgain words={words.retry} home={status.home} />
    </Centered>
  );
}

function LookAgain({ words, home }: { readonly words: string; readonly home: string }) {
  return (
    <>
      <Button size="md" variant="default" onClick={() => void refreshStatus()}>
        {words}
      </Button>
      <Text size="xs" c="dimmed" ta="center" style={{ overflowWrap: 'anywhere' }}>
        {messages.vaultAt(home)}
      </Text>
    </>
  );
}
