import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { MaskedSecret } from '../../run/mask-patterns.ts';
import type { ChildCommand } from '../../run/spawn-child.ts';
import { usage } from '../arguments.ts';
import type { CommandContext } from '../context.ts';

export interface Launch {
  readonly runId: string;
  readonly command: ChildCommand;
  readonly secrets: readonly MaskedSecret[];
}

/** Checks how the child is to be launched, before anything is asked of the agent. @throws {AppError} USAGE */
export const checkLaunch = ({ childCommand, flags }: CommandContext): void => {
  refuseLaterFlags(flags);
  checkArguments(childCommand);
};

/** Launches the child and ends as it ended. @returns the exit status */
export const launch = async (context: CommandContext, { runId, command }: Launch): Promise<number> => {
  const { endLikeChild, runInForeground } = await import('../../run/spawn-child.ts');
  const end = await runInForeground(command);
  await tellEnded(context, runId);
  return endLikeChild(end, constants.signals);
};

const refuseLaterFlags = (flags: CommandContext['flags']): void => {
  const mask = flags.text('mask');
  if (mask !== undefined && !['auto', 'always', 'never'].includes(mask))
    throw usage('--mask is auto, always or never');
  const later = [
    ...(mask === 'auto' || mask === 'always' ? [`--mask ${mask}`] : []),
    ...(flags.has('watch') ? ['--watch'] : []),
    ...(flags.has('kill-after') ? ['--kill-after'] : []),
  ];
  if (later.length > 0) {
    throw new AppError(
      'NOT_IN_THIS_VERSION',
      `\`keymolt run ${later.join(' ')}\` is not in this version`,
      'leave it out',
    );
  }
};

/**
 * Node turns arguments into text, and what is not UTF-8 would be changed on the way.
 * @throws {AppError} USAGE where the child would not get its arguments byte for byte
 */
const checkArguments = (argv: readonly string[]): void => {
  if (!argv.some((argument) => argument.includes('\ufffd')) || process.platform !== 'linux') return;
  const given = readFileSync('/proc/self/cmdline');
  const understood = Buffer.from(given.toString('utf8'), 'utf8');
  if (!given.equals(understood))
    throw usage('an argument is not UTF-8, and could not be passed on unchanged');
};

const END_TIMEOUT_MS = 300;

/** Tells the agent that the run is over. It finds out by itself too, so nothing waits for it long. */
const tellEnded = async (context: CommandContext, runId: string): Promise<void> => {
  const told = (async () => {
    const agent = await context.findAgent();
    await agent?.request('runs.ended', { run_id: runId });
  })().catch(() => undefined);
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, END_TIMEOUT_MS))]);
  context.close();
};
