import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { libC } from '../agent/lib-c.ts';

type CollectGarbage = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Makes V8 overwrite the memory that it frees.
 * SECURITY: a value that was text for a moment (checked, sent in a header) and small buffers that the collector has moved
 * leave copies that no `fill(0)` reaches. Collected and overwritten, they are gone (test/cli/agent-secrets.test.ts).
 * @returns collects everything that can be, and gives it back to the system; takes some milliseconds
 */
export function prepareToClearMemory(): () => void {
  setFlagsFromString('--clear-free-memory');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as CollectGarbage;
  return () => {
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    // After ten thousand keys were listed, 20 MB of what is free would stay with the process.
    libC()?.mallocTrim?.(0);
  };
}
