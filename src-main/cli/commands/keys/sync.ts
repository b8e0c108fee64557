import type { SyncView } from '../../../../src-shared/contract/views.ts';
import { ERROR_CODES, isErrorCode } from '../../../../src-shared/errors/codes.ts';
import { askYesNo } from '../../prompts/confirm.ts';
import type { Command, CommandContext } from '../../context.ts';
import { cancellable } from '../../operation.ts';
import { printable } from '../../prompts/terminal.ts';

/** Compares with the platforms' lists. Exit 1 where they differ; the code of the trouble where one could not be asked. */
export const sync: Command = async (context) => {
  const platform = context.flags.text('platform');
  const request = {
    ...(platform === undefined ? {} : { platform }),
    ...(context.env === undefined ? {} : { env: context.env }),
  };
  const answer = await cancellable(context, (operation) =>
    context.call('sync.run', { ...request, ...operation }),
  );
  const { platforms } = answer.result();
  context.answer(answer, () =>
    platforms.length === 0
      ? 'nothing to compare: no keys\n'
      : platforms.map((one) => syncText(one, context)).join(''),
  );
  for (const { proposed } of platforms) {
    for (const { key, key_id: keyId, name } of proposed) {
      if (
        !(await askYesNo(
          context,
          printable(`Is ${key} the platform's ${name} (${keyId})? Its last use moved with our call.`),
        ))
      )
        continue;
      await context.call('keys.edit', { key, key_id: keyId });
      context.note(`${key} has the key id ${keyId} now`);
    }
  }
  const failed = platforms.find(({ error }) => error !== null)?.error?.code;
  if (failed !== undefined) return isErrorCode(failed) ? ERROR_CODES[failed].exit : 1;
  const isDifferent = platforms.some(
    (one) =>
      one.unknown.length +
        one.revoked_elsewhere.length +
        one.duplicates.length +
        one.proposed.length +
        one.open_overlaps.length >
      0,
  );
  return isDifferent ? 1 : 0;
};

const syncText = (one: SyncView['platforms'][number], { paint }: CommandContext): string => {
  const title = `${one.platform}${one.account === null ? '' : `, account ${one.account}`}`;
  const lines = [
    ...(one.error === null
      ? []
      : [paint('red', `could not be asked: ${printable(`${one.error.code}: ${one.error.message}`)}`)]),
    ...one.revoked_elsewhere.map((key) => paint('red', `revoked elsewhere: ${printable(key)}`)),
    ...one.unknown.map(({ key_id, name }) =>
      paint('yellow', `not in the vault: ${printable(`${name} (${key_id})`)}`),
    ),
    ...one.open_overlaps.map((key) => paint('yellow', `rotation not finished: ${printable(key)}`)),
    ...one.duplicates.map((group) => paint('yellow', `the same value: ${printable(group.join(', '))}`)),
    ...one.proposed.map(
      ({ key, key_id, name }) => `${printable(key)} may be ${printable(`${name} (${key_id})`)}`,
    ),
    ...one.unused.map((key) => `not used: ${printable(key)}`),
    ...(one.updated.length === 0 ? [] : [`updated: ${printable(one.updated.join(', '))}`]),
  ];
  return [
    paint('bold', printable(title)),
    ...(lines.length === 0 ? ['as in the vault'] : lines).map((line) => `  ${line}`),
    '',
  ].join('\n');
};
