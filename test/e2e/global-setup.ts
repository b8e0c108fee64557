import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildForTestRuntime } from '../support/window/electron-test-build.mjs';

const page = path.join(import.meta.dirname, '..', '..', 'out', 'renderer', 'index.html');

export default function setUp(): void {
  if (!existsSync(page)) throw new Error('build first: npm run build');
  buildForTestRuntime();
}
