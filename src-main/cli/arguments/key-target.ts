import type { CommandContext } from '../context.ts';

/**
 * Which key is meant: `-e` before an `env/name` prefix before the project file's environment before dev (CLI.md).
 * Says so where `-e` overrules a prefix: the person may have meant the other one.
 */
export const keyTarget = async (
  context: CommandContext,
  text: string,
): Promise<{ readonly key: string; readonly env: string }> => {
  const slash = text.indexOf('/');
  const prefix = slash === -1 ? undefined : text.slice(0, slash);
  const key = text.slice(slash + 1);
  const env = await context.oneEnv(prefix);
  if (prefix !== undefined && prefix !== env) context.note(`-e ${env} goes before the prefix of ${text}`);
  return { key, env };
};

/** For a command that takes a key, an environment, or neither: the key where one is named, else what -e says. */
export const namedKeyOrEnv = async (
  context: CommandContext,
): Promise<{ readonly key?: string; readonly env?: string }> => {
  const [name] = context.positionals;
  if (name !== undefined) return keyTarget(context, name);
  return context.env === undefined ? {} : { env: context.env };
};
