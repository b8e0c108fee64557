// Measuring: cases take turns, so that whatever else the machine does falls on all of them alike.
import { performance } from 'node:perf_hooks';
import { spawn } from 'node:child_process';

/**
 * @param cases `{name: async () => milliseconds}`; each may also be a plain function
 * @returns `{name: {median, min, p95, rounds}}` in milliseconds
 */
export async function takeTurns(rounds, cases, { warmUp = 1 } = {}) {
  const names = Object.keys(cases);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    // Each round starts with another case: none is always the one after the heaviest.
    for (let n = 0; n < names.length; n += 1) {
      const name = names[(n + round + warmUp) % names.length];
      const ms = await cases[name]();
      if (round >= 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(times[name])]));
}

export function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return { median: at(0.5), min: at(0), p95: at(0.95), rounds: sorted.length };
}

export async function timed(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** From the start of a program to its end with status 0, its output read to the end, or not even piped. */
export const startOf =
  (command, args, { isQuiet = false, ...options } = {}) =>
  () =>
    timed(
      () =>
        new Promise((resolve, reject) => {
          const child = spawn(command, args, {
            ...options,
            stdio: isQuiet ? 'ignore' : ['ignore', 'pipe', 'pipe'],
          });
          let said = '';
          child.stdout?.resume();
          child.stderr?.on('data', (chunk) => (said += chunk));
          child.once('error', reject);
          child.once('close', (status) => {
            if (status === 0) resolve();
            else reject(new Error(`${command} ${args.join(' ')} ended with ${status}: ${said}`));
          });
        }),
    );
