import { execFile } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Two descriptors. */
export interface ChildPipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/**
 * Pipes for a child's output. What Node calls a pipe is a pair of sockets, and on a socket `echo > /dev/stderr` fails:
 * scripts do that, and it works without us. Node cannot ask for a real pipe, but mkfifo(1) can, and its name is gone
 * once both ends are open.
 * @returns undefined where that is not to be had
 */
export const makePipes = async (count: number): Promise<readonly ChildPipe[] | undefined> => {
  if (process.platform === 'win32') return undefined;
  let folder: string | undefined;
  const open: number[] = [];
  const openEnd = (file: string, flags: number): number => {
    const descriptor = openSync(file, flags);
    open.push(descriptor);
    return descriptor;
  };
  try {
    // SECURITY: mkdtemp(3) makes it for the owner alone.
    folder = mkdtempSync(path.join(tmpdir(), 'keymolt-run-'));
    const files = Array.from({ length: count }, (_, at) => path.join(folder ?? '', String(at)));
    await new Promise<void>((resolve, reject) => {
      execFile('mkfifo', ['-m', '600', ...files], (error) => {
        if (error === null) resolve();
        else reject(new Error('mkfifo', { cause: error }));
      });
    });
    return files.map((file) => {
      // Without waiting for a writer; then the other end finds a reader.
      const readEnd = openEnd(file, constants.O_RDONLY | constants.O_NONBLOCK);
      return { readEnd, writeEnd: openEnd(file, constants.O_WRONLY) };
    });
  } catch {
    for (const descriptor of open) closeSync(descriptor);
    return undefined;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
};
