import { AppError } from '../../errors/app-error.ts';
import { ENVIRONMENT_ALIASES, ENVIRONMENT_NAME, isReservedVariable, VARIABLE_NAME } from '../names.ts';
import { parseReference } from './reference.ts';

/** The name of the file, beside the code it belongs to. Committed, so it holds no secret and is written by anybody. */
export const PROJECT_FILE = '.keymolt.json';
export const MAX_PROJECT_FILE_BYTES = 65_536;
const MOST_ENTRIES = 200;

export interface ProjectFile {
  readonly project: string | null;
  readonly defaultEnvironment: string | null;
  /** Variable → reference, which may have `${env}` for its environment. null: the file names none. */
  readonly inject: readonly { readonly variable: string; readonly reference: string }[] | null;
  readonly environmentOfBranch: ReadonlyMap<string, string>;
}

const FIELDS = ['schema', 'project', 'default_env', 'inject', 'git_branch_env'];
/** What somebody may hope to set here: each decides how careful a run is. */
const SAFETIES = new Set(
  'mask allow_live allow-live approve approval grant preserve_env preserve-env pristine no_input yes'.split(
    ' ',
  ),
);
/** Where a reference leaves its environment open. */
const OPEN = 'molt://${env}/';

/**
 * Reads a project file. SECURITY: it comes with a repository, so it may choose keys and can relax nothing: not masking,
 * not live/test, not reserved names, not approval (test/unit/domain/references/project-file.test.ts).
 * @throws {AppError} BAD_FILE, VARIABLE_RESERVED
 */
export const parseProjectFile = (text: string): ProjectFile => {
  const file = parseObject(text);
  for (const field of Object.keys(file)) {
    if (SAFETIES.has(field))
      throw bad(`sets ${quoted(field)}: a project file can choose keys, and can relax no safety`);
    if (!FIELDS.includes(field))
      throw bad(`has ${quoted(field)}, which is none of its fields: ${FIELDS.join(', ')}`);
  }
  if (file['schema'] !== 1) throw bad('is not of schema 1, the one this version knows');
  const { project, default_env: defaultEnv, inject, git_branch_env: branches } = file;
  return {
    project: project === undefined ? null : readLabel(project),
    defaultEnvironment: defaultEnv === undefined ? null : readEnvironment(defaultEnv, 'default_env'),
    inject:
      inject === undefined
        ? null
        : entriesOf(inject, 'inject').map(([variable, reference]) => readInjection(variable, reference)),
    environmentOfBranch: new Map(
      branches === undefined
        ? []
        : entriesOf(branches, 'git_branch_env').map(([branch, env]) => [
            branch,
            readEnvironment(env, `git_branch_env of ${quoted(branch)}`),
          ]),
    ),
  };
};

/** The branch first, then the default; undefined: the file chooses none. */
export const projectEnvironment = (
  { environmentOfBranch, defaultEnvironment }: ProjectFile,
  branch: string | undefined,
): string | undefined =>
  (branch === undefined ? undefined : environmentOfBranch.get(branch)) ?? defaultEnvironment ?? undefined;

/** `molt://${env}/name` in an environment. */
export const inEnvironment = (reference: string, env: string): string =>
  reference.startsWith(OPEN) ? `molt://${env}/${reference.slice(OPEN.length)}` : reference;

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw bad('is not JSON');
  }
  if (!isObject(parsed)) throw bad('is not a JSON object');
  return parsed;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entriesOf = (value: unknown, field: string): readonly (readonly [string, unknown])[] => {
  if (!isObject(value)) throw bad(`has ${field}, which is not an object`);
  const entries = Object.entries(value);
  if (entries.length > MOST_ENTRIES) throw bad(`has more than ${MOST_ENTRIES} entries in ${field}`);
  return entries;
};

const readLabel = (value: unknown): string => {
  if (typeof value !== 'string' || value.length > 200) throw bad('has a project that is no short text');
  return value;
};

const readEnvironment = (value: unknown, field: string): string => {
  const name = typeof value === 'string' ? (ENVIRONMENT_ALIASES[value] ?? value) : '';
  if (!ENVIRONMENT_NAME.test(name)) throw bad(`has in ${field} no name of an environment`);
  return name;
};

const readInjection = (variable: string, value: unknown): { variable: string; reference: string } => {
  if (!VARIABLE_NAME.test(variable))
    throw bad(`has in inject ${quoted(variable)}, which cannot be a variable`);
  if (isReservedVariable(variable)) {
    throw new AppError(
      'VARIABLE_RESERVED',
      `${PROJECT_FILE} sets ${variable}, which decides what programs run or load`,
      'take it out of the file',
    );
  }
  if (typeof value !== 'string' || value.length > 300) throw bad(`has for ${variable} no reference`);
  try {
    parseReference(inEnvironment(value, 'dev'));
  } catch {
    throw bad(`has for ${variable} ${quoted(value)}, which is no reference like ${OPEN}name`);
  }
  return { variable, reference: value };
};

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

const bad = (what: string): AppError =>
  new AppError(
    'BAD_FILE',
    `${PROJECT_FILE} ${what}`,
    'correct the file, or choose with -e and --map instead',
  );
