import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import { checkVariable } from '../../run/build-child-env.ts';
import { usage } from '../arguments.ts';
import type { CommandContext } from '../context.ts';

const REFERENCE = 'molt://';

export interface Reference {
  readonly variable: string;
  readonly reference: string;
}

/** What the command line itself says the child is to get. */
export interface Sources {
  readonly plain: Readonly<Record<string, string>>;
  readonly references: readonly Reference[];
}

/** The variables of .env files and of --map; the later of two with one name wins, and --map comes last. */
export const readSources = (context: CommandContext): Sources => {
  const all = new Map<string, string>();
  for (const file of context.flags.all('env-file')) {
    for (const [name, value] of Object.entries(readEnvFile(file))) all.set(name, value);
  }
  const references = new Map([...all].filter(([, value]) => value.startsWith(REFERENCE)));
  const plain = Object.fromEntries([...all].filter(([, value]) => !value.startsWith(REFERENCE)));
  for (const entry of context.flags.all('map')) {
    const at = entry.indexOf('=');
    if (at < 1 || at === entry.length - 1) throw usage(`--map takes VAR=REF, not '${entry}'`);
    const name = entry.slice(0, at);
    references.set(name, asReference(entry.slice(at + 1), context.oneEnv));
    Reflect.deleteProperty(plain, name);
  }
  for (const name of references.keys()) checkVariable(name, 'a reference');
  return { plain, references: [...references].map(([variable, reference]) => ({ variable, reference })) };
};

const asReference = (text: string, env: string): string => {
  if (text.startsWith(REFERENCE)) return text;
  return REFERENCE + (text.includes('/') ? text : `${env}/${text}`);
};

const readEnvFile = (file: string): Record<string, string> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') throw new AppError('FILE_NOT_FOUND', `there is no file ${file}`);
    throw new AppError('BAD_FILE', `${file} cannot be read (${code})`);
  }
  return parseEnv(text.replace(/^\ufeff/, '')) as Record<string, string>;
};

export const splitNames = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
