import { PasswordInput, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import { ask } from '../../../bridge.ts';
import { loadInventory, useInventory } from '../../../state/core/inventory.ts';
import { useKept } from '../../../state/kept.ts';
import { closeDialog, type Dialog as AnyDialog, openDialog } from '../../../state/view.ts';
import { secretFieldProps, takeSecret } from '../../../ui/text/secret-input.ts';
import { DialogForm, type Trouble } from '../../dialogs/dialog-form.tsx';
import dialogClasses from '../../dialogs/dialog.module.css';
import { messages } from './messages.ts';
import { webApiKeyOf, withWebApiKey } from './web-api-key.ts';

const words = messages.signIn;
const EVERYWHERE = '';

type Wish = Extract<AnyDialog, { readonly kind: 'sign-in' }>;

/** Signs a person in to a platform. The password goes to the core as bytes, once. */
export default function SignInDialog({ wish }: { readonly wish: Wish }) {
  const { platforms, environments } = useInventory();
  const able = platforms.filter(({ can, base_url: url }) => can.sign_in && url !== null);
  const [chosen, setChosen] = useKept<string | null>('dialog:sign-in platform', wish.platform ?? null);
  const [env, setEnv] = useKept('dialog:sign-in env', wish.env ?? EVERYWHERE);
  const [email, setEmail] = useKept('dialog:sign-in email', '');
  const [typedKey, setTypedKey] = useKept<string | null>('dialog:sign-in web key', null);
  const [isKeyWrong, setKeyWrong] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const operationId = useRef<string | null>(null);
  const platform = able.find(({ id }) => id === chosen) ?? able.find(({ builtin }) => builtin) ?? able[0];
  const knownKey = platform === undefined ? undefined : webApiKeyOf(platform);
  const webKey = (typedKey ?? knownKey ?? '').trim();
  const isReady =
    platform !== undefined && email.trim().length >= 3 && (knownKey === undefined || webKey !== '');

  const leave = (): void => {
    if (wish.then === undefined) closeDialog();
    else openDialog({ kind: wish.then });
  };

  const send = async (): Promise<Trouble | null> => {
    if (platform === undefined) return null;
    const secret = takeSecret(password.current);
    if (secret.length === 0) return { message: words.noPassword, hint: '', field: password.current };
    if (knownKey !== undefined && webKey !== knownKey) {
      const set = await ask((core) =>
        core.platforms.set({ id: platform.id, ...withWebApiKey(platform, webKey) }),
      );
      if (!set.ok) {
        secret.fill(0);
        return { ...set.error, field: password.current };
      }
    }
    const operation = crypto.randomUUID();
    operationId.current = operation;
    const outcome = await ask((core) =>
      core.sessions.signIn({
        platform: platform.id,
        ...(env === EVERYWHERE ? {} : { env }),
        email: email.trim(),
        password: secret,
        operation_id: operation,
      }),
    );
    secret.fill(0);
    setKeyWrong(!outcome.ok && outcome.error.code === 'BAD_PLATFORM');
    if (!outcome.ok) return { ...outcome.error, field: password.current };
    leave();
    notifications.show({ message: words.done(outcome.result.session.email, platform.name) });
    await loadInventory();
    return null;
  };

  const stop = (): void => {
    const operation = operationId.current;
    if (operation !== null) void ask((core) => core.operations.cancel({ operation_id: operation }));
  };

  return (
    <DialogForm
      title={words.title}
      env={environments.find(({ name }) => name === env)}
      lead={words.lead}
      submit={words.submit}
      send={send}
      doing={words.doing(platform?.name ?? '')}
      onStop={stop}
      isReady={isReady}
      onCancel={leave}
    >
      {(busy) => (
        <>
          <div className={dialogClasses['pair']}>
            <Select
              label={words.platform}
              data={able.map(({ id, name }) => ({ value: id, label: name }))}
              value={platform?.id ?? null}
              onChange={(value) => {
                setChosen(value);
                setTypedKey(null);
              }}
              allowDeselect={false}
              disabled={busy}
            />
            <Select
              label={words.env}
              data={[
                { value: EVERYWHERE, label: words.all },
                ...environments.map(({ name, kind }) => ({
                  value: name,
                  label: kind === 'live' ? words.live(name) : name,
                })),
              ]}
              value={env}
              onChange={(value) => setEnv(value ?? EVERYWHERE)}
              allowDeselect={false}
              disabled={busy}
            />
          </div>
          <TextInput
            label={words.email}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            data-autofocus
            inputMode="email"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={320}
            disabled={busy}
          />
          <PasswordInput ref={password} label={words.password} disabled={busy} {...secretFieldProps} />
          {knownKey !== undefined && (knownKey === '' || typedKey !== null || isKeyWrong) && (
            <TextInput
              label={words.webKey}
              description={words.webKeyHint}
              value={typedKey ?? knownKey}
              onChange={(event) => setTypedKey(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
              disabled={busy}
            />
          )}
        </>
      )}
    </DialogForm>
  );
}
