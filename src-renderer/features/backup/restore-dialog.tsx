import { Button, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ResponseOf } from '../../../src-shared/contract/channels.ts';
import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { refreshStatus, useStatus } from '../../state/core/status.ts';
import { useKept } from '../../state/kept.ts';
import { vaultRestored } from '../../state/restored.ts';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { Prose } from '../../ui/text/prose.tsx';
import { useSlow } from '../../ui/use-slow.ts';
import dialogClasses from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { messages as dialogMessages } from '../dialogs/messages.ts';
import settingsClasses from '../settings/settings.module.css';
import { FileFacts } from './file-facts.tsx';
import { messages } from './messages.ts';

const words = messages.restore;

type Chosen = NonNullable<ResponseOf<'vault.chooseBackup'>['chosen']>;

/** Puts a backup in the vault's place: which file, what becomes of the vault that is there, and a typed word before it does. */
export default function RestoreDialog() {
  const status = useStatus((state) => state.status);
  const [chosen, setChosen] = useKept<Chosen | null>('dialog:restore chosen', null);
  const [typed, setTyped] = useKept('dialog:restore typed', '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const another = useRef<HTMLButtonElement>(null);
  const isSlow = useSlow(busy);
  if (status === null) return null;
  const isFirst = status.vault === 'missing';
  const isReady = chosen !== null && (isFirst || typed.trim().toLowerCase() === words.word);

  const choose = async (): Promise<void> => {
    setProblem(null);
    const outcome = await ask((core) => core.vault.chooseBackup({}));
    if (!outcome.ok) setProblem(outcome.error);
    else if (outcome.result.chosen !== null) {
      setChosen(outcome.result.chosen);
      setTyped('');
    }
  };
  const restore = async (): Promise<void> => {
    if (!isReady || busy) return;
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) => core.vault.restoreChosen({ id: chosen.id, replace: !isFirst }));
    // At once: a field that is disabled takes no focus.
    flushSync(() => setBusy(false));
    if (!outcome.ok) {
      setProblem(outcome.error);
      another.current?.focus();
      return;
    }
    vaultRestored(outcome.result.kept?.split(/[\\/]/).at(-1) ?? null);
    closeDialog();
    await refreshStatus();
  };

  return (
    <Dialog title={words.title} size={560}>
      <form
        className={dialogClasses['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void (chosen === null ? choose() : restore());
        }}
      >
        {chosen === null ? (
          <p className={dialogClasses['lead']}>
            <Prose text={isFirst ? words.leadFirst : words.lead} />
          </p>
        ) : (
          <>
            <FileFacts path={chosen.path} bytes={chosen.bytes} changedAt={chosen.changed_at} />
            <div className={settingsClasses['row']}>
              <Button ref={another} size="xs" variant="default" disabled={busy} onClick={() => void choose()}>
                {words.another}
              </Button>
            </div>
            {!isFirst && <WhatHappens status={status} />}
            {!isFirst && (
              <TextInput
                label={dialogMessages.confirm(words.word)}
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                // Once chosen, and when the dialog comes back after a lock.
                autoFocus
                data-autofocus
                autoComplete="off"
                spellCheck={false}
                disabled={busy}
              />
            )}
          </>
        )}
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <div className={dialogClasses['buttons']}>
          <p className={dialogClasses['status']} role="status">
            {isSlow ? words.busy : ''}
          </p>
          <Button variant="default" disabled={busy} onClick={closeDialog}>
            {dialogMessages.cancel}
          </Button>
          {chosen === null ? (
            <Button key="choose" type="submit" data-autofocus>
              {words.choose}
            </Button>
          ) : (
            <Button
              key="restore"
              type="submit"
              autoFocus={isFirst}
              data-autofocus={isFirst ? '' : undefined}
              {...(isFirst ? {} : { color: 'red' })}
              disabled={!isReady}
              loading={busy}
            >
              {isFirst ? words.submitFirst : words.submit}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function WhatHappens({ status }: { readonly status: StatusView }) {
  const keys = useInventory((state) => state.keys.length);
  return (
    <section aria-label={words.happens}>
      <ul className={dialogClasses['names']}>
        <li>{status.vault === 'unlocked' ? words.replaced(keys) : words.replacedUnread}</li>
        <li>{words.kept(status.home)}</li>
        <li>{words.locks}</li>
      </ul>
    </section>
  );
}
