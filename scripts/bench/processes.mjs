// What /proc tells of a program and of all that it has started. Linux only; elsewhere nothing is measured.
import { readdirSync, readFileSync } from 'node:fs';

const read = (file) => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // It has ended, or is not ours to read.
    return '';
  }
};

/** proc_pid_stat(5): parent is the 4th field, user and system time the 14th and 15th; a name may have blanks in it. */
const statOf = (pid) => {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** @returns a process and all below it, each as `{pid, kind}`; kind as Chromium names its processes */
export function treeOf(root) {
  const parents = new Map();
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statOf(name)[1]));
  const isBelow = (pid) => pid === root || (parents.has(pid) && isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow).map((pid) => {
    const command = read(`/proc/${pid}/cmdline`);
    const kind = /--type=([\w-]+)/.exec(command)?.[1] ?? (pid === root ? 'host' : 'browser');
    return { pid, kind };
  });
}

const field = (pid, name) =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;

/**
 * Memory of a process and all below it in MB: memory that is shared counts in parts (PSS), so that it counts once in the
 * sum. `own` leaves out what is read from files, mostly the browser's program, which the system drops when it needs room
 * and which a browser that is open anyway has there already.
 */
export function memoryOf(root) {
  const tree = treeOf(root).map(({ pid, kind }) => ({
    kind,
    all: field(pid, 'Pss'),
    own: field(pid, 'Pss_Anon') + field(pid, 'Pss_Shmem'),
  }));
  const sum = (list, what) => list.reduce((total, each) => total + each[what], 0);
  const kinds = [...new Set(tree.map(({ kind }) => kind))];
  return {
    all: sum(tree, 'all'),
    own: sum(tree, 'own'),
    byKind: kinds
      .map(
        (kind) =>
          `${kind} ${sum(
            tree.filter((each) => each.kind === kind),
            'all',
          ).toFixed(0)}`,
      )
      .join(', '),
  };
}

// Of every Linux that Node runs on: sysconf(_SC_CLK_TCK).
const TICK_MS = 10;

/** What a process, all below it, and those of them that have ended, have had of the processors so far, in ms. */
export const processorTimeOf = (root) =>
  treeOf(root).reduce((total, { pid }) => {
    // User and system time, its own and its ended children's.
    const ticks = statOf(pid).slice(11, 15).map(Number);
    return total + TICK_MS * ticks.reduce((sum, each) => sum + (each || 0), 0);
  }, 0);

const SPANS = 5;
const SPAN_MS = 4000;

/**
 * How often the main threads of processes are woken in a second of rest: the middle one of five spans of four seconds. A
 * timer is in each of them; what comes in bursts, as a collection of memory does, is in one or two.
 * @param pids by name
 * @returns wakings a second, by the same names
 */
export async function wakingsAtRest(pids) {
  const spans = [];
  for (let n = 0; n < SPANS; n += 1) {
    const before = Object.entries(pids).map(([name, pid]) => [name, wakingsOf(pid)]);
    await new Promise((resolve) => setTimeout(resolve, SPAN_MS));
    spans.push(before.map(([name, count]) => [name, ((wakingsOf(pids[name]) - count) * 1000) / SPAN_MS]));
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return Object.fromEntries(
    Object.keys(pids).map((name, n) => [name, middle(spans.map((span) => span[n][1]))]),
  );
}

/** How often the main thread of a process has waited for something and was woken. */
const wakingsOf = (pid) =>
  Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(read(`/proc/${pid}/task/${pid}/status`))?.[1] ?? 0);
