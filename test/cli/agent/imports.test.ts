import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../support/homes/agent-home.ts';

// docs/decisions/0015: each of these costs an agent that idles some megabytes.
const HEAVY = [
  'node:http',
  'node:https',
  'node:http2',
  'node:tls',
  'undici',
  '@node-rs/argon2',
  '@lydell/node-pty',
];

it('an agent that starts loads nothing heavy that it may never need', () => {
  const text = readFileSync(path.join(ROOT, 'out', 'agent', 'agent.mjs'), 'utf8');
  const imported = [...text.matchAll(/^import .*?from\s*"([^"]+)"/gm)].map(([, name]) => name);
  expect(imported).toContain('better-sqlite3');
  expect(imported.filter((name) => HEAVY.includes(name ?? ''))).toEqual([]);
});
