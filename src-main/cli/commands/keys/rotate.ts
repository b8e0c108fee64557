import type { RotationView } from '../../../../src-shared/contract/views.ts';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import { isErrorCode } from '../../../../src-shared/errors/codes.ts';
import type { AgentAnswer } from '../../../agent/client.ts';
import type { Command, CommandContext } from '../../context.ts';
import { readDurationMs, relativeTime, spanText } from '../../arguments/durations.ts';
import { keyTarget } from '../../arguments/key-target.ts';
import { checkValue, MAX_VALUE_BYTES, readSecret } from '../../prompts/secret-input.ts';
import { renderFacts, renderTable } from '../../output/table.ts';

interface Waiting {
  readonly wait_ms?: number;
}

export const rotateStart: Command = async (context) => {
  const { flags } = context;
  const target = await keyTarget(context, context.argument(0));
  const quiet = flags.text('quiet-time');
  const value = await readNewValue(context);
  try {
    return await follow(context, target, (waiting) =>
      context.call(
        'rotations.start',
        {
          ...target,
          ...waiting,
          ...(value === undefined ? {} : { value }),
          ...(flags.has('lost') ? { lost: true } : {}),
          ...(flags.has('no-deploy-check') ? { no_deploy_check: true } : {}),
          ...(quiet === undefined ? {} : { quiet_ms: readDurationMs(quiet, '--quiet-time') }),
        },
        { limitsItself: true },
      ),
    );
  } finally {
    value?.fill(0);
  }
};

/**
 * A rotation as `doctor --fix` starts it: followed as far as it goes, and told on stderr only.
 * @returns why it is not done; null where it is
 */
export const driveRotation = async (
  context: CommandContext,
  address: string,
  isLost: boolean,
): Promise<AppError | null> => {
  const target = await keyTarget(context, address);
  const answer = await watched(context, target, (waiting) =>
    context.call(
      'rotations.start',
      // Whose old value is dead already loses nothing by it where nobody is known to use the key.
      { ...target, ...waiting, ...(isLost ? { lost: true, no_deploy_check: true } : {}) },
      { limitsItself: true },
    ),
  );
  const { rotation } = answer.result();
  return rotation.state === 'done' ? null : whyNotDone(rotation);
};

export const rotateResume: Command = async (context) => {
  const target = await keyTarget(context, context.argument(0));
  const value = await readNewValue(context);
  try {
    return await follow(context, target, (waiting) =>
      context.call(
        'rotations.resume',
        {
          ...target,
          ...waiting,
          ...(value === undefined ? {} : { value }),
          ...(context.flags.has('no-deploy-check') ? { no_deploy_check: true } : {}),
        },
        { limitsItself: true },
      ),
    );
  } finally {
    value?.fill(0);
  }
};

/** Ends well when the old key is the only one again. */
export const rotateAbort: Command = async (context) => {
  const target = await keyTarget(context, context.argument(0));
  const answer = await watched(context, target, (waiting) =>
    context.call('rotations.abort', { ...target, ...waiting }, { limitsItself: true }),
  );
  show(context, answer);
  const { rotation } = answer.result();
  if (rotation.state !== 'rolled_back') throw whyNotDone(rotation);
  return 0;
};

/** Exit 9 while a rotation is open. */
export const rotateStatus: Command = async (context) => {
  const name = context.positionals[0];
  if (name !== undefined) {
    const answer = await context.call('rotations.show', await keyTarget(context, name));
    show(context, answer);
    return isOpen(answer.result().rotation) ? new AppError('ROTATION_UNFINISHED', '').exit : 0;
  }
  const answer = await context.call('rotations.list', context.env === undefined ? {} : { env: context.env });
  const { rotations } = answer.result();
  const now = Date.now();
  context.answer(answer, () =>
    rotations.length === 0
      ? 'no rotations\n'
      : renderTable<RotationView>(
          [
            { title: 'KEY', cell: ({ env, key }) => `${env}/${key}` },
            { title: 'STATE', cell: (rotation) => stateCell(context, rotation) },
            { title: 'STARTED', cell: ({ started_at }) => relativeTime(started_at, now) },
            { title: 'OVERLAP', cell: (rotation) => overlapText(rotation, now) },
            { title: 'WAITS FOR', cell: ({ cause }) => cause?.message ?? '' },
          ],
          rotations,
          (text) => context.paint('dim', text),
        ),
  );
  return rotations.some(isOpen) ? new AppError('ROTATION_UNFINISHED', '').exit : 0;
};

const isOpen = ({ state }: RotationView): boolean =>
  state !== 'done' && state !== 'rolled_back' && state !== 'failed';

const readNewValue = async (context: CommandContext): Promise<Buffer | undefined> => {
  const file = context.flags.text('value-file');
  if (file === undefined) return undefined;
  const value = await readSecret(
    { what: 'value', flag: '--value-file', file, maxBytes: MAX_VALUE_BYTES, prompt: 'New key: ' },
    { noInput: context.noInput },
  );
  return checkValue(value);
};

/** Waits for a rotation, and ends with 0 when it is done, with why it is not otherwise. */
const follow = async (
  context: CommandContext,
  target: { readonly key: string; readonly env: string },
  call: (waiting: Waiting) => Promise<AgentAnswer<{ readonly rotation: RotationView }>>,
): Promise<number> => {
  const answer = await watched(context, target, call);
  show(context, answer);
  const { rotation } = answer.result();
  if (rotation.state !== 'done') throw whyNotDone(rotation);
  return 0;
};

