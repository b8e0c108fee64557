import { readFileSync, writeFileSync } from 'node:fs';

const FILTER = '/proc/self/coredump_filter';

/**
 * Leaves this process's memory out of core files. SECURITY: core(5): ours would hold the values that we handed to the
 * child (test/cli/run/faults.test.ts). A child that is started later would inherit that, and its core files are its own
 * affair: so this is called once it runs.
 * @returns puts it back
 */
export const leaveOutOfCoreFiles = (): (() => void) => {
  if (process.platform !== 'linux') return () => undefined;
  try {
    const before = readFileSync(FILTER, 'latin1').trim();
    writeFileSync(FILTER, '0');
    // It is shown without 0x, and read as hexadecimal only with it.
    return () => writeFileSync(FILTER, `0x${before}`);
  } catch {
    // A kernel without core files.
    return () => undefined;
  }
};
