import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..', '..');

it.each(['README.md', 'docs/SECURITY.md', 'docs/ARCHITECTURE.md', 'src-main/vault/crypto/FORMAT.md'])(
  'every file and folder that %s names is there',
  (document) => {
    const named = readFileSync(path.join(root, document), 'utf8').matchAll(
      /[`(]((?:docs|scripts|src-[a-z]+|test)\/[\w*./-]+)[`)]/g,
    );
    const paths = [...named].map(([, file = '']) => file);
    expect(paths.length).toBeGreaterThan(0);
    const isThere = (file: string): boolean =>
      file.includes('*') ? globSync(file, { cwd: root }).length > 0 : existsSync(path.join(root, file));
    expect(paths.filter((file) => !isThere(file))).toEqual([]);
  },
);
