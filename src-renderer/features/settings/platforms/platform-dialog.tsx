import { Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef } from 'react';
import type { PlatformView } from '../../../../src-shared/contract/views.ts';
import { ask } from '../../../bridge.ts';
import { examine } from '../../../state/core/doctor.ts';
import { loadInventory, useInventory } from '../../../state/core/inventory.ts';
import { refreshStatus } from '../../../state/core/status.ts';
import { useKept } from '../../../state/kept.ts';
import { closeDialog, type Dialog as AnyDialog } from '../../../state/view.ts';
import { takeSecret } from '../../../ui/text/secret-input.ts';
import { AskedPassphrase } from '../../dialogs/asked-passphrase.tsx';
import { DialogForm, type Trouble } from '../../dialogs/dialog-form.tsx';
import { messages as settings } from '../messages.ts';
import { messages } from './messages.ts';

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
  const field = useRef<HTMLInputElement>(null);
  if (platform === undefined) return null;
  const url = typed ?? addressIn(platform, env);
  const documented = platform.documented_base_url;

  const send = async (): Promise<Trouble | null> => {
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
    if (!outcome.ok) {
      if (outcome.error.code !== 'INPUT_REQUIRED') return { ...outcome.error, field: field.current };
      setWhy(outcome.error.message);
      return null;
    }
    closeDialog();
    notifications.show({ message: words.saved(platform.name) });
    await Promise.all([loadInventory(), refreshStatus()]);
    if (wish.examine !== undefined) await examine(wish.examine, null);
    return null;
  };

  return (
    <DialogForm
      title={words.title(platform.name)}
      env={environments.find(({ name }) => name === env)}
      lead={words.lead}
      submit={words.submit}
      send={send}
    >
      {(busy) => (
        <>
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
            <AskedPassphrase field={field} label={settings.passphrase} why={why} busy={busy} />
          )}
        </>
      )}
    </DialogForm>
  );
}
