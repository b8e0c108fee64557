import type { DoctorView } from '../../../src-shared/contract/views.ts';
import type { CommandContext } from '../context.ts';
import { printable } from '../prompts/terminal.ts';

/** Where nothing was found: what was looked at, and what was not looked at yet. */
export async function nextQuestion(
  context: CommandContext,
  { key, keys, checks }: DoctorView,
): Promise<string | null> {
  const { flags } = context;
  if (context.isJson) return null;
  if (key === null) return keys.length === 0 && checks.length === 0 ? whereKeysAre(context) : null;
  if (flags.has('offline')) return null;
  const name = printable(key);
  const variable = printable(
    flags.text('var') ?? (await context.call('keys.show', { key })).result().key.var,
  );
  const ask = `keymolt doctor ${name} --var ${variable}`;
  if (!flags.has('var') && !flags.has('env-file'))
    return `That is the key in the vault; no program was looked at. One fails all the same? Ask where it starts:\n\n  ${ask}`;
  if (!flags.has('method'))
    return `That is the key, and what a program started here finds. It fails all the same? Make the call that fails (it is really made):\n\n  ${ask} --method METHOD --path PATH`;
  const sent = checks.find(({ id }) => id === 'auth.who_am_i')?.evidence ?? '';
  return `It fails all the same? Then the program sends something else than Keymolt does (${printable(sent)}, and nothing beside it): look at its headers and its address.`;
}

/** In which other environments there are keys to look at. */
async function whereKeysAre(context: CommandContext): Promise<string> {
  const counts = new Map<string, number>();
  for (const { env, status } of (await context.call('keys.list', {})).result().keys)
    if (status !== 'revoked') counts.set(env, (counts.get(env) ?? 0) + 1);
  const here = await context.oneEnv();
  const [first] = counts;
  if (first === undefined)
    return 'no keys to look at: `keymolt key add NAME --platform P` and `keymolt import .env` bring some into the vault';
  const others = [...counts].map(([env, count]) => `${env} has ${count}`).join(', ');
  return `no keys to look at in ${here}; ${others}:\n\n  keymolt doctor -e ${first[0]}`;
}
