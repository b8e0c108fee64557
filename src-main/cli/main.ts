import { AppError } from '../../src-shared/errors/app-error.ts';
import { BugError } from '../../src-shared/errors/bug-error.ts';
import { type AgentConnection, connectToAgent } from '../agent/client.ts';
import { openBareSocket } from '../agent/wire/bare-socket.ts';
import { resolvePaths } from '../agent/paths.ts';
import { checkInvocation, type Invocation, readArguments } from './arguments/arguments.ts';
import { showKeyList } from './commands/key-list.ts';
import { run } from './commands/run.ts';
import { showStatus } from './commands/status.ts';
import { type Command, CommandContext, type EarlyConnection, type Program } from './context.ts';
import { reportError } from './output/report-error.ts';
import { writeErr } from './prompts/terminal.ts';

/** The commands called most often come with the first file; the rest is loaded when it is wanted. */
const findCommand = async (words: string): Promise<Command> => {
  if (words === 'status') return showStatus;
  if (words === 'key list') return showKeyList;
  if (words === 'run') return run;
  const { commands } = await import('./commands/index.ts');
  const command = commands[words];
  if (command === undefined) throw new BugError(`nobody does ${words}`);
  return command;
};

/** Runs a command line, and leaves it to the end of the process to close the connection. @returns the exit status */
export const main = async (argv: readonly string[], program: Program): Promise<number> => {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  let invocation: Invocation | undefined;
  try {
    const early = own[0] === 'run' ? connectEarly() : undefined;
    invocation = readArguments(argv);
    return await dispatch(invocation, new CommandContext(program, invocation, early));
  } catch (error) {
    const isRun = (invocation?.command?.words ?? own[0]) === 'run';
    return reportError(error, {
      isJson: own.includes('--json'),
      isDebug: own.includes('--debug'),
      ...(isRun ? { exit: exitOfRun(error) } : {}),
    });
  }
};

/** The agent greets while the command line is read. Nothing has been asked yet, so failing is for whoever asks. */
const connectEarly = (): EarlyConnection => {
  const connection = new Promise<AgentConnection | undefined>((resolve) => {
    resolve(connectToAgent(resolvePaths(process.env), openBareSocket));
  });
  connection.catch(() => undefined);
  return { connection, begunAt: Date.now() };
};

const dispatch = async (invocation: Invocation, context: CommandContext): Promise<number> => {
  const { command, flags, words } = invocation;
  if (flags.has('version')) return (await findCommand('version'))(context);
  if (command === undefined || flags.has('help')) {
    const { helpFor } = await import('./output/help.ts');
    const text = helpFor(words);
    // Called with nothing at all it is a mistake, and what is said of one is no answer.
    if (command === undefined && !flags.has('help')) {
      writeErr(text);
      return 2;
    }
    context.print(text);
    return 0;
  }
  checkInvocation(invocation);
  return (await findCommand(command.words))(context);
};

/** `env`, `timeout` and `docker run` do the same: the child's codes stay its own, 125 to 127 are the wrapper's. */
const exitOfRun = (error: unknown): number => {
  if (!(error instanceof AppError)) return 125;
  const isOwn =
    error.code === 'COMMAND_NOT_FOUND' ||
    error.code === 'COMMAND_NOT_EXECUTABLE' ||
    error.code === 'CANCELLED';
  return isOwn ? error.exit : 125;
};
