import { Button, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useState } from 'react';
import type { RequestOf } from '../../../src-shared/contract/channels.ts';
import type { ErrorView } from '../../../src-shared/errors/app-error.ts';
import { VARIABLE_NAME } from '../../../src-shared/domain/names.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { type KeyRef, refOf } from '../../state/key-ref.ts';
import { useKept } from '../../state/kept.ts';
import { closeDialog } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import dialogClasses from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { splitCommand } from '../launch/split-command.ts';
import { messages } from './messages.ts';
import classes from './targets.module.css';

const words = messages.dialog;

type Place = RequestOf<'deployments.add'>['place'];
type Kind = Place['kind'];
type Give = 'stdin' | 'environment';

const KINDS = (['dotenv', 'systemd', 'command', 'process'] as const).map((value) => ({
  value,
  label: messages.kinds[value],
}));
const GIVES = (['stdin', 'environment'] as const).map((value) => ({ value, label: messages.given[value] }));

interface Typed {
  readonly kind: Kind;
  readonly path: string;
  readonly variable: string;
  readonly command: string;
  readonly cwd: string;
  readonly give: Give;
}

const nothing: Omit<Typed, 'variable'> = { kind: 'dotenv', path: '', command: '', cwd: '', give: 'stdin' };
const WHOLE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)./;

/** What was typed as a place, or why it is none. */
const placeOf = ({ kind, path, variable, command, cwd, give }: Typed): Place | string => {
  if (kind === 'process') return { kind };
  const needsVariable = kind !== 'command' || give === 'environment';
  if (needsVariable && !VARIABLE_NAME.test(variable)) return words.noVariable;
  if (kind !== 'command')
    return WHOLE_PATH.test(path.trim()) ? { kind, path: path.trim(), variable } : words.noPath;
  const split = splitCommand(command);
  if ('unclosed' in split) return words.unclosed(split.unclosed);
  // SECURITY: what runs is settled here; a later PATH must not change it.
  if (!WHOLE_PATH.test(split.argv[0] ?? '')) return words.noCommand;
  if (!WHOLE_PATH.test(cwd.trim())) return words.noFolder;
  return {
    kind,
    argv: [...split.argv],
    cwd: cwd.trim(),
    give,
    ...(needsVariable ? { variable } : {}),
  };
};

/** Puts a place on the list of those that get a key's new value when it is rotated. */
export default function TargetDialog({ keyRef }: { readonly keyRef: KeyRef }) {
  const key = useInventory((state) => state.keys.find((one) => refOf(one) === keyRef));
  const kind = useInventory(
    (state) => state.environments.find(({ name }) => name === key?.env)?.kind ?? 'test',
  );
  const [kept, setTyped] = useKept<Typed>('dialog:target', { ...nothing, variable: key?.var ?? '' });
  const [warnings, setWarnings] = useKept<readonly string[] | null>('dialog:target warnings', null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Pick<ErrorView, 'message' | 'hint'> | null>(null);
  if (key === undefined) return null;
  const text = (field: 'path' | 'variable' | 'command' | 'cwd') => ({
    value: kept[field],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      setTyped({ ...kept, [field]: event.currentTarget.value }),
    disabled: busy,
    autoComplete: 'off',
    spellCheck: false,
    maxLength: 4096,
  });

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const place = placeOf(kept);
    if (typeof place === 'string') {
      setProblem({ message: place, hint: '' });
      return;
    }
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) => core.deployments.add({ key: keyRef, place }));
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    const { target, warnings: told } = outcome.result;
    if (told.length > 0) {
      setWarnings(told);
      return;
    }
    notifications.show({ message: words.added(target.label) });
    closeDialog();
  };

  if (warnings !== null) {
    return (
      <Dialog title={words.title(key.name)} env={{ name: key.env, kind }}>
        <div className={classes['form']}>
          <p className={dialogClasses['lead']}>{words.warnings}</p>
          <ul className={dialogClasses['warnings']}>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
          <div className={dialogClasses['buttons']}>
            <Button onClick={closeDialog} data-autofocus>
              {words.done}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.title(key.name)} env={{ name: key.env, kind }}>
      <form className={classes['form']} onSubmit={(event) => void submit(event)}>
        <p className={dialogClasses['lead']}>{words.lead}</p>
        <Select
          label={words.kind}
          data={KINDS}
          value={kept.kind}
          onChange={(value) => setTyped({ ...kept, kind: value ?? 'dotenv' })}
          allowDeselect={false}
          disabled={busy}
        />
        {(kept.kind === 'dotenv' || kept.kind === 'systemd') && (
          <TextInput label={words.path} description={words.pathHint} {...text('path')} data-autofocus />
        )}
        {kept.kind === 'command' && (
          <>
            <TextInput label={words.command} description={words.commandHint} {...text('command')} />
            <TextInput label={words.cwd} description={words.cwdHint} {...text('cwd')} />
            <Select
              label={words.give}
              data={GIVES}
              value={kept.give}
              onChange={(value) => setTyped({ ...kept, give: value ?? 'stdin' })}
              allowDeselect={false}
              disabled={busy}
            />
          </>
        )}
        {kept.kind !== 'process' && (kept.kind !== 'command' || kept.give === 'environment') && (
          <TextInput label={words.variable} {...text('variable')} />
        )}
        {kept.kind === 'process' && <p className={dialogClasses['lead']}>{words.process}</p>}
        {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
        <div className={dialogClasses['buttons']}>
          <Button variant="default" onClick={closeDialog} disabled={busy}>
            {words.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
