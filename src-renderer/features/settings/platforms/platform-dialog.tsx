import { PasswordInput, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { PlatformView } from '../../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../../src-shared/errors/app-error.ts';
import { ask } from '../../../bridge.ts';
import { examine } from '../../../state/core/doctor.ts';
import { loadInventory, useInventory } from '../../../state/core/inventory.ts';
import { refreshStatus } from '../../../state/core/status.ts';
import { useKept } from '../../../state/kept.ts';
import { closeDialog, type Dialog as AnyDialog } from '../../../state/view.ts';
import { Problem } from '../../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../../ui/text/secret-input.ts';
import dialogClasses from '../../dialogs/dialog.module.css';
import { Dialog } from '../../dialogs/dialog.tsx';
import { DialogButtons } from '../dialog-buttons.tsx';
import { messages } from '../messages.ts';
import classes from '../settings.module.css';

const words = messages.platform;
const EVERYWHERE = '';

type Wish = Extract<AnyDialog, { readonly kind: 'platform' }>;

const addressIn = (platform: PlatformView, env: string): string =>
  env === EVERYWHERE
    ? (platform.base_url ?? '')
    : (platform.per_environment.find((one) => one.env === env)?.base_url ?? '');

/** Where a platform is, for all environments or for one, and which plan the account has. */
export default function PlatformDialog({ wish }: { readonly wish: Wish }) {
  const { platforms, environments } = useInventory();
  const platform = platforms.find(({ id }) => id === wish.id);
  const [env, setEnv] = useKept('dialog:platform env', wish.env ?? EVERYWHERE);
  const [typed, setTyped] = useKept<string | null>('dialog:platform url', wish.url ?? null);
  const [tier, setTier] = useKept<string | null>('dialog:platform tier', null);
  /** Why the core wants to know that it is the owner who asks; kept, so that a lock does not bring a step back. */
  const [why, setWhy] = useKept<string | null>('dialog:platform why', wish.why ?? null);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  if (platform === undefined) return null;
  const url = typed ?? addressIn(platform, env);
  const documented = platform.documented_base_url;

  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const passphrase = why === null ? undefined : takeSecret(field.current);
    const outcome = await ask((core) =>
      core.platforms.set({
        id: platform.id,
        ...(env === EVERYWHERE ? {} : { env }),
        // Empty: what the platform documents holds again.
        ...(url === addressIn(platform, env) ? {} : { base_url: url.trim() === '' ? null : url.trim() }),
        ...(tier === null || tier === platform.tier ? {} : { tier }),
        ...(passphrase === undefined ? {} : { passphrase }),
      }),
    );
    passphrase?.fill(0);
    // At once: a field that is disabled takes no focus.
    flushSync(() => setBusy(false));
    if (outcome.ok) {
      closeDialog();
      notifications.show({ message: words.saved(platform.name) });
      await Promise.all([loadInventory(), refreshStatus()]);
      if (wish.examine !== undefined) await examine(wish.examine, null);
    } else if (outcome.error.code === 'INPUT_REQUIRED') setWhy(outcome.error.message);
    else {
      setProblem(outcome.error);
      field.current?.focus();
    }
  };

  return (
    <Dialog title={words.title(platform.name)} env={environments.find(({ name }) => name === env)}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className={dialogClasses['lead']}>{words.lead}</p>
        <Select
          label={words.where}
          data={[
            { value: EVERYWHERE, label: words.everywhere },
            ...environments.map(({ name, kind }) => ({
              value: name,
              label: kind === 'live' ? words.live(name) : name,
            })),
          ]}
          value={env}
          onChange={(value) => {
            setEnv(value ?? EVERYWHERE);
            setTyped(null);
            setWhy(null);
          }}
          allowDeselect={false}
          disabled={busy}
        />
        <TextInput
          label={words.address}
          description={
            env === EVERYWHERE
              ? documented === null
                ? words.undocumented
                : words.documented(documented)
              : words.asElsewhere
          }
          placeholder={documented ?? 'https://'}
          value={url}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setWhy(null);
          }}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          maxLength={2048}
          disabled={busy}
        />
        {platform.tiers.length > 0 && (
          <Select
            label={words.tier}
            description={words.tierHint}
            placeholder={words.tierUnknown}
            data={platform.tiers}
            value={tier ?? platform.tier}
            onChange={setTier}
            disabled={busy}
          />
        )}
        {/* SECURITY: the core says when: where a live key, or a sign-in, would go to a host that it did not go to before. */}
        {why !== null && (
          <PasswordInput
            ref={field}
            label={messages.passphrase}
            description={why}
            autoFocus
            disabled={busy}
            {...secretFieldProps}
          />
        )}
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <DialogButtons submit={words.submit} busy={busy} onCancel={closeDialog} />
      </form>
    </Dialog>
  );
}
