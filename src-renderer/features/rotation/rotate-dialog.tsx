import { Button, Checkbox, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import type { KeyView } from '../../../src-shared/contract/views.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { useKept } from '../../state/kept.ts';
import { type KeyRef, refOf } from '../../state/key-ref.ts';
import { noteRotation } from '../../state/core/rotations.ts';
import { closeDialog, showScreen } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import { secretFieldProps, takeSecret } from '../../ui/text/secret-input.ts';
import dialogClasses from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { hintBeside, isRotating, SeeRotation } from '../dialogs/open-rotation.tsx';
import { messages } from './messages.ts';
import classes from './rotation.module.css';

const words = messages.dialog;

/** Starts the rotation of one key, or of many one after the other. */
export function RotateDialog({ refs }: { readonly refs: readonly KeyRef[] }) {
  const { keys, platforms, environments } = useInventory();
  const chosen = keys.filter((key) => refs.includes(refOf(key)));
  const [first] = chosen;
  const [problem, setProblem] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const started = useRef(new Set<KeyRef>());
  const valueField = useRef<HTMLInputElement>(null);
  const [isLost, setLost] = useKept('dialog:rotate lost', false);
  const [isUnchecked, setUnchecked] = useKept('dialog:rotate unchecked', false);
  if (first === undefined) return null;
  const isCutover =
    chosen.length === 1 && platforms.find(({ id }) => id === first.platform)?.rotation === 'cutover';

  const startOne = (key: KeyView, value: Uint8Array | undefined) =>
    ask((core) =>
      core.rotations.start({
        key: key.name,
        env: key.env,
        ...(value === undefined || value.length === 0 ? {} : { value }),
        ...(isLost && !isCutover ? { lost: true } : {}),
        ...(isUnchecked ? { no_deploy_check: true } : {}),
        wait_ms: 0,
      }),
    );

  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const value = isCutover ? takeSecret(valueField.current) : undefined;
    // What was started before something went wrong is not started again.
    for (const key of chosen.filter((one) => !started.current.has(refOf(one)))) {
      const outcome = await startOne(key, value);
      if (!outcome.ok) {
        setBusy(false);
        setProblem(outcome.error);
        return;
      }
      noteRotation(outcome.result.rotation);
      started.current.add(refOf(key));
    }
    notifications.show({ message: words.startedMany(started.current.size) });
    closeDialog();
    showScreen('rotation');
  };

  const isOpenAlready = isRotating(problem);
  const kind = environments.find(({ name }) => name === first.env)?.kind ?? 'test';
  const isOneEnvironment = chosen.every(({ env }) => env === first.env);
  return (
    <Dialog
      title={words.title(chosen.map(({ name }) => name))}
      env={isOneEnvironment ? { name: first.env, kind } : undefined}
    >
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <p>{isCutover ? words.cutover : words.overlap}</p>
        {isCutover && (
          <PasswordInput ref={valueField} label={words.value} data-autofocus {...secretFieldProps} />
        )}
        {!isCutover && (
          <Checkbox
            size="xs"
            label={words.lost}
            checked={isLost}
            onChange={(event) => setLost(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          size="xs"
          label={words.noCheck}
          checked={isUnchecked}
          onChange={(event) => setUnchecked(event.currentTarget.checked)}
        />
        {problem !== null && <Problem message={problem.message} hint={hintBeside(problem)} />}
        <div className={dialogClasses['buttons']}>
          <Button variant="default" onClick={closeDialog}>
            {words.cancel}
          </Button>
          {isOpenAlready && <SeeRotation />}
          {(!isOpenAlready || chosen.length > 1) && (
            <Button type="submit" variant={isOpenAlready ? 'default' : 'filled'} loading={busy}>
              {words.start}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
