import type { RequestOf, ResponseOf } from '../../../src-shared/contract/channels.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { Call, Core } from '../context.ts';
import { restartCommand, startCommand } from './start-command.ts';
import { viewOf } from './window-runs.ts';

const done = { schema: 1 as const, warnings: [] as string[] };

export const listRuns = (core: Core): ResponseOf<'runs.list'> => ({
  schema: 1,
  runs: core.windowRuns.list(),
});

export async function launchRun(
  core: Core,
  call: Call,
  { size, cwd, watch = false, ...wish }: RequestOf<'runs.launch'>,
): Promise<ResponseOf<'runs.launch'>> {
  const run = await startCommand(core, call.actor, { ...wish, cwd: cwd ?? null, watch, title: null }, size);
  return { schema: 1, run: viewOf(run) };
}

export async function restartRun(
  core: Core,
  call: Call,
  { id }: RequestOf<'runs.restart'>,
): Promise<ResponseOf<'runs.restart'>> {
  return { schema: 1, run: viewOf(await restartCommand(core, call.actor, core.windowRuns.require(id))) };
}

export function stopRun(core: Core, { id, now = false }: RequestOf<'runs.stop'>): ResponseOf<'runs.stop'> {
  const run = core.windowRuns.requireRunning(id);
  run.following?.abort();
  run.launch.launched.stop(now);
  return done;
}

export const runOutput = (core: Core, { id }: RequestOf<'runs.output'>): ResponseOf<'runs.output'> => ({
  schema: 1,
  ...core.windowRuns.require(id).output.watch(),
});

export function runDrawn(core: Core, { id, offset }: RequestOf<'runs.drawn'>): ResponseOf<'runs.drawn'> {
  core.windowRuns.find(id)?.output.drawn(offset);
  return done;
}

/** @throws {AppError} REFUSED where the command does not read what is typed */
export function typeIntoRun(core: Core, { id, text }: RequestOf<'runs.type'>): ResponseOf<'runs.type'> {
  if (!core.windowRuns.requireRunning(id).launch.launched.type(text))
    throw new AppError('REFUSED', 'The command does not read what is typed.', 'Wait for it, or stop it.');
  return done;
}

export function resizeRun(core: Core, { id, size }: RequestOf<'runs.resize'>): ResponseOf<'runs.resize'> {
  const run = core.windowRuns.find(id);
  if (run !== undefined) {
    run.size = size;
    if (run.end === null) run.launch.launched.resize(size);
  }
  return done;
}

export function dismissRun(core: Core, { id }: RequestOf<'runs.dismiss'>): ResponseOf<'runs.dismiss'> {
  core.windowRuns.remove(id);
  core.emit('dataChanged', { what: 'runs' });
  return done;
}
