import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { readSourceFile, type SourceFile } from './read-source-file.ts';

/** The .env files that a program of this folder may read, and what stands in them. */

export interface EnvFolder {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly home: string;
  /** `--env-file`: this one instead of those up the tree. */
  readonly envFile: string | undefined;
}

const MOST_FOLDERS = 24;
const MOST_VARIANTS = 12;
const MODE_NAME = /^[A-Za-z0-9_-]{1,40}$/;

/** The order in which dotenv-flow, Next and Vite read them; the mode's own only where a mode is set. */
function usualNames({ NODE_ENV: mode }: NodeJS.ProcessEnv): string[] {
  const ofMode = mode !== undefined && MODE_NAME.test(mode);
  return [
    ...(ofMode ? [`.env.${mode}.local`] : []),
    '.env.local',
    ...(ofMode ? [`.env.${mode}`] : []),
    '.env',
  ];
}

/**
 * The nearest first: from the folder up to the root of its repository; outside of one up to the home folder, and
 * outside of that the folder alone.
 */
export function envFiles({ environment, folder, home, envFile }: EnvFolder): string[] {
  if (envFile !== undefined) return [path.resolve(folder, envFile)];
  const names = usualNames(environment);
  const folders: string[] = [];
  let homeAt = -1;
  for (let here = folder; folders.length < MOST_FOLDERS; here = path.dirname(here)) {
    folders.push(here);
    if (existsSync(path.join(here, '.git'))) return inFolders(folders, names);
    if (here === home) homeAt = folders.length;
    if (path.dirname(here) === here) break;
  }
  return inFolders(folders.slice(0, Math.max(homeAt, 1)), names);
}

const inFolders = (folders: readonly string[], names: readonly string[]): string[] =>
  folders.flatMap((folder) => names.map((name) => path.join(folder, name)));

// What is committed to show the names, and what dotenv-vault keeps sealed.
const NO_VALUES = /\.(?:example|sample|template|dist|defaults?|schema|vault|keys)$/i;

/** `.env.production` and its like, in the folder alone: read by a program that was told to. */
export function envVariants({ environment, folder, envFile }: EnvFolder): string[] {
  if (envFile !== undefined) return [];
  const usual = new Set(usualNames(environment));
  try {
    return readdirSync(folder)
      .filter((name) => /^\.env\.[\w.-]+$/.test(name) && !usual.has(name) && !NO_VALUES.test(name))
      .sort()
      .slice(0, MOST_VARIANTS)
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

export interface EnvFile {
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Where a variable stands: the last assignment counts, as the parsers have it. */
  readonly lineOf: (variable: string) => number | null;
  /** The line ends in CR LF, and a shell that sources the file takes the CR for a part of the value. */
  readonly hasCarriageReturn: (variable: string) => boolean;
}

/** @returns a state where the file is not there or may not be read */
export function readEnvFile(file: string): EnvFile | Exclude<SourceFile['state'], 'read'> {
  const content = readSourceFile(file);
  if (content.state !== 'read') return content.state;
  const text = content.bytes.toString('utf8').replace(/^\ufeff/, '');
  const lines = text.split('\n');
  const lineIndex = (variable: string): number =>
    lines.findLastIndex((line) => {
      const bare = line.trimStart().replace(/^export\s+/, '');
      return bare.startsWith(variable) && /^\s*=/.test(bare.slice(variable.length));
    });
  return {
    file,
    variables: parseEnv(text) as Record<string, string>,
    lineOf: (variable) => {
      const at = lineIndex(variable);
      return at === -1 ? null : at + 1;
    },
    hasCarriageReturn: (variable) => lines[lineIndex(variable)]?.endsWith('\r') ?? false,
  };
}
