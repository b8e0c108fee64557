import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const OUT = path.join(import.meta.dirname, '..', '..', '..', 'out', 'renderer');
const MOST_BYTES = 500_000;
const gzipped = (file: string): number => gzipSync(readFileSync(path.join(OUT, file))).length;
const sum = (files: readonly string[]): number => files.reduce((bytes, file) => bytes + gzipped(file), 0);

test('the page is under 500 kB gzipped, and what is heavy is loaded when it is first opened', () => {
  const all = readdirSync(path.join(OUT, 'assets'))
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => `assets/${name}`);
  const atFirst = [
    ...readFileSync(path.join(OUT, 'index.html'), 'utf8').matchAll(/"\.\/(assets\/[^"]+\.(?:js|css))"/g),
  ].flatMap(([, name]) => name ?? []);
  expect(atFirst.length).toBeGreaterThan(1);
  expect(sum(atFirst)).toBeLessThan(250_000);
  // The dictionaries of the passphrase meter are twice as much as all the rest; who creates a vault loads them.
  const dictionaries = all.filter((name) => name.includes('strength'));
  const others = all.filter((name) => !dictionaries.includes(name));
  expect(sum(others)).toBeLessThan(MOST_BYTES);
  const heavy = [...dictionaries, ...all.filter((name) => name.includes('run-terminal'))];
  expect(heavy.length).toBeGreaterThan(1);
  for (const name of heavy) expect(atFirst).not.toContain(name);
});
