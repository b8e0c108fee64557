import { z } from 'zod';
import { environmentName, filePath, keyName, shortText } from '../fields.ts';
import { socketOnly, windowOnly } from '../method.ts';
import { doneAnswer, schema } from '../views/answer-parts.ts';
import {
  launchProfileAnswer,
  launchProfilesAnswer,
  runOutputAnswer,
  windowRunAnswer,
  windowRunsAnswer,
} from '../views/runs.ts';
import { nothing } from './request-parts.ts';

const windowRunId = z.string().max(64);
const terminalSize = z.strictObject({
  columns: z.number().int().min(2).max(1000),
  rows: z.number().int().min(1).max(500),
});
const commandToRun = {
  env: environmentName,
  command: z.array(z.string().max(4096)).min(1).max(200),
  cwd: filePath.optional(),
  keys: z.array(keyName).max(100),
  /** Starts anew when one of its keys has another value. */
  watch: z.boolean().optional(),
};

export const runs = {
  /** The wrapper's child has ended. */
  ended: socketOnly('nothing', z.strictObject({ run_id: z.string().max(64) }), doneAnswer),
  /**
   * Waits until a run of `prepareRun` with `watch` is to start anew: `changed` names the keys that have another
   * value, and is empty where a rotation asks for it. `closing`: this process gives up its socket.
   */
  watch: socketOnly(
    'nothing',
    z.strictObject({ run_id: z.string().max(64) }),
    z.object({ schema, news: z.enum(['restart', 'closing']), changed: z.array(z.string()) }),
  ),
  /** The commands started in a window, the running and the last of those that ended. */
  list: windowOnly('unlocked', nothing, windowRunsAnswer),
  /** Starts a command on a terminal; its output comes as `runOutput` events, masked in the core. */
  launch: windowOnly('unlocked', z.strictObject({ ...commandToRun, size: terminalSize }), windowRunAnswer),
  /** Ends it where it still runs, and starts it with the values of now. It keeps its id. */
  restart: windowOnly('unlocked', z.strictObject({ id: windowRunId }), windowRunAnswer),
  /** TERM to it and all it started, KILL some seconds later; with `now` KILL at once. */
  stop: windowOnly('nothing', z.strictObject({ id: windowRunId, now: z.boolean().optional() }), doneAnswer),
  /** The end of what it has printed; from there on as `runOutput` events. */
  output: windowOnly('unlocked', z.strictObject({ id: windowRunId }), runOutputAnswer),
  /** Up to where the page has drawn: a command that prints faster waits, as it would for a terminal. */
  drawn: windowOnly(
    'nothing',
    z.strictObject({ id: windowRunId, offset: z.number().int().min(0) }),
    doneAnswer,
  ),
  /** Keys as they were typed. */
  type: windowOnly(
    'unlocked',
    z.strictObject({ id: windowRunId, text: z.string().min(1).max(65_536) }),
    doneAnswer,
  ),
  resize: windowOnly('nothing', z.strictObject({ id: windowRunId, size: terminalSize }), doneAnswer),
  /** Takes an ended one off the list. */
  dismiss: windowOnly('nothing', z.strictObject({ id: windowRunId }), doneAnswer),
};

/**
 * Commands that are kept to be started again. Only a page may keep one: a process could put a command of its own behind
 * a name that a person trusts.
 */
export const profiles = {
  list: windowOnly('unlocked', nothing, launchProfilesAnswer),
  /** With an `id` it takes the place of that one. */
  save: windowOnly(
    'unlocked',
    z.strictObject({ id: z.string().max(64).optional(), name: shortText.min(1).max(80), ...commandToRun }),
    launchProfileAnswer,
  ),
  remove: windowOnly('unlocked', z.strictObject({ id: z.string().max(64) }), doneAnswer),
  start: windowOnly(
    'unlocked',
    z.strictObject({ id: z.string().max(64), size: terminalSize }),
    windowRunAnswer,
  ),
};
