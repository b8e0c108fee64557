import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const RELEASE_FOLDER = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'release');

/** A script of `scripts/release`: plain JavaScript, of which a test says what it expects. */
export const loadScript = async <Script>(name: string): Promise<Script> =>
  (await import(pathToFileURL(path.join(RELEASE_FOLDER, name)).href)) as Script;
