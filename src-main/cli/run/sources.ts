import { statSync } from 'node:fs';
import { inEnvironment } from '../../../src-shared/domain/references/project-file.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { checkVariable } from '../../run/build-child-env.ts';
import { usage } from '../arguments/arguments.ts';
import type { CommandContext } from '../context.ts';
import type { Project } from '../project/use-project.ts';

const REFERENCE = 'molt://';

export interface Reference {
  readonly variable: string;
  readonly reference: string;
}

/** What the child is to get, as far as it can be said without the agent. */
export interface Sources {
  readonly env: string;
  readonly plain: Readonly<Record<string, string>>;
  readonly references: readonly Reference[];
  /** The keys of the environment that are given under their own variables: these names; undefined: every active key. */
  readonly only: readonly string[] | undefined;
}

/**
 * The variables of the project file, of .env files and of --map: the later of two with one name wins.
 * @param files the same for every start of one command
 * @throws {AppError} FILE_NOT_FOUND, BAD_FILE, USAGE, and what a project file is refused for
 */
export const readSources = async (context: CommandContext, files: EnvFiles): Promise<Sources> => {
  const env = await context.oneEnv();
  const { fromProject, only } = chooseKeys(context, env, await context.project());
  const all = new Map<string, string>();
  for (const file of context.flags.all('env-file')) {
    const { variables, repeated } = await files.read(file);
    if (repeated.length > 0)
      context.note(`warning: ${file} sets ${repeated.join(', ')} more than once; the last one counts`);
    for (const [name, value] of Object.entries(variables)) all.set(name, value);
  }
  const references = new Map([
    ...fromProject.map(({ variable, reference }) => [variable, reference] as const),
    ...[...all].filter(([, value]) => value.startsWith(REFERENCE)),
  ]);
  const plain = Object.fromEntries([...all].filter(([, value]) => !value.startsWith(REFERENCE)));
  for (const entry of context.flags.all('map')) {
    const at = entry.indexOf('=');
    if (at < 1 || at === entry.length - 1) throw usage(`--map takes VAR=REF, not '${entry}'`);
    const name = entry.slice(0, at);
    references.set(name, asReference(entry.slice(at + 1), env));
    Reflect.deleteProperty(plain, name);
  }
  for (const name of references.keys()) checkVariable(name, 'a reference');
  return {
    env,
    plain,
    references: [...references].map(([variable, reference]) => ({ variable, reference })),
    only,
  };
};

/** What a project file injects stands in the place of the environment's default set; --only chooses from either. */
const chooseKeys = (
  context: CommandContext,
  env: string,
  project: Project | undefined,
): { readonly fromProject: readonly Reference[]; readonly only: readonly string[] | undefined } => {
  const names = context.flags.has('only') ? context.flags.all('only').flatMap(splitNames) : undefined;
  if (project === undefined || project.inject === null) return { fromProject: [], only: names };
  const injected = project.inject.map(({ variable, reference }) => ({
    variable,
    reference: inEnvironment(reference, env),
  }));
  if (names === undefined) return { fromProject: injected, only: [] };
  const missing = names.find((name) => !injected.some(({ reference }) => nameIn(reference) === name));
  if (missing !== undefined)
    throw new AppError(
      'KEY_NOT_FOUND',
      `${project.file} injects no key ${missing}`,
      'add it there, or with --map VAR=NAME',
    );
  return { fromProject: injected.filter(({ reference }) => names.includes(nameIn(reference))), only: [] };
};

const nameIn = (reference: string): string => reference.slice(REFERENCE.length).split('/')[1] ?? '';

const asReference = (text: string, env: string): string => {
  if (text.startsWith(REFERENCE)) return text;
  return REFERENCE + (text.includes('/') ? text : `${env}/${text}`);
};

/** Room for every sensible one; a longer file is a mistake, and parsing it would make the start wait. */
const MAX_ENV_FILE_BYTES = 1_048_576;

interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly repeated: readonly string[];
}

/** The .env files of a command: read for every start of it, for `run --watch` starts it anew after they were edited. */
export class EnvFiles {
  /** What can be read only once: a pipe, such as a shell's `<(…)`, and stdin. */
  readonly #gone = new Map<string, EnvFile>();

  /** @throws {AppError} FILE_NOT_FOUND, BAD_FILE */
  async read(file: string): Promise<EnvFile> {
    const before = this.#gone.get(file);
    if (before !== undefined) return before;
    const { readInput } = await import('../prompts/secret-input.ts');
    // Looked at first: behind the reading, a name such as /dev/fd/63 may be another's.
    const isFile = file !== '-' && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    const text = readInput(file, MAX_ENV_FILE_BYTES, `file ${file}`)
      .toString('utf8')
      .replace(/^\ufeff/, '');
    const { parseEnv } = process.getBuiltinModule('node:util');
    const read = { variables: parseEnv(text) as Record<string, string>, repeated: repeatedVariables(text) };
    if (!isFile) this.#gone.set(file, read);
    return read;
  }
}

// A value in quotes may go over several lines, and what looks like a variable there is none.
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*("[^"]*"|'[^']*'|`[^`]*`)?/gm;

/** The names that a .env file sets more than once. */
export const repeatedVariables = (text: string): readonly string[] => {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [, name = ''] of text.matchAll(ASSIGNMENT)) (seen.has(name) ? repeated : seen).add(name);
  return [...repeated];
};

export const splitNames = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
