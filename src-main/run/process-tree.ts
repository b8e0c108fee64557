import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type StopSignal = 'SIGTERM' | 'SIGKILL';

/**
 * Sends a signal to a child and everything it started. On Linux that is what descends from it, and what carries the
 * run's id in its environment in the child's session: a process whose parent has ended hangs from init and would be
 * missed otherwise. On Windows `taskkill` follows the parents' ids, and every signal is the end: nothing there can be
 * asked to end itself but a window.
 */
export const signalTree = (pid: number, signal: StopSignal, runId?: string): void => {
  if (process.platform === 'win32') {
    // SECURITY: with its folder, or Windows would take one from the folder we are in.
    const taskkill = path.win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    const killer = spawn(taskkill, ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    killer.on('error', () => undefined);
    return;
  }
  for (const member of process.platform === 'linux' ? treeOf(pid, runId) : [pid]) signalOne(member, signal);
};

/**
 * What a child left behind that is still running: on Linux, where processes tell which run they belong to.
 * @returns their pids, without the child's own
 */
export const leftBehind = (pid: number, runId: string | undefined): readonly number[] => {
  if (process.platform !== 'linux') return [];
  return treeOf(pid, runId).filter((member) => member !== pid && !isZombie(member));
};

/** Ended, and waited for by nobody yet: proc_pid_stat(5), third field. */
const isZombie = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return true;
  }
};

export const signalOne = (pid: number, signal: StopSignal): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
};

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** @returns the child first, then the others */
const treeOf = (root: number, runId: string | undefined): number[] => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const sessionOf = (wanted: number): number | undefined => all.find(({ pid }) => pid === wanted)?.session;
  // The child's, which it leads itself or shares with us; a process in another one has left on purpose.
  const sessions = new Set([root, sessionOf(root) ?? sessionOf(process.pid)]);
  const members = new Set([root]);
  if (runId !== undefined) {
    for (const one of all) {
      if (sessions.has(one.session) && one.pid !== process.pid && carries(one.pid, runId))
        members.add(one.pid);
    }
  }
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  return [...members];
};

/** proc_pid_stat(5): after the name come state, ppid, pgrp, session. */
const readProcess = (pid: number): Process[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [, parent = '0', , session = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid, parent: Number(parent), session: Number(session) }];
  } catch {
    return [];
  }
};

const carries = (pid: number, runId: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`KEYMOLT_RUN_ID=${runId}`);
  } catch {
    // Of another user, or gone.
    return false;
  }
};
