import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { CallerProcess, ProcessTable } from '../services/ports.ts';

interface ProcessStat {
  readonly parentPid: number;
  readonly sessionId: number;
  readonly terminal: number;
  readonly startTicks: number;
}

const MOST_ANCESTORS = 64;

/** proc_pid_stat(5); the command's name is in parentheses and may itself hold parentheses and blanks. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Numbered from 3 (state): 4 parent, 6 session, 7 terminal, 22 start time.
  const [parentPid, sessionId, terminal, startTicks] = [4, 6, 7, 22].map((field) =>
    Number(fields[field - 3]),
  );
  if (
    parentPid === undefined ||
    sessionId === undefined ||
    terminal === undefined ||
    startTicks === undefined
  )
    return undefined;
  return Number.isNaN(parentPid + sessionId + terminal + startTicks)
    ? undefined
    : { parentPid, sessionId, terminal, startTicks };
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Processes by /proc. Other systems don't tell: nothing is described, and a run counts as alive while its pid does. */
export const processTable: ProcessTable = {
  describe(pid) {
    const own = readStat(pid);
    if (own === undefined) return undefined;
    const ancestors: { pid: number; startTicks: number }[] = [];
    for (let parent = own.parentPid; parent > 0 && ancestors.length < MOST_ANCESTORS;) {
      const stat = readStat(parent);
      if (stat === undefined) break;
      ancestors.push({ pid: parent, startTicks: stat.startTicks });
      parent = stat.parentPid;
    }
    const described: CallerProcess = {
      pid,
      startTicks: own.startTicks,
      sessionId: own.sessionId,
      sessionStartTicks: readStat(own.sessionId)?.startTicks ?? 0,
      hasTerminal: own.terminal !== 0,
      ancestors,
    };
    return described;
  },
  facts(pid) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const given = /^Name:\t(.*)$/m.exec(status)?.[1] ?? '';
      // What Node calls every process of its own, since version 24 or so, says nothing of the program.
      const name = given.endsWith('MainThread') ? basename(readlinkSync(`/proc/${pid}/exe`)) : given;
      const uid = Number(/^Uid:\t(\d+)/m.exec(status)?.[1]);
      return { name, uid, cwd: folderOf(pid) };
    } catch {
      return undefined;
    }
  },
  isAlive(pid, startTicks) {
    if (process.platform === 'linux') return readStat(pid)?.startTicks === startTicks;
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  },
};
