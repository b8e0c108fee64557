import { readFileSync } from 'node:fs';
import type { ProcessEnvironments } from '../services/doctor/ports.ts';
import type { ProcessTable } from '../services/ports.ts';
import { Secret } from '../vault/secret.ts';

/** proc_pid_environ(5): what a process was started with. Other systems don't tell. */
export const processEnvironments = (processes: ProcessTable): ProcessEnvironments => ({
  find(pid, startTicks, variable) {
    if (process.platform !== 'linux') return undefined;
    let block: Buffer;
    try {
      block = readFileSync(`/proc/${pid}/environ`);
    } catch {
      return undefined;
    }
    try {
      // A pid is given again: the block may be another process's.
      if (!processes.isAlive(pid, startTicks)) return undefined;
      const wanted = Buffer.from(`${variable}=`);
      for (let start = 0; start < block.length;) {
        const found = block.indexOf(0, start);
        const end = found === -1 ? block.length : found;
        if (block.subarray(start, start + wanted.length).equals(wanted))
          return Secret.adopt(Buffer.from(block.subarray(start + wanted.length, end)));
        start = end + 1;
      }
      return undefined;
    } finally {
      block.fill(0);
    }
  },
});
