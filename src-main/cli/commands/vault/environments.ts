import { APPROVAL_WORDS, KIND_WORDS, oneOf } from '../../arguments/choices.ts';
import { usage } from '../../arguments/arguments.ts';
import type { EnvironmentView } from '../../../../src-shared/contract/views.ts';
import type { Command, CommandContext } from '../../context.ts';
import { readDays } from '../../arguments/durations.ts';
import { withApproval } from '../../prompts/offer-unlock.ts';
import { renderTable } from '../../output/table.ts';

export const envList: Command = async (context) => {
  const answer = await context.call('environments.list', {});
  context.answer(answer, () => environmentTable(answer.result().environments, context));
  return 0;
};

export const envAdd: Command = async (context) => {
  const kind = context.flags.text('kind');
  if (kind === undefined) throw usage('--kind is missing: live or test');
  const answer = await context.call('environments.add', {
    name: context.argument(0),
    kind: oneOf(kind, KIND_WORDS, '--kind'),
  });
  context.answer(answer, () => environmentTable([answer.result().environment], context));
  return 0;
};

export const envSet: Command = async (context) => {
  const { flags } = context;
  const approve = flags.text('approve');
  const rotateEvery = flags.text('rotate-every');
  const autoRotate = flags.text('auto-rotate');
  const autoUnlock = flags.text('auto-unlock');
  if ([approve, rotateEvery, autoRotate, autoUnlock].every((flag) => flag === undefined)) {
    throw usage('nothing to set: --approve, --rotate-every, --auto-rotate or --auto-unlock');
  }
  if (autoRotate !== undefined && autoRotate !== 'off' && !/^([01]\d|2[0-3]):[0-5]\d$/.test(autoRotate)) {
    throw usage('--auto-rotate takes an hour such as 03:30, or off');
  }
  const change = {
    name: context.argument(0),
    ...(approve === undefined ? {} : { approve: oneOf(approve, APPROVAL_WORDS, '--approve') }),
    ...(rotateEvery === undefined
      ? {}
      : { rotate_every_days: rotateEvery === 'off' ? null : readDays(rotateEvery, '--rotate-every') }),
    ...(autoRotate === undefined ? {} : { auto_rotate_at: autoRotate === 'off' ? null : autoRotate }),
    ...(autoUnlock === undefined
      ? {}
      : { auto_rotate_unlocks: oneOf(autoUnlock, ['on', 'off'], '--auto-unlock') === 'on' }),
  };
  const answer = await withApproval(context, (approval) =>
    context.call('environments.set', { ...change, ...approval }),
  );
  context.answer(answer, () => environmentTable([answer.result().environment], context));
  return 0;
};

const autoText = ({ auto_rotate_at: at, auto_rotate_unlocks: unlocks }: EnvironmentView): string =>
  at === null ? 'off' : unlocks ? `${at}, unlocks` : at;

const environmentTable = (environments: readonly EnvironmentView[], { paint }: CommandContext): string =>
  renderTable<EnvironmentView>(
    [
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'APPROVAL', cell: ({ approve }) => approve },
      {
        title: 'ROTATE EVERY',
        cell: ({ rotate_every_days: every }) => (every === null ? 'default' : `${every} d`),
      },
      { title: 'AUTO', cell: autoText },
      { title: 'KEYS', isRight: true, cell: ({ keys }) => String(keys) },
    ],
    environments,
    (text) => paint('dim', text),
  );
