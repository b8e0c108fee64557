import { Button, MultiSelect, Select, Stack, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type SyntheticEvent, useMemo, useState } from 'react';
import type { LaunchProfileView, WindowRunView } from '../../../src-shared/contract/views.ts';
import type { Outcome } from '../../../src-shared/contract/outcome.ts';
import { DEFAULT_VARIABLE } from '../../../src-shared/domain/names.ts';
import { ask } from '../../bridge.ts';
import { beginLaunchDraft, draftLaunch, forgetLaunchDraft, useDrafts } from '../../state/drafts.ts';
import { useKept } from '../../state/kept.ts';
import { type KeyRef, refOf } from '../../state/key-ref.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { runStarted, useRuns } from '../../state/core/runs.ts';
import { closeDialog, useView } from '../../state/view.ts';
import { Problem } from '../../ui/states/problem.tsx';
import classes from '../dialogs/dialog.module.css';
import { Dialog } from '../dialogs/dialog.tsx';
import { messages } from './messages.ts';
import { FIRST_SIZE } from './run-buttons.tsx';
import { joinCommand } from './run-words.ts';
import { splitCommand, type SplitCommand } from './split-command.ts';

const whatIsMissing = (split: SplitCommand, names: readonly string[]): string | null => {
  if ('unclosed' in split) return messages.unclosed(split.unclosed);
  if (split.argv.length === 0) return messages.commandMissing;
  return names.length === 0 ? messages.keysMissing : null;
};

const draftOf = (profile: LaunchProfileView | undefined) =>
  profile === undefined
    ? {}
    : {
        profile: profile.id,
        name: profile.name,
        command: joinCommand(profile.command),
        cwd: profile.cwd ?? '',
        watch: profile.watch,
      };

interface LaunchDialogProps {
  readonly chosen: KeyRef | null;
  /** The profile to change; null: a command is started, and kept where it is given a name. */
  readonly profileId: string | null;
}

/** Starts a command with chosen keys in its environment, or changes a profile that does. */
export function LaunchDialog({ chosen, profileId }: LaunchDialogProps) {
  const { environments, keys } = useInventory();
  const profile = useRuns((state) => state.profiles.find(({ id }) => id === profileId));
  const looking = useView((state) => state.env);
  useState(() => beginLaunchDraft(draftOf(profile)));
  const { name, command, cwd, watch } = useDrafts((state) => state.launch);
  const chosenKey = keys.find((key) => refOf(key) === chosen);
  const [chosenEnv, setEnv] = useKept<string | null>(
    'dialog:launch env',
    profile?.env ?? chosenKey?.env ?? looking,
  );
  // The environments may come after the dialog.
  const env =
    chosenEnv ?? environments.find(({ kind }) => kind === 'test')?.name ?? environments[0]?.name ?? '';
  const active = useMemo(
    () =>
      keys.filter((key) => key.env === env && key.status === 'active' && !key.damaged).map((key) => key.name),
    [keys, env],
  );
  const [picked, setPicked] = useKept<readonly string[] | null>(
    'dialog:launch keys',
    profile?.keys ?? (chosenKey === undefined ? null : [chosenKey.name]),
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
    if (profile !== undefined && name.trim() === '') {
      setProblem({ message: messages.profileNameMissing, hint: '' });
      return;
    }
    setBusy(true);
    setProblem(null);
    const wish = {
      env,
      command: [...split.argv],
      keys: [...names],
      watch,
      ...(cwd.trim() === '' ? {} : { cwd: cwd.trim() }),
    };
    const failed = await carryOut(wish, name.trim(), profile);
    setBusy(false);
    setProblem(failed);
    if (failed !== null) return;
    draftLaunch({ name: '', watch: false });
    if (profile !== undefined) forgetLaunchDraft();
    closeDialog();
  };

  return (
    <Dialog title={profile === undefined ? messages.title : messages.editTitle} env={environment} size={560}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <p className={classes['lead']}>{messages.lead}</p>
          {profile !== undefined && <NameField value={name} disabled={busy} />}
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
          <div className={`${classes['pair']} ${classes['wideFirst']}`}>
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
          </div>
          <MultiSelect
            label={messages.keys}
            description={active.length === 0 ? messages.noKeys(env) : messages.keysHint(DEFAULT_VARIABLE)}
            placeholder={names.length === 0 ? messages.choose : undefined}
            data={active}
            value={[...names]}
            onChange={setPicked}
            limit={50}
            searchable
            clearable
            disabled={busy || active.length === 0}
          />
          <Switch
            label={messages.watch}
            description={messages.watchHint}
            checked={watch}
            onChange={(event) => draftLaunch({ watch: event.currentTarget.checked })}
            disabled={busy}
          />
          {profile === undefined && <NameField value={name} disabled={busy} isOptional />}
          {problem !== null && <Problem message={problem.message} hint={problem.hint} />}
          <div className={classes['buttons']}>
            <Button variant="default" onClick={closeDialog} disabled={busy}>
              {messages.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {profile !== undefined
                ? messages.save
                : environment?.kind === 'live'
                  ? messages.submitLive(env)
                  : messages.submit(env)}
            </Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  );
}

interface NameFieldProps {
  readonly value: string;
  readonly disabled: boolean;
  readonly isOptional?: boolean;
}

function NameField({ value, disabled, isOptional = false }: NameFieldProps) {
  return (
    <TextInput
      label={isOptional ? messages.saveAs : messages.profileName}
      description={isOptional ? messages.saveAsHint : undefined}
      value={value}
      onChange={(event) => draftLaunch({ name: event.currentTarget.value })}
      maxLength={80}
      autoComplete="off"
      disabled={disabled}
    />
  );
}

type Wish = Parameters<Parameters<Parameters<typeof ask>[0]>[0]['runs']['launch']>[0];
interface Failure {
  readonly message: string;
  readonly hint: string;
}

/** Starts it, keeps it, or both. @returns what went wrong */
const carryOut = async (
  wish: Omit<Wish, 'size'>,
  name: string,
  profile: LaunchProfileView | undefined,
): Promise<Failure | null> => {
  if (name === '') return started(await ask((core) => core.runs.launch({ ...wish, size: FIRST_SIZE })));
  const id = profile?.id;
  const saved = await ask((core) =>
    core.profiles.save({ ...wish, name, ...(id === undefined ? {} : { id }) }),
  );
  if (!saved.ok) return saved.error;
  if (profile !== undefined) return null;
  const { id: fresh } = saved.result.profile;
  const failed = started(await ask((core) => core.profiles.start({ id: fresh, size: FIRST_SIZE })));
  if (failed !== null)
    notifications.show({ color: 'red', title: messages.notRun, message: failed.message, autoClose: 10_000 });
  return null;
};

const started = (outcome: Outcome<{ readonly run: WindowRunView }>): Failure | null => {
  if (!outcome.ok) return outcome.error;
  runStarted(outcome.result.run);
  return null;
};
