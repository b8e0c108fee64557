import type { RotationPlanView } from '../../../../src-shared/contract/views.ts';
import type { Command, CommandContext } from '../../context.ts';
import { relativeAndExact } from '../../arguments/durations.ts';
import { printable } from '../../prompts/terminal.ts';

export const rotatePlan: Command = async (context) => {
  const answer = await context.call('rotations.plan', context.env === undefined ? {} : { env: context.env });
  context.answer(answer, () =>
    answer
      .result()
      .runs.map((run) => runText(run, context))
      .join(''),
  );
  return 0;
};

// Said of the exception only: where nothing opens a locked vault, the line above says so of all.
const WAITS =
  '; not while the vault is locked: commands that hold it are started anew, and would have to ask the vault';

const runText = (run: RotationPlanView['runs'][number], { paint }: CommandContext): string => {
  const now = Date.now();
  const when =
    run.next_run_at === null
      ? 'off; this is what it would do now'
      : `at ${run.auto_rotate_at ?? ''}, next ${relativeAndExact(run.next_run_at, now)}, ${run.auto_rotate_unlocks ? 'also while the vault is locked' : 'while the vault is unlocked'}`;
  const lines = run.keys.map(({ key, due_at: dueAt, rotates, why, waits_for_unlock: waits }) => {
    const due = `${key}, due ${relativeAndExact(dueAt, now)}`;
    if (!rotates) return `stays    ${due}: ${printable(why ?? '')}`;
    const hint = run.auto_rotate_unlocks && waits ? WAITS : '';
    return `${paint('green', 'rotates')}  ${due}${hint}`;
  });
  return [
    paint('bold', `${run.env}: ${when}`),
    ...(lines.length === 0 ? ['no keys'] : lines).map((line) => `  ${line}`),
    '',
  ].join('\n');
};
