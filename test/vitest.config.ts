import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One project per kind of test, so that each can be run alone: `npx vitest run -c test/vitest.config.ts --project unit`. */
const project = (name: string, include: string[], more: object = {}) => ({
  // Not a limit on what is tested, but on what hangs: a machine may be busy with something else for seconds.
  test: { name, root, include, environment: 'node', testTimeout: 30_000, maxWorkers: 2, ...more },
});

export default defineConfig({
  test: {
    projects: [
      // Pure and quick, most of them: a process for each would take longer than the tests.
      project('unit', ['test/unit/**/*.test.ts'], { isolate: false }),
      project('contract', ['test/contract/**/*.test.ts'], { isolate: false }),
      project('conformance', ['test/conformance/**/*.test.ts']),
      project('vectors', ['test/vectors/**/*.test.ts']),
      // Real processes, which wait more than they compute: three files at a time, each with homes of its own.
      project('cli', ['test/cli/**/*.test.ts'], {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        maxWorkers: 3,
      }),
      project('faults', ['test/faults/**/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 60_000,
        fileParallelism: false,
      }),
    ],
  },
});
