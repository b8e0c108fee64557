import { readFileSync } from 'node:fs';
import { canHandOver, handOver } from '../../run/hand-over.ts';
import { type MaskedSecret, MIN_MASKED_BYTES } from '../../run/masking/mask-patterns.ts';
import { isUntouched, kindOfStream, type MaskMode, planOutput } from '../../run/masking/output-plan.ts';
import { usage } from '../arguments/arguments.ts';
import type { CommandContext } from '../context.ts';
import { readDurationMs } from '../arguments/durations.ts';
import { type Launch, type LaunchPlan, type PrepareAgain, tellEnded } from './launch-plan.ts';

const MASK_MODES: readonly string[] = ['auto', 'always', 'never'] satisfies MaskMode[];
const isMaskMode = (text: string): text is MaskMode => MASK_MODES.includes(text);

/** @throws {AppError} USAGE */
export const planLaunch = ({ childCommand, flags }: CommandContext): LaunchPlan => {
  checkArguments(childCommand);
  const mode = flags.text('mask') ?? 'auto';
  if (!isMaskMode(mode)) throw usage('--mask is auto, always or never');
  const killAfter = flags.text('kill-after');
  const output = planOutput(mode, {
    stdin: kindOfStream(0),
    stdout: kindOfStream(1),
    stderr: kindOfStream(2),
  });
  return {
    output,
    killAfterMs: killAfter === undefined ? undefined : readDurationMs(killAfter, '--kill-after'),
  };
};

/** Launches the child, and ends as it ended. @returns the exit status; not at all where the child takes our place */
export const launch = async (
  context: CommandContext,
  plan: LaunchPlan,
  one: Launch,
  prepareAgain: PrepareAgain,
): Promise<number> => {
  const { output, killAfterMs } = plan;
  const { runId, command, secrets } = one;
  if (context.flags.has('watch')) {
    if (!isUntouched(output)) warnOfShort(context, secrets);
    const { watchRun } = await import('./watch.ts');
    return watchRun(context, plan, one, prepareAgain);
  }
  // The connection to the agent closes by itself: what Node opens does not outlive execve(2).
  if (isUntouched(output) && killAfterMs === undefined && canHandOver(command)) return handOver(command);
  if (!isUntouched(output)) warnOfShort(context, secrets);
  const { superviseRun } = await import('./supervise.ts');
  const { end, endLikeChild } = await superviseRun({ command, output, secrets, killAfterMs });
  if (end.writeFailure !== undefined) {
    const { code = 'unknown error' } = end.writeFailure;
    context.note(`the command’s output could not be written to its end (${code})`);
  }
  await tellEnded(context, runId);
  const isLost = end.writeFailure !== undefined && end.code === 0;
  return isLost ? 1 : endLikeChild(end);
};

/** SECURITY: names only. */
const warnOfShort = (context: CommandContext, secrets: readonly MaskedSecret[]): void => {
  const short = secrets.filter(({ value }) => value.length < MIN_MASKED_BYTES).map(({ name }) => name);
  if (short.length === 0) return;
  context.note(
    `warning: ${short.join(', ')} ${short.length === 1 ? 'is' : 'are'} too short to be masked in the output without hiding ordinary words`,
  );
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
