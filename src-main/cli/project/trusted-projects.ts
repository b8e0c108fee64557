import { readFileSync, realpathSync } from 'node:fs';
import { ensurePrivateFolder, type Paths } from '../../agent/paths.ts';
import { writePrivateFile } from '../private-file.ts';

interface TrustedProject {
  readonly path: string;
  readonly sha256: string;
}

const MOST_PROJECTS = 1000;

export type Trust = 'confirmed' | 'new' | 'changed';

/** Which project files a person has confirmed, by place and content: one byte more, and it is asked again. */
export const trustOf = (paths: Paths, file: string, content: Buffer): Trust => {
  const place = realpathSync(file);
  const known = readTrusted(paths).find(({ path }) => path === place);
  if (known === undefined) return 'new';
  return known.sha256 === hash(content) ? 'confirmed' : 'changed';
};

export const confirmProject = (paths: Paths, file: string, content: Buffer): void => {
  const place = realpathSync(file);
  const others = readTrusted(paths).filter(({ path }) => path !== place);
  const projects = [...others, { path: place, sha256: hash(content) }].slice(-MOST_PROJECTS);
  ensurePrivateFolder(paths.home, { mayBeLink: true });
  const text = `${JSON.stringify({ schema: 1, projects }, undefined, 2)}\n`;
  writePrivateFile(paths.projects, Buffer.from(text), { mode: 0o600, mayReplace: true });
};

/** A file that cannot be read confirms nothing, and is written anew with the next confirmation. */
const readTrusted = (paths: Paths): readonly TrustedProject[] => {
  try {
    const { projects } = JSON.parse(readFileSync(paths.projects, 'utf8')) as { projects?: unknown };
    return Array.isArray(projects) ? projects.filter(isTrusted) : [];
  } catch {
    return [];
  }
};

const isTrusted = (entry: unknown): entry is TrustedProject => {
  const { path, sha256 } = (entry ?? {}) as Partial<Record<keyof TrustedProject, unknown>>;
  return typeof path === 'string' && typeof sha256 === 'string';
};

// Loaded where it is used: it would cost every start of the command line some milliseconds.
const hash = (content: Buffer): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(content).digest('hex');