const POLL_MS = 250;

/** While the agent is at it, its steps are told on stderr. Leaving this program leaves the rotation running. */
const watched = async (
  context: CommandContext,
  target: { readonly key: string; readonly env: string },
  call: (waiting: Waiting) => Promise<AgentAnswer<{ readonly rotation: RotationView }>>,
): Promise<AgentAnswer<{ readonly rotation: RotationView }>> => {
  const limit = context.flags.text('timeout');
  const waiting = limit === undefined ? {} : { wait_ms: readDurationMs(limit, '--timeout') };
  const pending = call(waiting);
  if (context.isJson || context.flags.has('quiet')) return pending;
  const told = new Map<string, string>();
  const ended = pending.then(
    () => 'ended',
    () => 'ended',
  );
  const pause = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, POLL_MS, 'still at it'));
  while ((await Promise.race([ended, pause()])) !== 'ended') {
    await context
      .call('rotations.show', target, { mayUnlock: false, limitsItself: true })
      .then((answer) => tellSteps(context, answer.result().rotation, told))
      .catch(() => undefined);
  }
  const answer = await pending;
  tellSteps(context, answer.result().rotation, told);
  return answer;
};

const tellSteps = (context: CommandContext, rotation: RotationView, told: Map<string, string>): void => {
  for (const { name, status, detail } of rotation.steps) {
    const text = `${name.replaceAll('_', ' ')}: ${status === 'pending' ? '…' : status}${detail === '' ? '' : ` (${detail})`}`;
    if (told.get(name) === text) continue;
    told.set(name, text);
    context.note(text);
  }
  if (rotation.laggards.length === 0 || rotation.deadline_at === null) return;
  // Once a minute: two keys are active, and that is not to last.
  const leftMs = Date.parse(rotation.deadline_at) - Date.now();
  const left = leftMs > 0 ? `${Math.ceil(leftMs / 60_000)} min` : 'no time';
  if (told.get('overlap') === left) return;
  told.set('overlap', left);
  context.note(`${left} left of the overlap; still on the old key: ${laggardText(rotation)}`);
};

const laggardText = ({ laggards }: RotationView): string =>
  laggards
    .map(
      ({ pid, command, file }) => file ?? `${command ?? 'a process'}${pid === null ? '' : ` (pid ${pid})`}`,
    )
    .join(', ');

const whyNotDone = (rotation: RotationView): AppError => {
  const { cause, state, env, key } = rotation;
  const why = cause === null ? '' : ` ${cause.message}`;
  if (isOpen(rotation)) {
    const laggards = rotation.laggards.length === 0 ? '' : ` Still on the old key: ${laggardText(rotation)}.`;
    return new AppError(
      'ROTATION_UNFINISHED',
      `the rotation of ${env}/${key} stands at ${state}; the old key is alive.${why === '' ? laggards : why}`,
      cause?.hint ?? `it goes on in the agent; \`keymolt rotate status ${env}/${key}\``,
    );
  }
  const code = cause !== null && isErrorCode(cause.code) ? cause.code : 'CANCELLED';
  const what = state === 'rolled_back' ? 'was rolled back' : 'failed';
  return new AppError(code, `the rotation of ${env}/${key} ${what}.${why}`, cause?.hint ?? '');
};

const stateCell = ({ paint }: CommandContext, rotation: RotationView) => {
  const text = rotation.direction === 'back' && isOpen(rotation) ? 'rolling back' : rotation.state;
  const colour = rotation.state === 'done' ? 'green' : isOpen(rotation) ? 'yellow' : 'red';
  return { text, paint: (padded: string) => paint(colour, padded) };
};

const overlapText = ({ overlap_s: seconds, deadline_at: deadline }: RotationView, now: number): string => {
  if (seconds === null) return '';
  if (deadline === null) return spanText(seconds * 1000);
  const leftMs = Date.parse(deadline) - now;
  return leftMs > 0
    ? `${spanText(seconds * 1000)}, ${spanText(leftMs)} left`
    : `${spanText(seconds * 1000)}, should be over`;
};

const show = (context: CommandContext, answer: AgentAnswer<{ readonly rotation: RotationView }>): void => {
  const { rotation } = answer.result();
  context.answer(answer, () => {
    const side = (one: RotationView['old'] | null): string | null =>
      one === null ? null : `${one.key_id ?? 'no key id'}, fingerprint ${one.fingerprint}, ${one.status}`;
    return (
      renderFacts([
        ['key', `${rotation.env}/${rotation.key}`],
        ['rotation', `${rotation.strategy}, ${rotation.state.replaceAll('_', ' ')}`],
        ['old', side(rotation.old)],
        ['new', side(rotation.new)],
        ['overlap', overlapText(rotation, Date.now())],
        ['still on the old', laggardText(rotation)],
        ['why', rotation.cause === null ? null : rotation.cause.message],
      ]) +
      rotation.steps
        .map(({ name, status, detail }) => `  ${status.padEnd(7)}  ${name.replaceAll('_', ' ')}  ${detail}\n`)
        .join('')
    );
  });
};
