import { z } from 'zod';
import { nullableText, schema } from './answer-parts.ts';

export const runView = z.object({
  run_id: z.string(),
  pid: z.number(),
  command: z.string(),
  cwd: z.string(),
  env: z.string(),
  since: z.string(),
  /** `env/name` of each key the run holds. */
  keys: z.array(z.string()),
  /** Holds a value that was rotated or edited since it started. */
  laggard: z.boolean(),
});
export type RunView = z.infer<typeof runView>;

/** A command that this window, or another window of the same core, has started; ended ones for a while. */
export const windowRunView = z.object({
  /** Stays the same when the command is started anew. */
  id: z.string(),
  /** As in the status, while it runs. */
  run_id: z.string(),
  /** The profile's name, where it was started from one. */
  title: nullableText,
  command: z.array(z.string()),
  cwd: z.string(),
  env: z.string(),
  keys: z.array(z.string()),
  since: z.string(),
  /** Starts anew when one of its keys has another value. */
  watch: z.boolean(),
  /** False: on pipes, for this system gives no terminal. */
  is_terminal: z.boolean(),
  ended: z.object({ at: z.string(), exit_code: z.number().nullable(), signal: nullableText }).nullable(),
});
export type WindowRunView = z.infer<typeof windowRunView>;
export const windowRunsAnswer = z.object({ schema, runs: z.array(windowRunView) });
export const windowRunAnswer = z.object({ schema, run: windowRunView });
/** The end of what it has printed, masked; `offset` is where `text` begins, in characters since the start. */
export const runOutputAnswer = z.object({ schema, offset: z.number(), text: z.string() });

/** A command that is started again and again. */
export const launchProfileView = z.object({
  id: z.string(),
  name: z.string(),
  env: z.string(),
  command: z.array(z.string()),
  /** null: the home folder. */
  cwd: nullableText,
  keys: z.array(z.string()),
  watch: z.boolean(),
});
export type LaunchProfileView = z.infer<typeof launchProfileView>;
export const launchProfilesAnswer = z.object({ schema, profiles: z.array(launchProfileView) });
export const launchProfileAnswer = z.object({ schema, profile: launchProfileView });
