import { Radio, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRef, useState } from 'react';
import type { EnvironmentView } from '../../../../src-shared/contract/views.ts';
import { environmentNameProblem } from '../../../../src-shared/domain/names.ts';
import { ask } from '../../../bridge.ts';
import { loadInventory, useInventory } from '../../../state/core/inventory.ts';
import { useKept } from '../../../state/kept.ts';
import { closeDialog } from '../../../state/view.ts';
import { DialogForm, type Trouble } from '../../dialogs/dialog-form.tsx';
import { messages } from '../messages.ts';
import classes from '../settings.module.css';

const words = messages.addEnvironment;

type Kind = EnvironmentView['kind'];
const KINDS: readonly Kind[] = ['test', 'live'];

/** Another place that keys are for. What it is called and whether it is live cannot be changed afterwards. */
export default function AddEnvironment() {
  const environments = useInventory((state) => state.environments);
  const [name, setName] = useKept('dialog:new environment name', '');
  const [kind, setKind] = useKept<Kind>('dialog:new environment kind', 'test');
  const field = useRef<HTMLInputElement>(null);
  /** Which is on its way, and may be among the others before the answer is here. */
  const [sent, setSent] = useState<string | null>(null);
  const taken = environments.map((environment) => environment.name).filter((one) => one !== sent);
  const problem = environmentNameProblem(name, taken);

  const send = async (): Promise<Trouble | null> => {
    setSent(name);
    const outcome = await ask((core) => core.environments.add({ name, kind }));
    if (!outcome.ok) {
      setSent(null);
      return { ...outcome.error, field: field.current };
    }
    closeDialog();
    await loadInventory();
    notifications.show({ message: words.added(name) });
    return null;
  };

  return (
    <DialogForm
      title={words.title}
      env={problem === null ? { name, kind } : undefined}
      submit={problem === null ? words.submit(name) : words.submitUnnamed}
      isReady={problem === null}
      send={send}
    >
      {(busy) => (
        <>
          <TextInput
            ref={field}
            label={words.name}
            description={words.nameHint}
            value={name}
            onChange={(event) => setName(event.currentTarget.value.trim())}
            // Nothing is said of a name not yet typed.
            error={name === '' || problem === null ? null : wordsOf(problem, name)}
            data-autofocus
            required
            withAsterisk={false}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            disabled={busy}
          />
          <Radio.Group label={words.kind} value={kind} onChange={(value) => setKind(value)}>
            <div className={classes['kinds']}>
              {KINDS.map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={words.kinds[one].label}
                  description={words.kinds[one].hint}
                  disabled={busy}
                />
              ))}
            </div>
          </Radio.Group>
          <p className={classes['hint']}>{words.lasting}</p>
        </>
      )}
    </DialogForm>
  );
}

const wordsOf = (problem: NonNullable<ReturnType<typeof environmentNameProblem>>, name: string): string => {
  if (problem === 'bad') return words.nameBad;
  return problem === 'taken' ? words.nameTaken(name) : words.nameAlias(name, problem.otherWordFor);
};
