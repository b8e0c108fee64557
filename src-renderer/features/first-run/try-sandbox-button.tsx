import { Button, type ButtonProps } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFlask } from '@tabler/icons-react';
import { useState } from 'react';
import { ask } from '../../bridge.ts';
import { refOf } from '../../state/key-ref.ts';
import { loadInventory } from '../../state/core/inventory.ts';
import { refreshStatus } from '../../state/core/status.ts';
import { openPanel } from '../../state/view.ts';
import { messages } from './messages.ts';

interface TrySandboxButtonProps extends ButtonProps {
  readonly onDone?: () => void;
}

/** Starts the sandbox platform, creates a first key on it, and shows that key. */
export function TrySandboxButton({ onDone, ...props }: TrySandboxButtonProps) {
  const [busy, setBusy] = useState(false);
  const tryIt = async () => {
    setBusy(true);
    const outcome = await ask((core) => core.sandbox.tryIt({}));
    setBusy(false);
    if (!outcome.ok) {
      notifications.show({
        color: 'red',
        title: outcome.error.message,
        message: outcome.error.hint,
        autoClose: false,
      });
      return;
    }
    const { key } = outcome.result;
    await Promise.all([loadInventory(), refreshStatus()]);
    openPanel(refOf(key));
    notifications.show({ message: messages.sandboxReady(key.name) });
    onDone?.();
  };
  return (
    <Button
      {...props}
      loading={busy}
      leftSection={<IconFlask size={18} stroke={1.5} aria-hidden />}
      onClick={() => void tryIt()}
    >
      {messages.firstKey.sandbox}
    </Button>
  );
}
