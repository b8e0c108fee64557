import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { type SyntheticEvent, useCallback, useRef, useState } from 'react';
import { ask } from '../../bridge.ts';
import { refreshStatus } from '../../state/core/status.ts';
import { Centered } from '../../ui/states/centered.tsx';
import { Problem } from '../../ui/states/problem.tsx';
import { sameBytes, secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import { RestoreBeforeOpen } from '../backup/restore-before-open.tsx';
import { messages } from './messages.ts';
import { LEAST_LENGTH, PassphraseMeter } from './passphrase-meter.tsx';

const words = messages.create;

interface CreateVaultProps {
  readonly home: string;
  /** Hands on the recovery code, before the status says that the vault is open; null: none came. */
  readonly onCreated: (recoveryCode: string | null) => void;
}

export function CreateVault({ home, onCreated }: CreateVaultProps) {
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(0);
  const read = useCallback(() => first.current?.value ?? '', []);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string; hint: string } | null>(null);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    if (Array.from(first.current?.value ?? '').length < LEAST_LENGTH) {
      setProblem({ message: words.tooShort(LEAST_LENGTH), hint: '' });
      first.current?.focus();
      return;
    }
    const passphrase = takeSecret(first.current);
    const again = takeSecret(second.current);
    setTyped((count) => count + 1);
    const equal = sameBytes(passphrase, again);
    again.fill(0);
    if (!equal) {
      passphrase.fill(0);
      setProblem({ message: words.different, hint: '' });
      first.current?.focus();
      return;
    }
    setProblem(null);
    setBusy(true);
    const outcome = await ask((core) => core.vault.create({ passphrase }));
    passphrase.fill(0);
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      await refreshStatus();
      return;
    }
    onCreated(outcome.result.recovery_code);
    await refreshStatus();
  };

  return (
    <Centered title={words.title} lead={words.lead}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <div>
            <PasswordInput
              ref={first}
              label={words.passphrase}
              description={words.hint}
              size="md"
              autoFocus
              disabled={busy}
              onChange={() => setTyped((count) => count + 1)}
              {...secretFieldProps}
            />
            <PassphraseMeter read={read} typed={typed} />
          </div>
          <PasswordInput ref={second} label={words.again} size="md" disabled={busy} {...secretFieldProps} />
          {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
          <Button type="submit" size="md" fullWidth loading={busy}>
            {words.submit}
          </Button>
        </Stack>
      </form>
      <Stack gap="sm" align="center">
        <RestoreBeforeOpen as="link" />
        <Text size="xs" c="dimmed" ta="center" style={{ overflowWrap: 'anywhere' }}>
          {words.where(home)}
        </Text>
      </Stack>
    </Centered>
  );
}
