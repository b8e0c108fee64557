import { ERROR_CODES } from '../../../../src-shared/errors/codes.ts';
import type { AgentAnswer } from '../../../agent/client.ts';
import { usage } from '../../arguments/arguments.ts';
import { confirmByTyping } from '../../prompts/confirm.ts';
import type { Command, CommandContext } from '../../context.ts';
import { keyTarget } from '../../arguments/key-target.ts';
import { cancellable } from '../../operation.ts';
import { printable } from '../../prompts/terminal.ts';
import { showKey } from './show-key.ts';

export const keyRevoke: Command = async (context) => {
  if (context.flags.has('all')) return revokeAll(context);
  if (context.positionals.length === 0) throw usage('NAME is missing, or --all -e ENV');
  if (context.positionals.length > 1) return revokeMany(context);
  const target = await keyTarget(context, context.argument(0));
  await confirmByTyping(context, {
    what: `ends ${target.env}/${target.key} on its platform, for everybody who uses it, and cannot be undone`,
    word: target.key,
  });
  return showKey(context, await context.call('keys.revoke', { ...target, confirm: target.key }));
};

const revokeMany = async (context: CommandContext): Promise<number> => {
  const targets = await Promise.all(context.positionals.map((name) => keyTarget(context, name)));
  const keys = targets.map(({ env, key }) => `${env}/${key}`);
  const word = String(keys.length);
  await confirmByTyping(context, {
    what: `ends ${keys.join(', ')} on their platforms, for everybody who uses them, and cannot be undone`,
    word,
  });
  return showRevoked(
    context,
    await cancellable(context, (operation) =>
      context.call('keys.revokeMany', { keys, confirm: word, ...operation }),
    ),
  );
};

const revokeAll = async (context: CommandContext): Promise<number> => {
  const { env } = context;
  if (env === undefined) throw usage('--all needs the environment: -e ENV');
  if (context.positionals.length > 0) throw usage('give a NAME or --all, not both');
  await confirmByTyping(context, {
    what: `ends every key of ${env} on its platform, and cannot be undone`,
    word: env,
  });
  return showRevoked(
    context,
    await cancellable(context, (operation) =>
      context.call('keys.revokeAll', { env, confirm: env, ...operation }),
    ),
  );
};

const showRevoked = (
  context: CommandContext,
  answer: AgentAnswer<{
    readonly revoked: readonly string[];
    readonly alive: readonly { readonly key: string; readonly why: string }[];
  }>,
): number => {
  const { revoked, alive } = answer.result();
  context.answer(answer, () =>
    [
      ...revoked.map((key) => `revoked  ${key}`),
      ...alive.map(({ key, why }) => `${context.paint('red', 'alive')}    ${key}: ${printable(why)}`),
      '',
    ].join('\n'),
  );
  if (alive.length === 0) return 0;
  if (!context.isJson)
    context.note(
      `${alive.length} of ${alive.length + revoked.length} may still work; the same command again goes on with them`,
    );
  const isCancelled = alive.some(({ why }) => why.startsWith('CANCELLED:'));
  return ERROR_CODES[isCancelled ? 'CANCELLED' : 'STILL_ALIVE'].exit;
};

export const keyForget: Command = async (context) => {
  const target = await keyTarget(context, context.argument(0));
  await confirmByTyping(context, {
    what: `takes ${target.env}/${target.key} out of the vault, and its value with it; on the platform it stays alive`,
    word: target.key,
  });
  const answer = await context.call('keys.forget', { ...target, confirm: target.key });
  context.warnings(answer.result());
  if (context.isJson) context.printJson(answer.json);
  else context.say(`${target.env}/${target.key} is forgotten.`);
  return 0;
};
