import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { libC } from '../agent/lib-c.ts';

type CollectGarbage = (options: {
  type: 'major';
  execution: 'sync';
  flavor: 'regular' | 'last-resort';
}) => void;

export interface MemoryClearing {
  /** Collects and overwrites; keeps the code that was compiled, so that the next unlock is not a cold one. */
  readonly clear: () => void;
  /** As `clear`, and gives everything back to the system that can be; the code as well. For quiet times. */
  readonly shrink: () => void;
}

/**
 * Makes V8 overwrite the memory that it frees.
 * SECURITY: a value that was text for a moment (checked, sent in a header) and small buffers that the collector has moved
 * leave copies that no `fill(0)` reaches. Collected and overwritten, they are gone (test/cli/agent/secrets.test.ts).
 */
export function prepareToClearMemory(): MemoryClearing {
  setFlagsFromString('--clear-free-memory');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as CollectGarbage;
  return {
    clear: () => collect({ type: 'major', execution: 'sync', flavor: 'regular' }),
    shrink: () => {
      collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      // After ten thousand keys were listed, 20 MB of what is free would stay with the process.
      libC()?.mallocTrim?.(0);
    },
  };
}
