import { Button, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { type SyntheticEvent, useMemo, useState } from 'react';
import { DEFAULT_VARIABLE } from '../../../src-shared/domain/names.ts';
import { ask } from '../../bridge.ts';
import { draftLaunch, useDrafts } from '../../state/drafts.ts';
import { type KeyRef, refOf } from '../../state/key-ref.ts';
import { useInventory } from '../../state/inventory.ts';
import { runStarted } from '../../state/runs.ts';
import { closeDialog, useView } from '../../state/view.ts';
import { Problem } from '../../ui/problem.tsx';
import classes from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { messages } from './messages.ts';
import { splitCommand, type SplitCommand } from './split-command.ts';

const whatIsMissing = (split: SplitCommand, names: readonly string[]): string | null => {
  if ('unclosed' in split) return messages.unclosed(split.unclosed);
  if (split.argv.length === 0) return messages.commandMissing;
  return names.length === 0 ? messages.keysMissing : null;
};

/** Starts a command with chosen keys in its environment. */
export function LaunchDialog({ chosen }: { readonly chosen: KeyRef | null }) {
  const { environments, keys } = useInventory();
  const looking = useView((state) => state.env);
  const { command, cwd } = useDrafts((state) => state.launch);
  const chosenKey = keys.find((key) => refOf(key) === chosen);
  const [env, setEnv] = useState(
    chosenKey?.env ??
      looking ??
      environments.find(({ kind }) => kind === 'test')?.name ??
      environments[0]?.name ??
      '',
  );
  const active = useMemo(
    () =>
      keys.filter((key) => key.env === env && key.status === 'active' && !key.damaged).map((key) => key.name),
    [keys, env],
  );
  const [picked, setPicked] = useState<readonly string[] | null>(
    chosenKey === undefined ? null : [chosenKey.name],
  );
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string; hint: string } | null>(null);
  const environment = environments.find(({ name }) => name === env);
  // A single key needs no choice.
  const names = picked ?? (active.length === 1 ? active : []);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    const split = splitCommand(command);
    const missing = whatIsMissing(split, names);
    if (missing !== null || 'unclosed' in split) {
      setProblem({ message: missing ?? '', hint: '' });
      return;
    }
    setBusy(true);
    setProblem(null);
    const outcome = await ask((core) =>
      core.runs.launch({
        env,
        command: [...split.argv],
        keys: [...names],
        ...(cwd.trim() === '' ? {} : { cwd: cwd.trim() }),
      }),
    );
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.error);
      return;
    }
    runStarted(outcome.result.run_id, command.trim(), env);
    closeDialog();
  };

  return (
    <Dialog title={messages.title} env={environment} size={560}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <p className={classes['lead']}>{messages.lead}</p>
          <TextInput
            label={messages.command}
            description={messages.commandHint}
            placeholder={messages.commandExample}
            value={command}
            onChange={(event) => draftLaunch({ command: event.currentTarget.value })}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            disabled={busy}
          />
          <TextInput
            label={messages.cwd}
            description={messages.cwdHint}
            value={cwd}
            onChange={(event) => draftLaunch({ cwd: event.currentTarget.value })}
            autoComplete="off"
            spellCheck={false}
            disabled={busy}
          />
          <Select
            label={messages.env}
            data={environments.map(({ name, kind }) => ({
              value: name,
              label: kind === 'live' ? messages.live(name) : name,
            }))}
            value={env}
            onChange={(value) => {
              setEnv(value ?? env);
              setPicked(null);
            }}
            allowDeselect={false}
            disabled={busy}
          />
          <MultiSelect
            label={messages.keys}
            description={active.length === 0 ? messages.noKeys(env) : messages.keysHint(DEFAULT_VARIABLE)}
            data={active}
            value={[...names]}
            onChange={setPicked}
            limit={50}
            searchable
            clearable
            disabled={busy || active.length === 0}
          />
          {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
          <div className={classes['buttons']}>
            <Button variant="default" onClick={closeDialog} disabled={busy}>
              {messages.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {environment?.kind === 'live' ? messages.submitLive(env) : messages.submit}
            </Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}
