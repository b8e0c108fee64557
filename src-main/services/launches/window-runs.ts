import type { WindowRunView } from '../../../src-shared/contract/views.ts';
import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { LaunchedCommand, TerminalSize } from '../ports.ts';
import type { RunOutput } from './run-output.ts';

/** What was asked to be started. */
export interface CommandWish {
  readonly title: string | null;
  readonly env: string;
  readonly command: readonly string[];
  readonly cwd: string | null;
  readonly keys: readonly string[];
  readonly watch: boolean;
}

/** One start of a command. */
export interface Launch {
  /** The id in the register, and in the command's environment. */
  readonly runId: string;
  readonly launched: LaunchedCommand;
  readonly cwd: string;
  readonly keys: readonly string[];
  readonly since: string;
  /** Settles once it has ended and all it printed was taken. */
  readonly ended: Promise<void>;
}

/** A command of the window, through all its starts. */
export interface WindowRun {
  readonly id: string;
  readonly wish: CommandWish;
  readonly output: RunOutput;
  size: TerminalSize;
  launch: Launch;
  end: WindowRunView['ended'];
  /** Ends the waiting for other values of its keys. */
  following: AbortController | undefined;
}

const MOST_ENDED = 8;

/** The commands that were started from a window: the running ones, and the last of those that ended. */
export class WindowRuns {
  readonly #runs = new Map<string, WindowRun>();

  add(run: WindowRun): void {
    this.#runs.set(run.id, run);
    const ended = [...this.#runs.values()].filter(({ end }) => end !== null);
    for (const { id } of ended.slice(0, -MOST_ENDED)) this.#runs.delete(id);
  }

  find(id: string): WindowRun | undefined {
    return this.#runs.get(id);
  }

  /** @throws {AppError} NOT_FOUND */
  require(id: string): WindowRun {
    const run = this.#runs.get(id);
    if (run === undefined)
      throw new AppError('NOT_FOUND', 'That command is no longer listed.', 'Start it again.');
    return run;
  }

  /** @throws {AppError} NOT_FOUND where it has ended */
  requireRunning(id: string): WindowRun {
    const run = this.require(id);
    if (run.end !== null) throw new AppError('NOT_FOUND', 'That command has ended already.', '');
    return run;
  }

  remove(id: string): void {
    if (this.#runs.get(id)?.end !== null) this.#runs.delete(id);
  }

  list(): WindowRunView[] {
    return [...this.#runs.values()].map(viewOf);
  }
}

export const viewOf = ({ id, wish, launch, end }: WindowRun): WindowRunView => ({
  id,
  run_id: launch.runId,
  title: wish.title,
  command: [...wish.command],
  cwd: launch.cwd,
  env: wish.env,
  keys: [...launch.keys],
  since: launch.since,
  watch: wish.watch,
  is_terminal: launch.launched.isTerminal,
  ended: end,
});
