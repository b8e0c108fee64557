import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDots,
  IconPlayerPlay,
  IconRobot,
  IconTerminal2,
  IconX,
} from '@tabler/icons-react';
import type {
  LaunchProfileView,
  RunView,
  StatusView,
  WindowRunView,
} from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { dismissRun, showRun, useRuns } from '../../state/core/runs.ts';
import { openDialog, showKey, useView } from '../../state/view.ts';
import { EmptyState } from '../../ui/states/empty-state.tsx';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { exactDate, since } from '../../ui/text/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { RestartButton, StartButton, StopButton } from '../launch/run-buttons.tsx';
import { endWords, joinCommand, runTitle } from '../launch/run-words.ts';
import classes from './agents.module.css';
import { messages } from './messages.ts';

const NOW_MS = 15_000;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** Every command that holds a key, from this window and from any terminal; and the ones that are kept to be started again. */
export default function AgentsScreen({ status }: { readonly status: StatusView }) {
  const env = useView((state) => state.env);
  const ours = useRuns((state) => state.runs);
  const kept = useRuns((state) => state.profiles);
  const isHere = (one: { readonly env: string }): boolean => env === null || one.env === env;
  const running = status.runs.filter(isHere);
  const finished = ours.filter((run) => run.ended !== null && isHere(run)).toReversed();
  const profiles = kept.filter(isHere);
  if (running.length === 0 && finished.length === 0 && profiles.length === 0) return <NothingRuns />;
  return (
    <div className={classes['screen']}>
      <h2>{messages.running}</h2>
      {running.length === 0 ? (
        <p className={classes['none']}>{messages.noneRunning}</p>
      ) : (
        <ul className={classes['cards']}>
          {running.map((run) => (
            <RunCard key={run.run_id} run={run} own={ours.find(({ run_id: id }) => id === run.run_id)} />
          ))}
        </ul>
      )}
      {profiles.length > 0 && (
        <>
          <h2>{messages.profiles}</h2>
          <ul className={classes['cards']}>
            {profiles.map((profile) => (
              <ProfileCard key={profile.id} profile={profile} />
            ))}
          </ul>
        </>
      )}
      {finished.length > 0 && (
        <>
          <h2>{messages.ended}</h2>
          <ul className={classes['cards']}>
            {finished.map((run) => (
              <EndedCard key={run.id} run={run} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const useKind = (env: string): 'live' | 'test' =>
  useInventory((state) => state.environments.find(({ name }) => name === env)?.kind ?? 'test');

interface RunCardProps {
  readonly run: RunView;
  /** Where it was started from a window. */
  readonly own: WindowRunView | undefined;
}

function RunCard({ run, own }: RunCardProps) {
  const now = useNow(NOW_MS);
  return (
    <li className={classes['card']} data-laggard={run.laggard ? '' : undefined}>
      <div className={classes['row']}>
        <RunName run={own} command={run.command} />
        <EnvTag name={run.env} kind={useKind(run.env)} />
        <span className={classes['quiet']} title={exactDate(run.since)}>
          {messages.since(since(run.since, now))}
        </span>
        {own === undefined && <span className={classes['quiet']}>{messages.elsewhere}</span>}
        {own?.watch === true && <span className={classes['quiet']}>{messages.watches}</span>}
        {own !== undefined && (
          <div className={classes['actions']}>
            <OutputButton id={own.id} />
            <RestartButton run={own} />
            <StopButton key={own.run_id} run={own} />
          </div>
        )}
      </div>
      <p className={classes['quiet']}>{messages.place(run.pid, run.cwd)}</p>
      {run.laggard && (
        <p className={classes['laggard']}>
          <IconAlertTriangle {...icon} /> {own === undefined ? messages.laggardElsewhere : messages.laggard}
        </p>
      )}
      <div className={classes['row']}>
        <HeldKeys keys={run.keys} />
      </div>
    </li>
  );
}

interface RunNameProps {
  readonly run: WindowRunView | undefined;
  /** Where it was not started from a window. */
  readonly command: string;
}

function RunName({ run, command }: RunNameProps) {
  const isNamed = run !== undefined && run.title !== null;
  return (
    <span className={classes[isNamed ? 'name' : 'command']}>
      {run === undefined ? command : runTitle(run)}
    </span>
  );
}

function HeldKeys({ keys }: { readonly keys: readonly string[] }) {
  return (
    <>
      <span className={classes['quiet']}>{messages.holds}</span>
      {keys.map((key) => (
        <button key={key} type="button" className={classes['key']} onClick={() => showKey(toKeyRef(key))}>
          {key}
        </button>
      ))}
    </>
  );
}

function OutputButton({ id }: { readonly id: string }) {
  return (
    <Button size="xs" variant="default" leftSection={<IconTerminal2 {...icon} />} onClick={() => showRun(id)}>
      {messages.output}
    </Button>
  );
}

function ProfileCard({ profile }: { readonly profile: LaunchProfileView }) {
  const { id, name, env, command, cwd, keys, watch } = profile;
  return (
    <li className={classes['card']}>
      <div className={classes['row']}>
        <span className={classes['name']}>{name}</span>
        <EnvTag name={env} kind={useKind(env)} />
        {watch && <span className={classes['quiet']}>{messages.watches}</span>}
        <div className={classes['actions']}>
          <StartButton profile={profile} />
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={30} aria-label={messages.more(name)}>
                <IconDots {...icon} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => openDialog({ kind: 'launch', key: null, profile: id })}>
                {messages.edit}
              </Menu.Item>
              <Menu.Item onClick={() => void ask((core) => core.profiles.remove({ id }))}>
                {messages.remove}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      <p className={classes['line']}>{joinCommand(command)}</p>
      <p className={classes['quiet']}>
        {messages.profileFacts(cwd, keys.length === 0 ? messages.allKeys(env) : keys.join(', '))}
      </p>
    </li>
  );
}

function EndedCard({ run }: { readonly run: WindowRunView }) {
  const { id, env, ended } = run;
  const now = useNow(NOW_MS);
  const kind = useKind(env);
  if (ended === null) return null;
  return (
    <li className={classes['card']}>
      <div className={classes['row']}>
        <RunName run={run} command="" />
        <EnvTag name={env} kind={kind} />
        <span className={ended.exit_code === 0 ? classes['quiet'] : classes['failed']}>
          {endWords(ended)}
        </span>
        <span className={classes['quiet']} title={exactDate(ended.at)}>
          {since(ended.at, now)}
        </span>
        <div className={classes['actions']}>
          <OutputButton id={id} />
          <RestartButton run={run} />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={messages.dismiss(runTitle(run))}
            onClick={() => dismissRun(id)}
          >
            <IconX {...icon} />
          </ActionIcon>
        </div>
      </div>
    </li>
  );
}

function NothingRuns() {
  return (
    <EmptyState icon={IconRobot} title={messages.emptyTitle} lead={messages.emptyLead}>
      <Button
        leftSection={<IconPlayerPlay size={18} stroke={1.5} aria-hidden />}
        onClick={() => openDialog({ kind: 'launch', key: null })}
      >
        {messages.start}
      </Button>
      <p>{messages.fromTerminal}</p>
      <code>{messages.terminalCommand}</code>
    </EmptyState>
  );
}
