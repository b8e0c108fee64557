import { AppError } from '../../../src-shared/errors/app-error.ts';
import type { CommandContext } from '../context.ts';
import { type Launch, type LaunchPlan, type PrepareAgain, tellEnded } from './launch-plan.ts';
import { superviseRun } from './supervise.ts';

/** Values come in bunches, such as when a rotation changes several keys. */
const DEBOUNCE_MS = 300;
const KILL_AFTER_MS = 10_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Runs a command, and starts it anew whenever a key that it holds has another value. Ends when the command ends by
 * itself or is told to.
 */
export const watchRun = async (
  context: CommandContext,
  { output, killAfterMs }: LaunchPlan,
  first: Launch,
  prepareAgain: PrepareAgain,
): Promise<number> => {
  let current = first;
  for (;;) {
    const over = new AbortController();
    const restart = new AbortController();
    const news = waitForNext(context, current, prepareAgain, over.signal).then((next) => {
      if (next !== undefined) restart.abort();
      return next;
    });
    const { end, wasStopped, endLikeChild } = await superviseRun({
      command: current.command,
      output,
      secrets: current.secrets,
      killAfterMs,
      restart: { signal: restart.signal, killAfterMs: killAfterMs ?? KILL_AFTER_MS },
    }).finally(() => over.abort());
    const next = await news;
    if (next === undefined || !wasStopped) {
      await tellEnded(context, (next ?? current).runId);
      return endLikeChild(end);
    }
    current = next;
  }
};

/** @returns what to start next; undefined when the present command is over */
const waitForNext = async (
  context: CommandContext,
  current: Launch,
  prepareAgain: PrepareAgain,
  over: AbortSignal,
): Promise<Launch | undefined> => {
  // A function, or the compiler takes what it read before a wait for what is so after it.
  const isOver = (): boolean => over.aborted;
  let { runId } = current;
  let pauseMs = FIRST_PAUSE_MS;
  let said = '';
  while (!isOver()) {
    try {
      const news = await askForNews(context, runId, over);
      if (news.what === 'closing') {
        await pause(pauseMs, over);
        continue;
      }
      await pause(DEBOUNCE_MS, over);
      if (isOver()) return undefined;
      const next = await prepareAgain(news.isKnown ? runId : undefined);
      if (!news.isKnown && isSame(current, next)) {
        // The agent was started anew and knows this command again; nothing has changed for it.
        runId = next.runId;
        continue;
      }
      context.note(
        `${news.changed.length === 0 ? 'its keys are renewed' : `${news.changed.join(', ')} changed`}: starting the command anew`,
      );
      return next;
    } catch (error) {
      if (isOver()) return undefined;
      if (!(error instanceof AppError)) throw error;
      // The command goes on with what it has; this is said once, and tried again.
      const isQuiet = error.code === 'CANCELLED' || error.code === said;
      if (!isQuiet) context.note(`the command keeps its older values: ${error.message}`);
      said = error.code;
      await pause(pauseMs, over);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
  return undefined;
};

type News =
  | { readonly what: 'restart'; readonly changed: readonly string[]; readonly isKnown: boolean }
  | { readonly what: 'closing' };

const askForNews = async (context: CommandContext, runId: string, over: AbortSignal): Promise<News> => {
  const agent = await context.findAgent();
  if (agent === undefined) return { what: 'closing' };
  try {
    const answer = await agent.request('runs.watch', { run_id: runId }, { signal: over });
    const { news, changed } = answer.result();
    return news === 'closing' ? { what: 'closing' } : { what: 'restart', changed, isKnown: true };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // An agent that was started meanwhile does not know of this run.
    if (error.code === 'NOT_FOUND') return { what: 'restart', changed: [], isKnown: false };
    if (error.code === 'AGENT_UNAVAILABLE') return { what: 'closing' };
    throw error;
  }
};

const isSame = (one: Launch, other: Launch): boolean =>
  one.secrets.length === other.secrets.length &&
  one.secrets.every(({ name, value }, at) => {
    const twin = other.secrets[at];
    return twin?.name === name && Buffer.compare(twin.value, value) === 0;
  });

const pause = (ms: number, over: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    over.addEventListener('abort', done);
    if (over.aborted) done();
  });
