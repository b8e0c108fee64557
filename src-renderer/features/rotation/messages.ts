import type { RotationView } from '../../../src-shared/contract/views.ts';
import type { Standing, StepOfWay } from './steps.ts';
import { formatDays, formatNumber, inDays, plural } from '../../ui/text/format.ts';

export const messages = {
  open: 'In progress',
  over: 'Over',
  showOver: (count: number) => plural(count, { one: 'past rotation', other: 'past rotations' }),
  due: 'Due dates',
  views: [
    { value: 'month', label: 'Month' },
    { value: 'list', label: 'List' },
  ],
  viewLabel: 'How due dates are shown',
  none: 'No rotation is in progress.',

  strategy: { overlap: 'two keys overlap', cutover: 'at once' } satisfies Record<
    RotationView['strategy'],
    string
  >,
  states: {
    planned: 'Planned',
    created: 'New key made',
    stored: 'New key in the vault',
    deployed: 'New key handed out',
    verified: 'New key in use',
    revoked: 'Old key revoked',
    done: 'Done',
    rolled_back: 'Rolled back',
    failed: 'Failed',
  } satisfies Record<RotationView['state'], string>,
  steps: {
    create: 'Create',
    prove: 'Prove',
    store: 'Store',
    deploy: 'Deploy',
    verify: 'Verify',
    revoke: 'Revoke',
    confirm: 'Confirm',
    put_back: 'Put back',
    revoke_new: 'Revoke the new key',
  } satisfies Record<StepOfWay['name'], string>,
  stepStatus: {
    ok: 'done',
    failed: 'failed',
    pending: 'not yet',
    skipped: 'left out',
    current: 'in progress',
    held: 'held up',
  } satisfies Record<Standing, string>,
  stepper: (key: string) => `Steps of the rotation of ${key}`,
  overlapLeft: (left: string) => `${left} left of the overlap`,
  overlapOver: 'The overlap has lasted longer than it should',
  old: 'Old',
  new: 'New',
  targets: 'Targets',
  targetStates: { applying: 'in hand', applied: 'has the new value', failed: 'failed', put_back: 'put back' },
  target: (target: string, state: string, detail: string): string =>
    detail === '' ? `${target}: ${state}` : `${target}: ${state}, ${detail}`,
  holders: 'Commands that had the old value',
  holder: (pid: number, command: string, moved: boolean): string =>
    `${command} · pid ${String(pid)}${moved ? ': has the new value' : ''}`,
  laggards: 'Still on the old value',
  laggard: (pid: number | null, command: string | null, file: string | null): string =>
    [
      ...(command === null ? [] : [command]),
      ...(pid === null ? [] : [`pid ${String(pid)}`]),
      ...(file === null ? [] : [file]),
    ].join(' · '),
  resume: 'Resume',
  resumeUnknown: 'Go on without a known user',
  giveValue: 'Give value and resume',
  abort: 'Abort and put back',
  started: (when: string) => `started ${when}`,
  ended: (when: string) => `ended ${when}`,

  previous: 'Month before',
  next: 'Month after',
  today: 'This month',
  owner: 'Owner',
  project: 'Project',
  everyone: 'All owners',
  everything: 'All projects',
  dueOn: (count: number) => plural(count, { one: 'key is due', other: 'keys are due' }),
  more: (count: number) => `and ${formatNumber(count)} more`,
  overdueFor: (days: number) => `Overdue ${formatDays(days)}`,
  inDays: (days: number) => (days === 0 ? 'Due today' : `Due ${inDays(days)}`),
  select: (name: string) => `Select ${name}`,
  rotate: 'Rotate…',
  rotateMany: (count: number) => `Rotate ${plural(count, { one: 'key', other: 'keys' })}…`,
  revokeMany: (count: number) => `Revoke ${plural(count, { one: 'key', other: 'keys' })}…`,
  selectAll: 'All keys of the list',
  selectHint: 'Select keys to rotate or revoke them together',
  selected: (count: number, all: number) => `${formatNumber(count)} of ${formatNumber(all)} selected`,
  loadingDue: 'Loading the due dates',
  nothingDue: 'No key is due here.',

  dialog: {
    title: (names: readonly string[]) =>
      names.length === 1
        ? `Rotate ${names[0] ?? ''}`
        : `Rotate ${plural(names.length, { one: 'key', other: 'keys' })}`,
    overlap:
      'A new key is made, stored, handed to its targets and seen working. Only then is the old one revoked. If something fails, the old key still works everywhere.',
    cutover:
      'This platform replaces a key at once. Regenerate it in the platform’s dashboard, then paste the new value here; or start, and give it later.',
    value: 'New value',
    lost: 'The old value is lost or leaked: do not use it to ask the platform',
    noCheck: 'Go on even if nothing is known to use the new value',
    start: 'Start rotation',
    cancel: 'Cancel',
    startedMany: (count: number) => plural(count, { one: 'rotation started', other: 'rotations started' }),
  },
};
