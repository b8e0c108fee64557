import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MARK_STROKES } from '../../../src-renderer/ui/mark.tsx';

test('the icon of the window is the mark', () => {
  const file = readFileSync(new URL('../../../src-renderer/ui/mark.svg', import.meta.url), 'utf8');
  expect([...file.matchAll(/ d="([^"]+)"/g)].map(([, stroke]) => stroke)).toEqual([...MARK_STROKES]);
});
