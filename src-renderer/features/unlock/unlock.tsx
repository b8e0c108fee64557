import { Anchor, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { type SyntheticEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { refreshStatus, useStatus } from '../../state/core/status.ts';
import { openedByCode, passphraseIsKnown } from '../../state/recovered.ts';
import { useRestored } from '../../state/restored.ts';
import { Centered } from '../../ui/states/centered.tsx';
import { remaining } from '../../ui/text/format.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import { useNow } from '../../ui/use-now.ts';
import { useSlow } from '../../ui/use-slow.ts';
import { messages } from './messages.ts';

type Trouble = Pick<ErrorView, 'message' | 'hint'>;

/** Milliseconds until the core takes another try, counting down. */
function useHeldBack(status: StatusView): number {
  const toldAt = useStatus((state) => state.toldAt);
  const now = useNow(status.unlock_delay_ms > 0 ? 1000 : null);
  return Math.max(0, toldAt + status.unlock_delay_ms - Math.max(now, toldAt));
}

export function Unlock({ status }: { readonly status: StatusView }) {
  const field = useRef<HTMLInputElement>(null);
  const [method, setMethod] = useState<'passphrase' | 'recovery'>('passphrase');
  const [busy, setBusy] = useState<'typed' | 'keychain' | null>(null);
  const [problem, setProblem] = useState<Trouble | null>(null);
  const restored = useRestored();
  const isSlow = useSlow(busy !== null);
  const heldBackMs = useHeldBack(status);
  const held = heldBackMs > 0;
  const words = (how: 'typed' | 'keychain'): string =>
    busy === how
      ? messages.unlocking
      : how === 'typed'
        ? messages.unlock
        : messages.withKeychain(status.keychain_detail);

  const unlock = async (proof: Proof, how: 'typed' | 'keychain') => {
    setBusy(how);
    setProblem(null);
    const outcome = await send(proof);
    // At once: a field that is disabled takes no focus.
    flushSync(() => setBusy(null));
    if (outcome.ok) {
      if (proof.with === 'recovery') openedByCode();
      else if (proof.with === 'passphrase') passphraseIsKnown();
    } else {
      setProblem(outcome.error);
      field.current?.focus();
    }
    // Also after a wrong try: the answer says how long the next one is held back.
    await refreshStatus();
  };

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (held || busy !== null) return;
    if ((field.current?.value ?? '') === '') {
      setProblem({ message: method === 'passphrase' ? messages.empty : messages.emptyCode, hint: '' });
      field.current?.focus();
      return;
    }
    void unlock({ with: method, secret: takeSecret(field.current) }, 'typed');
  };

  return (
    <Centered
      title={messages.title}
      lead={restored.isWaiting ? messages.restored(restored.kept) : messages.why(status.lock_reason)}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <PasswordInput
            key={method}
            ref={field}
            label={method === 'passphrase' ? messages.passphrase : messages.recoveryCode}
            description={method === 'recovery' ? messages.recoveryHint : undefined}
            size="md"
            autoFocus
            disabled={busy !== null}
            {...secretFieldProps}
          />
          {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
          <Button
            type="submit"
            size="md"
            loading={isSlow && busy === 'typed'}
            disabled={held || busy !== null}
            fullWidth
          >
            <span className="tabular">{held ? messages.wait(remaining(heldBackMs)) : words('typed')}</span>
          </Button>
          {held && (
            <Text size="sm" c="dimmed" ta="center" style={{ textWrap: 'balance' }}>
              {messages.waitHint}
            </Text>
          )}
        </Stack>
      </form>
      {status.keychain === 'available' && (
        <Button
          variant="default"
          size="md"
          fullWidth
          loading={isSlow && busy === 'keychain'}
          disabled={busy !== null || held}
          leftSection={<IconFingerprint size={18} stroke={1.5} aria-hidden />}
          onClick={() => void unlock({ with: 'keychain' }, 'keychain')}
        >
          {words('keychain')}
        </Button>
      )}
      <Stack gap="sm" align="center">
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            setMethod(method === 'passphrase' ? 'recovery' : 'passphrase');
            setProblem(null);
          }}
        >
          {method === 'passphrase' ? messages.useRecovery : messages.usePassphrase}
        </Anchor>
        {status.keychain === 'unavailable' && (
          <Text size="xs" c="dimmed" ta="center">
            {messages.keychainMissing(status.keychain_detail)}
          </Text>
        )}
        <Text size="xs" c="dimmed" ta="center" style={{ overflowWrap: 'anywhere' }}>
          {messages.vaultAt(status.home)}
        </Text>
      </Stack>
    </Centered>
  );
}

interface Proof {
  readonly with: 'passphrase' | 'recovery' | 'keychain';
  readonly secret?: Uint8Array;
}

const send = async (proof: Proof) => {
  const outcome = await ask((core) => core.vault.unlock(proof));
  proof.secret?.fill(0);
  return outcome;
};
