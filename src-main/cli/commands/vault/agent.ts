import { existsSync, readFileSync } from 'node:fs';
import { AppError } from '../../../../src-shared/errors/app-error.ts';
import type { Command } from '../../context.ts';
import { done } from './vault.ts';

export const agentStart: Command = async (context) => {
  const connection = await context.agent();
  const status = await context.call('vault.status', {});
  const { host, pid } = await connection.hello();
  if (context.isJson) context.printJson(status.json);
  else context.say(`The agent runs (${host}, pid ${pid}).`);
  return 0;
};

const END_TIMEOUT_MS = 15_000;
const POLL_MS = 20;

/** Returns once the process is gone: whoever copies or moves the vault then has the whole of it in one file. */
export const agentStop: Command = async (context) => {
  const connection = await context.findAgent();
  if (connection === undefined) {
    if (context.isJson) context.printJson({ schema: 1, warnings: [] });
    else context.say('No agent runs.');
    return 0;
  }
  const { pid } = await connection.hello();
  const answer = await context.call('agent.stop', {}, { mayUnlock: false });
  const giveUpAt = Date.now() + END_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > giveUpAt) {
      throw new AppError(
        'AGENT_UNAVAILABLE',
        `the agent (pid ${pid}) was told to stop, and still runs`,
        `look into ${context.paths.log}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (existsSync(`${context.paths.vault}-wal`))
    context.note('warning: vault.db-wal is still there; copy it along with vault.db');
  return done(context, answer, 'The agent has ended.');
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  // Ended, and waited for by nobody, as under a container's first process: proc_pid_stat(5), third field.
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
};
