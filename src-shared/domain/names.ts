/** Names of keys, environments and variables: what is allowed, and why not. */

export const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,31}$/;
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
export const PLATFORM_ID = /^[a-z][a-z0-9-]{0,63}$/;

const RESERVED_VARIABLES = new Set(
  'PATH HOME USER SHELL PWD TERM NODE_OPTIONS BASH_ENV ENV PYTHONPATH PYTHONSTARTUP PERL5OPT RUBYOPT'.split(
    ' ',
  ),
);
const RESERVED_PREFIXES = ['LD_', 'DYLD_', 'GIT_', 'KEYMOLT_'];

/**
 * SECURITY: variables that change what program runs or what code it loads are never set from the vault:
 * whoever could name a key's variable could run code in every agent. Compared in upper case, as Windows does.
 */
export const isReservedVariable = (name: string): boolean => {
  const upper = name.toUpperCase();
  return RESERVED_VARIABLES.has(upper) || RESERVED_PREFIXES.some((prefix) => upper.startsWith(prefix));
};

export const DEFAULT_VARIABLE = 'MOLTBOTDEN_API_KEY';

/** The environments of a new vault. A `test` one takes test keys only, a `live` one live keys only. */
export const DEFAULT_ENVIRONMENTS = [
  { name: 'dev', kind: 'test' },
  { name: 'staging', kind: 'test' },
  { name: 'prod', kind: 'live' },
] as const;

/** Spellings people use for the default environments. */
export const ENVIRONMENT_ALIASES: Readonly<Record<string, string>> = {
  development: 'dev',
  stage: 'staging',
  production: 'prod',
  live: 'prod',
};

/**
 * Why a new environment cannot have a name.
 * @param taken the environments that there are
 * @returns null where it can; `otherWordFor`: it is a spelling of that one
 */
export const environmentNameProblem = (
  name: string,
  taken: readonly string[],
): 'bad' | 'taken' | { readonly otherWordFor: string } | null => {
  if (!ENVIRONMENT_NAME.test(name)) return 'bad';
  const otherWordFor = Object.hasOwn(ENVIRONMENT_ALIASES, name) ? ENVIRONMENT_ALIASES[name] : undefined;
  if (otherWordFor !== undefined) return { otherWordFor };
  return taken.includes(name) ? 'taken' : null;
};
