import { AppError } from '../../../../src-shared/errors/app-error.ts';
import { usage } from '../../arguments/arguments.ts';
import { askYesNo } from '../../prompts/confirm.ts';
import type { Command, CommandContext } from '../../context.ts';
import { keyTarget } from '../../arguments/key-target.ts';
import { withApproval } from '../../prompts/offer-unlock.ts';
import { isTerminal, printable, writeOut } from '../../prompts/terminal.ts';
import { hasTerminal } from '../../prompts/tty-reader.ts';

const REFERENCE = 'molt://';
const PUBLIC_FIELDS = new Set(['key_id', 'prefix', 'fingerprint']);

/** Prints a value: on purpose, or to a person who said yes; never into a pipe by accident. */
export const read: Command = async (context) => {
  const { flags } = context;
  const reference = await asReference(context, context.argument(0));
  const field = reference.slice(REFERENCE.length).split('/')[2] ?? 'value';
  const isPublic = PUBLIC_FIELDS.has(field);
  if (context.isJson) {
    throw usage('--json never has a value in it; without it, `keymolt read` prints the value alone');
  }
  // SECURITY: checked before anything is asked for (test/cli/keys/commands.test.ts).
  if (!isPublic && !flags.has('reveal')) {
    if (!isTerminal('stdout'))
      throw new AppError('USAGE', 'a value goes into a pipe or file only with --reveal');
    if (context.noInput || !hasTerminal())
      throw new AppError('INPUT_REQUIRED', 'nobody can confirm it', 'add --reveal');
    if (!(await askYesNo(context, printable(`Print the value of ${reference} on this terminal?`)))) {
      throw new AppError('CANCELLED', 'nothing was printed');
    }
  }
  const env = context.env;
  const answer = await withApproval(context, (approval) =>
    context.call('secrets.read', {
      reference,
      ...(env === undefined ? {} : { env }),
      no_input: context.noInput,
      ...approval,
    }),
  );
  const value = answer.attachments.get('value');
  if (value === undefined) throw new AppError('PROTOCOL_MISMATCH', 'the agent sent no value');
  writeOut(Buffer.concat([value, Buffer.from('\n')]));
  value.fill(0);
  return 0;
};

/** `name` and `env/name` are references too. */
const asReference = async (context: CommandContext, text: string): Promise<string> => {
  if (text.startsWith(REFERENCE)) return text;
  const { key, env } = await keyTarget(context, text);
  return `${REFERENCE}${env}/${key}`;
};
