import { AppError } from '../../../../src-shared/errors/app-error.ts';
import { copyToClipboard } from '../../../run/clipboard-tool.ts';
import type { Command } from '../../context.ts';
import { keyTarget } from '../../arguments/key-target.ts';
import { withApproval } from '../../prompts/offer-unlock.ts';

const CLEAR_AFTER_MS = 30_000;

/** Puts the value on the clipboard, and takes it off again if it is still there. */
export const keyCopy: Command = async (context) => {
  const target = await keyTarget(context, context.argument(0));
  const answer = await withApproval(context, (approval) =>
    context.call('secrets.copyValue', { ...target, no_input: context.noInput, ...approval }),
  );
  const value = answer.attachments.get('value');
  if (value === undefined) throw new AppError('PROTOCOL_MISMATCH', 'the agent sent no value');
  try {
    await copyToClipboard(value, { clearAfterMs: CLEAR_AFTER_MS });
  } finally {
    value.fill(0);
  }
  if (context.isJson)
    context.printJson({ schema: 1, name: target.key, env: target.env, clears_in_ms: CLEAR_AFTER_MS });
  else context.say(`${target.env}/${target.key} is on the clipboard for ${CLEAR_AFTER_MS / 1000} s.`);
  return 0;
};
