import { Button } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconClock,
  IconCloudOff,
  IconGauge,
  IconMoonStars,
  IconReload,
  IconRotateClockwise,
  type TablerIcon,
} from '@tabler/icons-react';
import type { OverviewView } from '../../../src-shared/contract/views.ts';
import { keysOf, type Matter, type Urgency, urgencyOf } from '../../../src-shared/domain/attention.ts';
import { examine } from '../../state/core/doctor.ts';
import { useInventory } from '../../state/core/inventory.ts';
import { listMoreMatters } from '../../state/core/overviews.ts';
import { toKeyRef } from '../../state/key-ref.ts';
import { openDialog, showKey, showScreen } from '../../state/view.ts';
import { EnvTag } from '../../ui/labels/env-tag.tsx';
import { exactDate } from '../../ui/text/format.ts';
import { codeOf, placeOf, wordsOf } from './matter-words.ts';
import { messages } from './messages.ts';
import classes from './overview.module.css';

const ICONS: Record<Matter['kind'], TablerIcon> = {
  overlap_open: IconRotateClockwise,
  rotation_stuck: IconRotateClockwise,
  damaged: IconAlertTriangle,
  expired: IconAlertTriangle,
  overdue: IconAlertTriangle,
  failing: IconActivityHeartbeat,
  platform_silent: IconCloudOff,
  laggard: IconReload,
  expiring: IconClock,
  low_headroom: IconGauge,
  due: IconClock,
  unused: IconMoonStars,
};

interface MatterListProps extends Pick<OverviewView, 'matters' | 'matter_count'> {
  readonly now: number;
}

export function MatterList({ matters, matter_count: count, now }: MatterListProps) {
  if (matters.length === 0) return null;
  const rest = count - matters.length;
  return (
    <>
      <ul
        className={classes['matters']}
        data-owners={matters.some(({ owner }) => owner !== null) ? '' : undefined}
      >
        {matters.map((matter) => (
          <MatterLine key={matter.kind + idOf(matter)} matter={matter} owner={matter.owner ?? ''} now={now} />
        ))}
      </ul>
      {rest > 0 && (
        <Button variant="default" size="xs" onClick={() => void listMoreMatters()}>
          {messages.more(rest)}
        </Button>
      )}
    </>
  );
}

const idOf = (matter: Matter): string =>
  matter.kind === 'laggard'
    ? matter.run.run_id
    : matter.kind === 'platform_silent'
      ? matter.platform
      : matter.key;

const SHAPES: Record<Urgency, string> = { now: messages.urgency.now, soon: messages.urgency.soon, look: '' };

interface MatterLineProps {
  readonly matter: Matter;
  readonly owner: string;
  readonly now: number;
}

function MatterLine({ matter, owner, now }: MatterLineProps) {
  const urgency = urgencyOf(matter);
  const Icon = ICONS[matter.kind];
  const { environments, platforms } = useInventory();
  const { envs, name } = placeOf(matter, (id) => platforms.find((one) => one.id === id)?.name ?? id);
  return (
    <li className={classes['matter']} data-urgency={urgency}>
      <Icon size={18} stroke={1.5} aria-hidden className={classes['icon']} />
      <span className={classes['what']} title={exactOf(matter) || undefined}>
        {SHAPES[urgency] !== '' && <span className="visually-hidden">{SHAPES[urgency]}</span>}
        {wordsOf(matter, now)}
      </span>
      <span className={classes['name']} title={name} data-selectable="">
        {name}
      </span>
      <span className={classes['places']} data-many={envs.length > 1 ? '' : undefined}>
        {envs.map((env) => (
          <EnvTag key={env} name={env} kind={environments.find((one) => one.name === env)?.kind ?? 'test'} />
        ))}
      </span>
      <span className={classes['owner']} title={owner}>
        {owner}
      </span>
      <Action matter={matter} name={name} />
    </li>
  );
}

function Action({ matter, name }: { readonly matter: Matter; readonly name: string }) {
  const [words, onClick] = actionOf(matter);
  return (
    <Button size="xs" variant="default" onClick={onClick} aria-label={`${words} ${name}`}>
      {words}
    </Button>
  );
}

const exactOf = (matter: Matter): string =>
  [codeOf(matter), 'at' in matter ? exactDate(matter.at) : undefined]
    .filter((part) => part !== undefined)
    .join(' · ');

const actionOf = (matter: Matter): readonly [string, () => void] => {
  if (matter.kind === 'laggard') return [messages.actions.agents, () => showScreen('agents')];
  const [first = ''] = keysOf(matter);
  const key = toKeyRef(first);
  switch (matter.kind) {
    case 'overlap_open':
    case 'rotation_stuck':
      return [messages.actions.resume, () => showScreen('rotation')];
    case 'overdue':
    case 'due':
      return [messages.actions.rotate, () => openDialog({ kind: 'rotate', keys: [key] })];
    // What is in the way of one key is in the way of all.
    case 'platform_silent':
    case 'failing':
      return [
        messages.actions.diagnose,
        () => {
          showScreen('doctor');
          void examine(key, null);
        },
      ];
    case 'low_headroom':
      return [messages.actions.headroom, () => showScreen('headroom')];
    // Whether nobody needs it is for a person to see, before it is ended.
    case 'unused':
      return [messages.actions.review, () => showKey(key)];
    default:
      return [messages.actions.show, () => showKey(key)];
  }
};
